import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../lib/ports/clock.js';
import type { Store } from '../../../lib/ports/store.js';
import { churn, read } from './changes.js';
import type { StoreFixture, Suite } from './fixture.js';
import { job, object, range } from './samples.js';

export function describeRestart({ open, stores }: Suite, restart: NonNullable<StoreFixture['restart']>): void {
  describe('after a restart', () => {
    const again = async (store: Store, options?: { readonly clock?: Clock }) => {
      stores.splice(stores.indexOf(store), 1);
      const restarted = await restart(store, options);
      stores.push(restarted);
      return restarted;
    };

    it('has every object, record and change', async () => {
      const before = await open();
      const beginning = await before.currentRevision();
      await Promise.all(range(10).map((n) => churn(before, `j${n}`, 5)));
      const kept = await before.create(job('kept'), object('kept', {}, { n: 1 }), { r: 1 });
      const items = (await before.list({ resource: 'jobs' })).items;
      const changes = await read(before, {}, beginning);
      const after = await again(before);
      expect(await after.get(job('kept'))).toEqual(kept);
      expect((await after.list({ resource: 'jobs' })).items).toEqual(items);
      expect(await after.currentRevision()).toBe(kept.revision);
      expect(await read(after, {}, beginning)).toEqual(changes);
      const middle = changes[20]!.revision;
      expect(await read(after, {}, middle)).toEqual(changes.filter((change) => change.revision > middle));
    });

    it('lists the past', async () => {
      const before = await open();
      const first = await before.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
      const second = await before.replace(job('pi'), first.revision, object('pi', {}, { n: 2 }), { r: 2 });
      await before.delete(job('pi'), second.revision);
      const after = await again(before);
      expect((await after.list({ resource: 'jobs' }, { at: first.revision })).items).toEqual([first]);
      expect((await after.list({ resource: 'jobs' }, { at: second.revision })).items).toEqual([second]);
      expect((await after.list({ resource: 'jobs' })).items).toEqual([]);
    });

    it('goes on with higher revisions, though the clock was set back', async () => {
      const clock = (nowMs: number) => ({ clock: { now: () => nowMs, at: () => () => undefined } });
      const before = await open(clock(1_700_000_000_000));
      const created = await before.create(job('pi'), object('pi'));
      const deleted = await before.delete(job('pi'), created.revision);
      const after = await again(before, clock(1_600_000_000_000));
      expect(await after.currentRevision()).toBe(deleted.revision);
      expect((await after.create(job('pi'), object('pi'))).revision).toBe(deleted.revision + 1);
    });

    it('lets a follower go on where it was, live', async () => {
      const before = await open();
      const seen = await before.create(job('seen'), object('seen'));
      const missed = await before.create(job('missed'), object('missed'));
      const after = await again(before);
      const live = await after.create(job('live'), object('live'));
      const changes = await read(after, {}, seen.revision);
      expect(changes.map((change) => change.revision)).toEqual([missed.revision, live.revision]);
    });
  });
}
