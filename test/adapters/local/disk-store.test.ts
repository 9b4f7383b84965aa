import { randomBytes } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { DataFolderError, DiskStore, WriteFailure } from '../../../lib/adapters/local/disk-store/disk-store.js';
import type { DiskStoreOptions } from '../../../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { RevisionExpired } from '../../../lib/ports/store.js';
import type { StoredObject } from '../../../lib/ports/store.js';
import { read } from '../../contract/store/changes.js';
import { job, object } from '../../contract/store/samples.js';

let folder: string;
let stores: DiskStore[];
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'finite-disk-store-')), 'data', 'store');
  stores = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await Promise.all(stores.map((store) => store.close()));
  rmSync(join(folder, '../..'), { recursive: true });
});

async function open(options: Partial<DiskStoreOptions> = {}): Promise<DiskStore> {
  const store = await DiskStore.open(folder, { clock: new SystemClock(), ...options });
  stores.push(store);
  return store;
}

describe('opening a data folder', () => {
  it('makes it for its owner only', async () => {
    await open();
    for (const path of [folder, join(folder, '..')]) expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('refuses a second opener, naming the folder', async () => {
    await open();
    await expect(open()).rejects.toThrow(`the data folder ${folder} is in use by another process`);
    await expect(open()).rejects.toBeInstanceOf(DataFolderError);
  });

  it('can be repeated after closing, and closing twice', async () => {
    const store = await open();
    await store.close();
    await store.close();
    await open();
  });

  it('refuses the format of another version', async () => {
    await rewrite((database) => database.put('m:format', '2'));
    await expect(open()).rejects.toThrow(`the data folder ${folder} has format 2`);
  });

  it('refuses a database that is not its own', async () => {
    await rewrite((database) => database.put('key', 'value'));
    await expect(open()).rejects.toThrow(`the data folder ${folder} holds a database that is not finite's`);
  });

  it('refuses a folder that cannot be made', async () => {
    mkdirSync(join(folder, '..'), { recursive: true });
    writeFileSync(folder, '');
    await expect(open()).rejects.toThrow(folder);
  });

  it.each<[string, () => void]>([
    ['lost its file CURRENT', () => rmSync(join(folder, 'CURRENT'))],
    ['has a damaged file CURRENT', () => writeFileSync(join(folder, 'CURRENT'), 'x')],
    ['lost its manifest', () => rmSync(join(folder, file(/^MANIFEST/)))],
    ['has a damaged manifest', () => flip(file(/^MANIFEST/), 20)],
    ['lost a table', () => rmSync(join(folder, file(/\.ldb$/)))],
  ])('says that it is damaged where it %s', async (_, damage) => {
    const store = await open();
    await store.create(job('pi'), object('pi'));
    await store.close();
    await (await open()).close(); // what was in the log is now in a table
    damage();
    await expect(open()).rejects.toThrow(`the data folder ${folder} is damaged`);
  });

  it.each([0, 1])('says that it is damaged where acknowledged write %i is missing', async (lost) => {
    const store = await open();
    const revisions: number[] = [];
    for (const name of ['a', 'b', 'c']) revisions.push((await store.create(job(name), object(name))).revision);
    await store.close();
    await rewrite((database) => database.del(`v:${revisions[lost]}`));
    await expect(open()).rejects.toThrow(/is damaged: writes between the revisions \d+ and \d+ are missing/);
  });

  it('says that it is damaged where the middle of its log is', async () => {
    const store = await open();
    for (let n = 0; n < 100; n++) await store.create(job(`j${n}`), object(`j${n}`, {}, { text: 'x'.repeat(2000) }));
    await store.close();
    flip(file(/\.log$/), 100_000);
    await expect(open()).rejects.toThrow(`the data folder ${folder} is damaged`);
  });

  it('drops a batch whose writing was cut off, and nothing before it', async () => {
    const store = await open();
    const kept = await store.create(job('kept'), object('kept'));
    const whole = statSync(join(folder, file(/\.log$/))).size;
    await store.create(job('cut'), object('cut'));
    await store.close();
    truncateSync(join(folder, file(/\.log$/)), whole + 50);
    const again = await open();
    expect(await again.get(job('cut'))).toBeUndefined();
    expect((await again.list({ resource: 'jobs' })).items).toEqual([kept]);
    expect(await again.currentRevision()).toBe(kept.revision);
    await again.create(job('cut'), object('cut'));
  });
});

describe('writing', () => {
  it('syncs before it acknowledges, and many writers at once', async () => {
    const store = await open();
    const synced: boolean[] = [];
    onWrite((write, options) => {
      synced.push(options.sync === true);
      return write();
    });
    await Promise.all(Array.from({ length: 200 }, (_, n) => store.create(job(`j${n}`), object(`j${n}`))));
    expect(new Set(synced)).toEqual(new Set([true]));
    expect(synced.length).toBeLessThanOrEqual(2);
  });

  it('fails the writers of a batch that the disk does not take, and shows it to nobody', async () => {
    const store = await open();
    const before = await store.create(job('there'), object('there', {}, { n: 1 }));
    onWrite(() => Promise.reject(new Error('ENOSPC: no space left on device')));
    const results = await Promise.allSettled([
      store.create(job('new'), object('new')),
      store.replace(job('there'), before.revision, object('there', {}, { n: 2 })),
      store.delete(job('there'), before.revision),
    ]);
    for (const result of results) {
      expect((result as PromiseRejectedResult).reason).toBeInstanceOf(WriteFailure);
      expect(String((result as PromiseRejectedResult).reason)).toContain('no space left on device');
    }
    expect(await store.get(job('new'))).toBeUndefined();
    expect(await store.get(job('there'))).toEqual(before);
    expect((await store.list({ resource: 'jobs' })).items).toEqual([before]);
    expect(await store.currentRevision()).toBe(before.revision);
    expect(await read(store, {}, before.revision - 1)).toEqual([{ type: 'created', ...before }]);
  });

  it('goes on when the disk takes writes again, its followers included', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await open({ clock });
    const before = await store.create(job('before'), object('before'));
    const reader = store.changes({}, before.revision, new AbortController().signal)[Symbol.asyncIterator]();
    const waiting = reader.next();
    const disk = onWrite(() => Promise.reject(new Error('EIO')));
    await expect(store.create(job('failed'), object('failed'))).rejects.toBeInstanceOf(WriteFailure);
    disk.mockRestore();
    clock.advanceTo(clock.now() + 1000);
    const after = await store.create(job('after'), object('after'));
    expect(await store.get(job('failed'))).toBeUndefined();
    expect((await store.list({ resource: 'jobs' })).items).toEqual([after, before]);
    expect((await waiting).value.changes).toEqual([{ type: 'created', ...after }]);
    expect(await read(store, {}, before.revision - 1)).toEqual([
      { type: 'created', ...before },
      { type: 'created', ...after },
    ]);
    await reader.return?.();
  });

  it('shows a failed batch to its followers after all, where it had reached the disk', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await open({ clock });
    const before = await store.create(job('before'), object('before'));
    const reader = store.changes({}, before.revision, new AbortController().signal)[Symbol.asyncIterator]();
    const waiting = reader.next();
    const disk = onWrite(async (write) => {
      await write();
      throw new Error('EIO');
    });
    await expect(store.create(job('failed'), object('failed'))).rejects.toBeInstanceOf(WriteFailure);
    disk.mockRestore();
    clock.advanceTo(clock.now() + 1000);
    const after = await store.create(job('after'), object('after'));
    const failed = (await store.get(job('failed'))) as StoredObject;
    expect((await store.list({ resource: 'jobs' })).items).toEqual([after, before, failed]);
    const seen = [...(await waiting).value.changes];
    while (seen.length < 2) seen.push(...(await reader.next()).value.changes);
    expect(seen).toEqual([
      { type: 'created', ...failed },
      { type: 'created', ...after },
    ]);
    await reader.return?.();
  });

  it('refuses writes after closing', async () => {
    const store = await open();
    await store.close();
    await expect(store.create(job('pi'), object('pi'))).rejects.toThrow('closed');
  });

  it('acknowledges what was under way when it was closed', async () => {
    const store = await open();
    const writing = store.create(job('pi'), object('pi'));
    await Promise.resolve();
    await store.close();
    const stored = await writing;
    expect(await (await open()).get(job('pi'))).toEqual(stored);
  });
});

