import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileLogs } from '../../../lib/adapters/local/file-logs.js';
import { logTimeLine } from '../../../lib/adapters/local/log-times.js';
import { PodChanges } from '../../../lib/adapters/local/pod-changes.js';
import { PodFolders } from '../../../lib/adapters/local/pod-folders.js';
import type { LogOptions } from '../../../lib/ports/pod-logs.js';
import { collect, collectText } from '../../support/collect.js';

const pod = { uid: 'uid-1', namespace: 'default', name: 'pi' };
let root: string;
let folder: string;
let running = false;
const changes = new PodChanges();

beforeEach(async () => {
  running = false;
  root = await mkdtemp(join(tmpdir(), 'finite-logs-'));
  folder = new PodFolders(root).attempt(pod.uid, 'main', 0);
  await mkdir(folder, { recursive: true });
});
afterEach(() => rm(root, { recursive: true, force: true }));

const read = (options: Partial<LogOptions> = {}) =>
  new FileLogs(new PodFolders(root), {
    isRunning: async () => running,
    nextChange: ({ uid }, signal) => changes.next(uid, signal),
  }).read(pod, 'main', 0, { follow: false, timestamps: false, signal: AbortSignal.timeout(60_000), ...options });

async function text(options?: Partial<LogOptions>): Promise<string> {
  return collectText((await read(options))!);
}

const at = (second: number) => `2026-01-01T00:00:0${second}.123456789Z`;

describe('a log on disk', () => {
  it('is unknown when there is none', async () => {
    expect(await read()).toBeUndefined();
  });

  it('gives each line the time of the record that covers it', async () => {
    await writeFile(join(folder, 'log'), 'a\nb\nc\nd');
    await writeFile(join(folder, 'log.times'), logTimeLine(2, at(1)) + logTimeLine(6, at(3)));
    await utimes(join(folder, 'log'), new Date(5000), new Date(Date.parse(at(5))));
    const lines = [`${at(1)} a`, `${at(3)} b`, `${at(3)} c`, '2026-01-01T00:00:05.123Z d'];
    expect(await text({ timestamps: true })).toBe(lines.join('\n'));
    expect(await text({ sinceMs: Date.parse(at(1)) })).toBe('a\nb\nc\nd');
    expect(await text({ sinceMs: Date.parse(at(2)) })).toBe('b\nc\nd');
    expect(await text({ sinceMs: Date.parse(at(4)) })).toBe('d');
    expect(await text({ sinceMs: Date.parse(at(6)) })).toBe('');
    expect(await text({ sinceMs: Date.parse(at(2)), tailLines: 1 })).toBe('d');
  });

  it('ends with so many lines, wherever its chunks begin', async () => {
    const lines = Array.from({ length: 30_000 }, (_, index) => `line ${index} ${'x'.repeat(index % 50)}\n`);
    await writeFile(join(folder, 'log'), lines.join(''));
    for (const tailLines of [1, 2, 1999, 2000, 15_001, 30_000, 40_000]) {
      expect(await text({ tailLines })).toBe(lines.slice(-tailLines).join(''));
    }
  });

  it('comes in chunks of whole lines, a line longer than a chunk in parts with one time', async () => {
    const long = 'y'.repeat(200_000);
    await writeFile(join(folder, 'log'), `short\n${long}\nlast\n`);
    await writeFile(join(folder, 'log.times'), logTimeLine(300_000, at(1)));
    expect(await text({ timestamps: true })).toBe(`${at(1)} short\n${at(1)} ${long}\n${at(1)} last\n`);
    expect(await text({ limitBytes: 100_000 })).toHaveLength(100_000);
    const chunks = await collect((await read())!);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(64 * 1024);
  });

  it('is followed line by line, an unfinished one only at the end', async () => {
    running = true;
    await writeFile(join(folder, 'log'), 'one\ntw');
    const lines = (await read({ follow: true }))![Symbol.asyncIterator]();
    const next = async () => Buffer.from((await lines.next()).value ?? 'over').toString();
    expect(await next()).toBe('one\n');
    const second = next();
    await appendFile(join(folder, 'log'), 'o\nthr');
    changes.wake(pod.uid);
    expect(await second).toBe('two\n');
    const third = next();
    running = false;
    await appendFile(join(folder, 'log'), 'ee');
    changes.wake(pod.uid);
    expect(await third).toBe('three');
    expect(await next()).toBe('over');
  });

  it('is no longer followed when the reader goes away', async () => {
    running = true;
    await writeFile(join(folder, 'log'), 'one\n');
    const reader = new AbortController();
    const lines = (await read({ follow: true, signal: reader.signal }))![Symbol.asyncIterator]();
    await lines.next();
    const end = lines.next();
    reader.abort();
    expect(await end).toEqual({ done: true, value: undefined });
  });
});
