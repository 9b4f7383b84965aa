import { ClassicLevel } from 'classic-level';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WriteFailure } from '../../../../lib/adapters/local/disk-store/disk-store.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { StoredObject } from '../../../../lib/ports/store.js';
import { read } from '../../../contract/store/changes.js';
import { job, object } from '../../../contract/store/samples.js';
import { DataFolder } from './data-folder.js';

const data = new DataFolder();
afterEach(() => void vi.restoreAllMocks());

describe('writing', () => {
  it('syncs before it acknowledges, and many writers at once', async () => {
    const store = await data.open();
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
    const store = await data.open();
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
    const store = await data.open({ clock });
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
    const store = await data.open({ clock });
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
    const store = await data.open();
    await store.close();
    await expect(store.create(job('pi'), object('pi'))).rejects.toThrow('closed');
  });

  it('acknowledges what was under way when it was closed', async () => {
    const store = await data.open();
    const writing = store.create(job('pi'), object('pi'));
    await Promise.resolve();
    await store.close();
    const stored = await writing;
    expect(await (await data.open()).get(job('pi'))).toEqual(stored);
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