describe('a page', () => {
  it('knows how many follow it, up to a thousand', async () => {
    const store = await open();
    await Promise.all(Array.from({ length: 1010 }, (_, n) => store.create(job(`j${n + 1000}`), object('j'))));
    const first = await store.list({ resource: 'jobs' }, { limit: 9 });
    expect(first.next).toEqual({ namespace: 'default', name: 'j1008' });
    expect(first.remaining).toBeUndefined();
    const second = await store.list({ resource: 'jobs' }, { limit: 1, after: first.next, at: first.revision });
    expect(second.remaining).toBe(1000);
  });
});

describe('history on disk', () => {
  it('is forgotten by age', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await open({ clock, history: { ageMs: 60_000 } });
    const old = await store.create(job('old'), object('old'));
    clock.advanceTo(clock.now() + 40_000);
    const young = await store.create(job('young'), object('young'));
    expect((await store.list({ resource: 'jobs' }, { at: old.revision })).items).toEqual([old]);
    clock.advanceTo(clock.now() + 40_000);
    await vi.waitFor(() =>
      expect(store.list({ resource: 'jobs' }, { at: old.revision - 1 })).rejects.toBeInstanceOf(RevisionExpired),
    );
    expect((await store.list({ resource: 'jobs' }, { at: young.revision - 1 })).items).toEqual([old]);
    expect((await store.list({ resource: 'jobs' })).items).toEqual([old, young]);
  });

  it('is forgotten by size', async () => {
    const store = await open({ history: { size: 10_000 }, live: { changes: 1, bytes: 1 } });
    const { revision } = await store.create(job('first'), object('first'));
    for (let n = 0; n < 20; n++) await store.create(job(`j${n}`), object(`j${n}`, {}, { text: 'x'.repeat(1000) }));
    await vi.waitFor(() => expect(read(store, {}, revision - 1)).rejects.toBeInstanceOf(RevisionExpired));
    expect((await store.list({ resource: 'jobs' })).items).toHaveLength(21);
  });

  it('leaves nothing of what is gone', async () => {
    const store = await open({ history: { changes: 1 } });
    let gone = 0;
    for (let n = 0; n < 50; n++) {
      const created = await store.create(job(`j${n}`), object(`j${n}`));
      const replaced = await store.replace(job(`j${n}`), created.revision, object(`j${n}`));
      gone = (await store.delete(job(`j${n}`), replaced.revision)).revision;
    }
    const last = await store.create(job('last'), object('last'));
    await vi.waitFor(() =>
      expect(store.list({ resource: 'jobs' }, { at: gone - 1 })).rejects.toBeInstanceOf(RevisionExpired),
    );
    await store.close();
    const keys = await rewrite((database) => database.keys().all());
    expect(keys).toEqual(['m:floor', 'm:format', 'o:jobs\0default\0last', `v:${last.revision}`]);
  });

  it('gives its room back when nothing is written any more', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await open({ clock, history: { ageMs: 60_000 } });
    let { revision } = await store.create(job('large'), object('large'));
    for (let n = 0; n < 50; n++) {
      const text = randomBytes(500_000).toString('hex');
      ({ revision } = await store.replace(job('large'), revision, object('large', {}, { text })));
    }
    expect(sizeOnDisk()).toBeGreaterThan(25_000_000);
    clock.advanceTo(clock.now() + 70_000);
    await vi.waitFor(() =>
      expect(store.list({ resource: 'jobs' }, { at: revision - 1 })).rejects.toBeInstanceOf(RevisionExpired),
    );
    // It tidies up when two looks in a row have seen no write; a look that comes during another is none of its own.
    await vi.waitFor(() => {
      clock.advanceTo(clock.now() + 70_000);
      expect(sizeOnDisk()).toBeLessThan(15_000_000);
    }, 25_000);
    expect((await store.get(job('large')))?.revision).toBe(revision);
  });

  it('does not forget a key that is being created again', async () => {
    const store = await open({ history: { changes: 1 } });
    for (let turn = 0; turn < 50; turn++) {
      const created = await store.create(job('pi'), object('pi', {}, { turn }));
      const [, { revision }] = await Promise.all([
        store.create(job(`filler${turn}`), object('filler')),
        store.delete(job('pi'), created.revision),
      ]);
      const again = await store.create(job('pi'), object('pi'));
      expect(again.revision).toBeGreaterThan(revision);
      expect(await store.get(job('pi'))).toEqual(again);
      await store.delete(job('pi'), again.revision);
      expect(await store.get(job('pi'))).toBeUndefined();
    }
    await store.close();
    expect((await (await open()).list({ resource: 'jobs' })).items).toHaveLength(50);
  });
});

