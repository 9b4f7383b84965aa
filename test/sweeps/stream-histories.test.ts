/** The random histories of managers on a stream, four times as many as in the ordinary tests. */
process.env['STREAM_HISTORIES'] ??= '8000';
await import('../manager/stream/histories.test.js');
