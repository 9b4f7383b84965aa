import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAttempt, writeExit, writePrepared } from '../../../../lib/adapters/local/process-runtime/attempt-files.js';

describe('the exit of an attempt', () => {
  let folder: string;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'finite-attempt-'));
    await writePrepared(folder, { boot: 'this', terminationMessagePolicy: 'File' });
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const exitOf = async () => (await readAttempt(folder))?.exit;

  it('is the first that was written', async () => {
    writeFileSync(join(folder, 'exit'), '3\n');
    expect(await writeExit(folder, 137, 'Error')).toBe(false);
    expect(await exitOf()).toMatchObject({ code: 3 });
  });

  it('is written where there is none', async () => {
    expect(await writeExit(folder, 137, 'Error', 'why')).toBe(true);
    expect(await exitOf()).toMatchObject({ code: 137, reason: 'Error', message: 'why' });
  });

  it.each(['', '3', '13'])('replaces one that its supervisor was killed while writing: %j', async (written) => {
    writeFileSync(join(folder, 'exit'), written);
    expect(await exitOf()).toBeUndefined();
    expect(await writeExit(folder, 137, 'Error')).toBe(true);
    expect(await exitOf()).toMatchObject({ code: 137, reason: 'Error' });
    expect(readFileSync(join(folder, 'exit'), 'utf8')).toMatch(/\n$/);
  });
});