/** Puts something between the store and its disk. */
function onWrite(write: (original: () => Promise<void>, options: { readonly sync?: boolean }) => Promise<void>) {
  const original = ClassicLevel.prototype.batch as (this: unknown) => { write(options: object): Promise<void> };
  return vi.spyOn(ClassicLevel.prototype, 'batch').mockImplementation(function (this: unknown) {
    const batch = original.call(this);
    const writeBatch = batch.write.bind(batch);
    batch.write = (options) => write(() => writeBatch(options), options);
    return batch;
  } as never);
}

/** Works on the database of the folder while no store has it open. */
async function rewrite<T>(work: (database: ClassicLevel<string, string>) => Promise<T>): Promise<T> {
  mkdirSync(folder, { recursive: true });
  const database = new ClassicLevel<string, string>(folder);
  await database.open();
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

function file(name: RegExp): string {
  return readdirSync(folder).find((candidate) => name.test(candidate))!;
}

function sizeOnDisk(): number {
  // A file may go while the folder is read.
  return readdirSync(folder).reduce(
    (sum, name) => sum + (statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

/** Changes one byte of a file. */
function flip(name: string, offset: number): void {
  const bytes = readFileSync(join(folder, name));
  bytes[offset]! ^= 0xff;
  writeFileSync(join(folder, name), bytes);
}
