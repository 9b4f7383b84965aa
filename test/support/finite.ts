import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { compileProgram } from './compiled-program.js';

/** The command line, compiled from the sources as they are now. */
export interface FiniteProgram {
  /** What Node.js runs. */
  readonly path: string;
  spawn(args: readonly string[], env?: NodeJS.ProcessEnv): ChildProcessWithoutNullStreams;
  /** Runs it to its end. */
  run(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  remove(): void;
}

export interface Ended {
  /** Undefined: it was killed. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export function buildFinite(): FiniteProgram {
  const program = compileProgram('bin/finite.ts');
  const start: FiniteProgram['spawn'] = (args, env = {}) =>
    spawn(process.execPath, [program.path, ...args], { env: { ...process.env, ...env } });
  return {
    path: program.path,
    spawn: start,
    run: (args, env) => ended(start(args, env)),
    remove: program.remove,
  };
}

/** Collects what a program prints until it ends. */
export function ended(child: ChildProcessWithoutNullStreams): Promise<Ended> {
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  child.stdin.end();
  return new Promise((resolve) => {
    child.once('close', (code) => resolve({ code: code ?? undefined, stdout, stderr }));
  });
}

/** Resolves once what a program has printed to standard output matches; rejects when it ends before. */
export function printed(child: ChildProcessWithoutNullStreams, pattern: RegExp): Promise<void> {
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += chunk));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (pattern.test(output)) resolve();
    });
    child.once('close', () => reject(new Error(`ended before it printed ${pattern}: ${output}${errors}`)));
  });
}
