import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ownProgram } from '../../../bin/aws/own-program.js';

describe('the command that starts this program again', () => {
  let folder: string;
  let script: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'finite-test-')));
    script = join(folder, 'finite.js');
    mkdirSync(join(folder, 'bin'));
    writeFileSync(script, '', { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is its name, where the PATH leads here', () => {
    symlinkSync(script, join(folder, 'bin', 'finite'));
    expect(ownProgram(script, { PATH: `/nowhere:${folder}/bin` })).toEqual(['finite']);
  });

  it('is its path, where the PATH leads to another or nowhere', () => {
    expect(ownProgram(script, {})).toEqual([process.execPath, script]);
    writeFileSync(join(folder, 'bin', 'finite'), '', { mode: 0o755 });
    expect(ownProgram(script, { PATH: `${folder}/bin` })).toEqual([process.execPath, script]);
  });

  it('is its path, where the PATH leads here only for as long as npx runs it', () => {
    const bin = join(folder, 'node_modules', '.bin');
    mkdirSync(bin, { recursive: true });
    symlinkSync(script, join(bin, 'finite'));
    for (const path of [bin, `${bin}/`]) {
      expect(ownProgram(script, { PATH: `${path}:/nowhere` })).toEqual([process.execPath, script]);
    }
  });
});
