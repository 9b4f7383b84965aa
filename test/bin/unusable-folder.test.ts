import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import { doctor } from '../../bin/commands/doctor.js';
import { startServer } from '../../bin/commands/up.js';
import { whyUnusable } from '../../bin/local/unusable-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'finite-unusable-'));
const file = join(folder, 'file');
writeFileSync(file, '');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (data: string) => ({ data, listen: { host: '127.0.0.1', port: 0 }, runtime: 'none' }) as const;

describe('a data folder', () => {
  it('may be there, or below one that is', async () => {
    expect(await whyUnusable(folder)).toBeUndefined();
    expect(await whyUnusable(join(folder, 'a', 'b'))).toBeUndefined();
  });

  it.each([file, join(file, 'a', 'b')])('is no file, and not below one: %s', async (data) => {
    expect(await whyUnusable(data)).toBe(`${file} is not a folder`);
    await expect(startServer(options(data))).rejects.toThrow(
      `the data folder cannot be used: ${file} is not a folder; choose another with --data`,
    );
  });

  it('must have a name that its disk takes', async () => {
    expect(await whyUnusable(join(folder, 'x'.repeat(300)))).toMatch(/ENAMETOOLONG/);
  });

  // Root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('must be one that its user may write to', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o500 });
    expect(await whyUnusable(join(closed, 'data'))).toBe(`this user may not write in ${closed}`);
  });

  it('that cannot be used is what the doctor finds', async () => {
    let text = '';
    const out = new Writable({
      write: (chunk, _encoding, done) => {
        text += chunk;
        done();
      },
    });
    expect(await doctor(options(file), out)).toBe(false);
    expect(text).toContain(`data: ${file} is not a folder; choose another with --data`);
  });
});
