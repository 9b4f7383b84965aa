import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findProgram } from '../../../../lib/adapters/local/process-runtime/find-program.js';

const folder = mkdtempSync(join(tmpdir(), 'finite-program-'));
for (const name of ['first', 'second', 'closed']) mkdirSync(join(folder, name));
for (const name of ['second/tool', 'closed/tool', 'plain']) writeFileSync(join(folder, name), '');
chmodSync(join(folder, 'second/tool'), 0o755);
const tool = join(folder, 'second', 'tool');
const pathOf = (...names: string[]): string => names.map((name) => join(folder, name)).join(':');

afterAll(() => {
  chmodSync(join(folder, 'closed'), 0o700);
  rmSync(folder, { recursive: true, force: true });
});

describe('a program', () => {
  it('is the first of its name in the PATH that can be run', () => {
    expect(findProgram('tool', pathOf('first', 'closed', 'second'), folder)).toEqual({ path: tool });
    expect(findProgram('tool', '', join(folder, 'second'))).toEqual({ path: tool });
  });

  it('is found behind folders that cannot be looked into', () => {
    const unusable = [join(folder, 'x'.repeat(300)), join(folder, 'plain')];
    chmodSync(join(folder, 'closed'), 0);
    expect(findProgram('tool', [...unusable, pathOf('closed', 'second')].join(':'), folder)).toEqual({ path: tool });
  });

  it.each([
    ['./plain', /permission denied/],
    ['./first', /is a directory/],
    ['./none', /no such file or directory/],
    ['none', /executable file not found in \$PATH/],
    [`./${'x'.repeat(300)}`, /ENAMETOOLONG/],
  ])('%s is told why it cannot be run: %s', (name, why) => {
    expect(findProgram(name, pathOf('first'), folder)).toEqual({ error: expect.stringMatching(why) });
  });
});
