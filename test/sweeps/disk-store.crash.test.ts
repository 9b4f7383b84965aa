/** The disk store is killed more often than in the ordinary tests: about a minute. */
process.env['FINITE_CRASH_KILLS'] ??= '200';
await import('../adapters/local/disk-store.crash.test.js');
