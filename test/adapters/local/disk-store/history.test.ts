import { randomBytes } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { RevisionExpired } from '../../../../lib/ports/store.js';
import { read } from '../../../contract/store/changes.js';
import { job, object } from '../../../contract/store/samples.js';
import { DataFolder } from './data-folder.js';

/** For what the store does beside its writes, on a machine that is busy with other tests. */
const PATIENCE_MS = 60_000;

const data = new DataFolder();

describe('history on disk', () => {
  it('is forgotten by age', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await data.open({ clock, history: { ageMs: 60_000 } });
    const old = await store.create(job('old'), object('old'));
    clock.advanceTo(clock.now() + 40_000);
    const young = await store.create(job('young'), object('young'));
    expect((await store.list({ resource: 'jobs' }, { at: old.revision })).items).toEqual([old]);
    clock.advanceTo(clock.now() + 40_000);
    await untilExpired(() => store.list({ resource: 'jobs' }, { at: old.revision - 1 }));
    expect((await store.list({ resource: 'jobs' }, { at: young.revision - 1 })).items).toEqual([old]);
    expect((await store.list({ resource: 'jobs' })).items).toEqual([old, young]);
  });

  it('is forgotten by size', async () => {
    const store = await data.open({ history: { size: 10_000 }, live: { changes: 1, bytes: 1 } });
    const { revision } = await store.create(job('first'), object('first'));
    for (let n = 0; n < 20; n++) await store.create(job(`j${n}`), object(`j${n}`, {}, { text: 'x'.repeat(1000) }));
    await untilExpired(() => read(store, {}, revision - 1));
    expect((await store.list({ resource: 'jobs' })).items).toHaveLength(21);
  });

  it('leaves nothing of what is gone', async () => {
    const store = await data.open({ history: { changes: 1 } });
    let gone = 0;
    for (let n = 0; n < 50; n++) {
      const created = await store.create(job(`j${n}`), object(`j${n}`));
      const replaced = await store.replace(job(`j${n}`), created.revision, object(`j${n}`));
      gone = (await store.delete(job(`j${n}`), replaced.revision)).revision;
    }
    const last = await store.create(job('last'), object('last'));
    await untilExpired(() => store.list({ resource: 'jobs' }, { at: gone - 1 }));
    await store.close();
    const keys = await data.rewrite((database) => database.keys().all());
    expect(keys).toEqual(['m:floor', 'm:format', 'o:jobs\0default\0last', `v:${last.revision}`]);
  });

  it('gives its room back when nothing is written any more', async () => {
    const clock = new VirtualClock(1_700_000_000_000);
    const store = await data.open({ clock, history: { ageMs: 60_000 } });
    let { revision } = await store.create(job('large'), object('large'));
    for (let n = 0; n < 50; n++) {
      const text = randomBytes(500_000).toString('hex');
      ({ revision } = await store.replace(job('large'), revision, object('large', {}, { text })));
    }
    expect(data.sizeBytes()).toBeGreaterThan(25_000_000);
    clock.advanceTo(clock.now() + 70_000);
    await untilExpired(() => store.list({ resource: 'jobs' }, { at: revision - 1 }));
    // It tidies up when two looks in a row have seen no write; a look that comes during another is none of its own.
    await vi.waitFor(() => {
      clock.advanceTo(clock.now() + 70_000);
      expect(data.sizeBytes()).toBeLessThan(15_000_000);
    }, PATIENCE_MS);
    expect((await store.get(job('large')))?.revision).toBe(revision);
  });

  it('does not forget a key that is being created again', async () => {
    const store = await data.open({ history: { changes: 1 } });
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
    expect((await (await data.open()).list({ resource: 'jobs' })).items).toHaveLength(50);
  });
});

/** Waits until the store has forgotten what it is asked for. */
async function untilExpired(ask: () => Promise<unknown>): Promise<void> {
  await vi.waitFor(() => expect(ask()).rejects.toBeInstanceOf(RevisionExpired), PATIENCE_MS);
}
