import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { End } from './process-runtime-crash-starter.js';

const repository = fileURLToPath(new URL('../../..', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'finite-process-crash-'));
/** Inside the repository, where packages and types are found. */
const built = join(repository, 'node_modules', '.cache', `crash-starter-${process.pid}`);
const program = 'test/adapters/local/process-runtime-crash-starter';

/** Compiled once: vitest transforms TypeScript only within its own process. */
beforeAll(() => {
  mkdirSync(built, { recursive: true });
  writeFileSync(join(built, 'package.json'), '{"type":"module"}');
  const config = {
    extends: join(repository, 'tsconfig.json'),
    compilerOptions: { outDir: built, rootDir: repository, noCheck: true, sourceMap: false },
    include: [],
    files: [join(repository, `${program}.ts`)],
  };
  writeFileSync(join(built, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [tsc, '-p', join(built, 'tsconfig.json')], { stdio: 'inherit' });
});
afterAll(() => {
  for (const folder of [scratch, built]) rmSync(folder, { recursive: true, force: true });
});

/** Resolves with what it printed when it ended by itself; undefined when it was killed before. */
async function serve(folder: string, ran: string, count: number, killAfterMs: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [join(built, `${program}.js`), folder, ran, String(count)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const timer = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  const code = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(timer);
  return code === 0 ? output : undefined;
}

it('runs every program once and loses no exit code, however often the server is killed', async () => {
  const folder = join(scratch, 'data');
  const ran = join(scratch, 'ran');
  mkdirSync(ran);
  const count = 60;
  for (let life = 0; life < 12; life++) await serve(folder, ran, count, 100 + Math.random() * 250);
  const output = await serve(folder, ran, count, 60_000);
  const reports = JSON.parse(output!) as End[];
  expect(reports.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: count }, (_, index) => index % 200));
  for (let index = 0; index < count; index++) {
    expect(readFileSync(join(ran, `pod-${index}`), 'utf8')).toBe('ran\n');
  }
});
