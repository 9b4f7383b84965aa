/** The random histories of Jobs, seven times as many as in the ordinary tests: about a minute. */
process.env['JOB_HISTORIES'] ??= '70000';
await import('../controllers/job/histories.test.js');
