import { execFileSync, spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** The command line, compiled from the sources as they are now: what is spawned and killed must be a program of its own. */
export interface FiniteProgram {
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
  // Inside the repository, where packages and types are found.
  const built = join(repository, 'node_modules', '.cache', `finite-${process.pid}-${Date.now()}`);
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  const config = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: { outDir: built, rootDir: repository, noCheck: true, sourceMap: false },
    include: [],
    files: [join(repository, 'bin/finite.ts')],
  };
  writeFileSync(join(built, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(built, 'tsconfig.json')], { stdio: 'inherit' });
  const start: FiniteProgram['spawn'] = (args, env = {}) =>
    spawn(process.execPath, [join(built, 'bin/finite.js'), ...args], { env: { ...process.env, ...env } });
  return {
    spawn: start,
    run: (args, env) => ended(start(args, env)),
    remove: () => rmSync(built, { recursive: true, force: true }),
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
