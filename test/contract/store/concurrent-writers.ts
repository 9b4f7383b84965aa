import { describe, expect, it } from 'vitest';
import { AlreadyExists, RevisionMismatch, type Revision } from '../../../lib/ports/store.js';
import type { Suite } from './fixture.js';
import { job, object, range } from './samples.js';

export function describeWriters({ open }: Suite): void {
  describe('concurrent writers', () => {
    it('lets exactly one of 100 creates of a key win', async () => {
      const store = await open();
      const results = await Promise.allSettled(range(100).map((n) => store.create(job('pi'), object('pi', {}, { n }))));
      expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(AlreadyExists);
    });

    it('lets exactly one of 100 replaces of a revision win, and no update gets lost', async () => {
      const store = await open();
      await store.create(job('count'), object('count', {}, { n: 0 }));
      const winners = new Map<Revision, number>();
      const increment = async () => {
        for (;;) {
          const current = (await store.get(job('count')))!;
          const n = (current.object['spec'] as { n: number }).n + 1;
          try {
            await store.replace(job('count'), current.revision, object('count', {}, { n }));
            winners.set(current.revision, (winners.get(current.revision) ?? 0) + 1);
            return;
          } catch (error) {
            expect(error).toBeInstanceOf(RevisionMismatch);
          }
        }
      };
      await Promise.all(range(100).map(increment));
      expect((await store.get(job('count')))?.object['spec']).toEqual({ n: 100 });
      expect([...winners.values()]).toEqual(range(100).map(() => 1));
    });

    it('lets a replace or a delete of one revision win, never both', async () => {
      const store = await open();
      for (const n of range(20)) {
        const created = await store.create(job(`j${n}`), object(`j${n}`));
        const results = await Promise.allSettled([
          store.replace(job(`j${n}`), created.revision, object(`j${n}`)),
          store.delete(job(`j${n}`), created.revision),
        ]);
        expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1);
      }
    });

    it('shows every acknowledged write to the next read', async () => {
      const store = await open();
      const writer = async (n: number) => {
        let stored = await store.create(job(`j${n}`), object(`j${n}`));
        for (let turn = 0; turn < 5; turn++) {
          expect(await store.get(job(`j${n}`))).toEqual(stored);
          expect(await store.currentRevision()).toBeGreaterThanOrEqual(stored.revision);
          const { items } = await store.list({ resource: 'jobs', namespace: 'default' });
          expect(items.find((item) => item.key.name === `j${n}`)).toEqual(stored);
          stored = await store.replace(job(`j${n}`), stored.revision, object(`j${n}`, {}, { turn }));
        }
        await store.delete(job(`j${n}`), stored.revision);
        expect(await store.get(job(`j${n}`))).toBeUndefined();
      };
      await Promise.all(range(20).map(writer));
    });

    it('gives every write a revision of its own, growing even when the clock is set back', async () => {
      let nowMs = 1_700_000_000_000;
      const store = await open({ clock: { now: () => nowMs, at: () => () => undefined } });
      const revisions: Revision[] = [await store.currentRevision()];
      for (const n of range(10)) {
        revisions.push((await store.create(job(`j${n}`), object(`j${n}`))).revision);
        nowMs -= n * 1000;
      }
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      nowMs += 3_600_000;
      expect((await store.create(job('later'), object('later'))).revision).toBe(nowMs * 1000);
    });
  });
}
