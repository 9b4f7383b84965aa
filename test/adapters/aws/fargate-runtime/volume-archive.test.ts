import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { volumeArchive } from '../../../../lib/adapters/aws/fargate-runtime/volume-archive.js';
import type { ResolvedVolume, VolumeFile } from '../../../../lib/ports/pod-runtime.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'archive-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const file = (path: string, content: string | Uint8Array, mode = 0o644): VolumeFile => ({
  path,
  content: Buffer.from(content),
  mode,
});
const files = (name: string, ...entries: VolumeFile[]): ResolvedVolume => ({ name, type: 'files', files: entries });
const unpack = (volumes: readonly ResolvedVolume[], fsGroup?: number) =>
  execFileSync('tar', ['-x', '-z', '-p', '--no-same-owner', '-C', folder], { input: volumeArchive(volumes, fsGroup)! });
const modeOf = (path: string) => (statSync(join(folder, path)).mode & 0o777).toString(8);

test('tar finds every file as it was, below its volume', () => {
  const bytes = Uint8Array.from({ length: 1025 }, (_, index) => index % 256);
  const long = `${'deep/'.repeat(30)}ü.txt`;
  unpack([
    files('a', file('key', 'text'), file('empty', ''), file('sub/key', bytes, 0o400)),
    { name: 'e', type: 'empty', medium: '', sizeLimitBytes: undefined },
    files('b', file(long, 'far'), file('block', 'x'.repeat(512))),
  ]);
  expect(readdirSync(folder).sort()).toEqual(['a', 'b']);
  expect(readFileSync(join(folder, 'a/key'), 'utf8')).toBe('text');
  expect(readFileSync(join(folder, 'a/empty'), 'utf8')).toBe('');
  expect(readFileSync(join(folder, 'a/sub/key'))).toEqual(Buffer.from(bytes));
  expect(modeOf('a/key')).toBe('644');
  expect(modeOf('a/sub/key')).toBe('400');
  expect(readFileSync(join(folder, 'b', long), 'utf8')).toBe('far');
  expect(readFileSync(join(folder, 'b/block'), 'utf8')).toBe('x'.repeat(512));
});

test('with an fsGroup what its members may read, everybody in the task may', () => {
  unpack([files('a', file('secret', 's', 0o400), file('script', 's', 0o750), file('none', 's', 0o200))], 1000);
  expect(['secret', 'script', 'none'].map((name) => modeOf(`a/${name}`))).toEqual(['444', '755', '200']);
});

test('the same files are the same bytes; none are no archive', () => {
  const volumes = () => [files('a', file('key', 'text'))];
  expect(volumeArchive(volumes(), undefined)).toEqual(volumeArchive(volumes(), undefined));
  expect(
    volumeArchive([{ name: 'e', type: 'empty', medium: '', sizeLimitBytes: undefined }], undefined),
  ).toBeUndefined();
});
