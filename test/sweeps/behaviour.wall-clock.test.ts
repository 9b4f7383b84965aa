/** The recorded histories on the embedded server, by the wall clock: about two minutes. */
process.env['BEHAVIOUR'] = 'wall-clock';
await import('../conformance/behaviour.served.test.js');
