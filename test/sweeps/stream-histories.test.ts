/** The random histories of managers on a stream, fifteen times as many as in the ordinary tests: a few minutes. */
process.env['STREAM_HISTORIES'] ??= '8000';
await import('../manager/stream/histories.test.js');
