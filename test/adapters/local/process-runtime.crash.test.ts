import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compileProgram, type CompiledProgram } from '../../support/compiled-program.js';
import type { End } from './process-runtime-crash-starter.js';

const scratch = mkdtempSync(join(tmpdir(), 'finite-process-crash-'));
let starter: CompiledProgram;

beforeAll(() => {
  starter = compileProgram('test/adapters/local/process-runtime-crash-starter.ts');
});
afterAll(() => {
  starter?.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Resolves with what it printed when it ended by itself; undefined when it was killed before. */
async function serve(folder: string, ran: string, count: number, killAfterMs: number): Promise<string | undefined> {
  const child = spawn(process.execPath, [starter.path, folder, ran, String(count)], {
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
  const output = await serve(folder, ran, count, 300_000);
  const reports = JSON.parse(output!) as End[];
  expect(reports.map(({ exitCode }) => exitCode)).toEqual(Array.from({ length: count }, (_, index) => index % 200));
  for (let index = 0; index < count; index++) {
    expect(readFileSync(join(ran, `pod-${index}`), 'utf8')).toBe('ran\n');
  }
});
