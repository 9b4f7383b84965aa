/** Standard output or error can no longer be written: its reader has gone (EPIPE), or its disk is full. */
export interface LostOutput {
  readonly stream: 'standard output' | 'standard error';
  readonly error: NodeJS.ErrnoException;
}

/** Exit code of a program whose reader has gone, as shells show one that SIGPIPE ended. */
export const outputLostExitCode = 141;

/**
 * Resolves when one of the streams is lost. From then on what is written there is dropped; without this Node.js ends the
 * program in the middle of whatever it does.
 */
export function watchOutput(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): Promise<LostOutput> {
  return new Promise((lost) => {
    stdout.on('error', (error) => lost({ stream: 'standard output', error }));
    stderr.on('error', (error) => lost({ stream: 'standard error', error }));
  });
}

/** `standard output: write EPIPE`. */
export function describeLostOutput({ stream, error }: LostOutput): string {
  return error.code === 'EPIPE' ? `nobody reads ${stream} any more` : `${stream}: ${error.message}`;
}
