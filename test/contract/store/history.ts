import { describe, expect, it } from 'vitest';
import { RevisionExpired, type ChangeBatch } from '../../../lib/ports/store.js';
import { read } from './changes.js';
import { failure } from './failure.js';
import type { Suite } from './fixture.js';
import { job, object } from './samples.js';

export function describeHistory({ open, fixture }: Suite): void {
  describe('history', () => {
    it('keeps every object when it forgets its past', async () => {
      const store = await open({ shortHistory: true });
      const first = await store.create(job('kept'), object('kept', {}, { n: 1 }), { r: 1 });
      const kept = await store.replace(job('kept'), first.revision, object('kept', {}, { n: 2 }));
      const gone = await store.create(job('gone'), object('gone'));
      await store.delete(job('gone'), gone.revision);
      await fixture.expire(store);
      expect(await store.get(job('kept'))).toEqual(kept);
      expect(await store.get(job('gone'))).toBeUndefined();
      expect((await store.list({ resource: 'jobs' })).items).toEqual([kept]);
      const next = await store.replace(job('kept'), kept.revision, object('kept', {}, { n: 3 }));
      const again = await store.create(job('gone'), object('gone'));
      expect((await store.list({ resource: 'jobs' })).items).toEqual([again, next]);
      expect(await read(store, { resource: 'jobs' }, next.revision - 1)).toEqual([
        { type: 'replaced', ...next, previous: kept.object },
        { type: 'created', ...again },
      ]);
    });

    it('refuses a list of a time it has forgotten', async () => {
      const store = await open({ shortHistory: true });
      const { revision } = await store.create(job('pi'), object('pi'));
      await fixture.expire(store);
      const error = await failure(store.list({ resource: 'jobs' }, { at: revision - 1 }));
      expect(error).toBeInstanceOf(RevisionExpired);
      expect((error as RevisionExpired).asked).toBe(revision - 1);
      expect((error as RevisionExpired).oldest).toBeGreaterThanOrEqual(revision);
      const now = await store.currentRevision();
      expect((await store.list({ resource: 'jobs' }, { at: now })).items).toHaveLength(1);
    });

    it('refuses a feed from a time it has forgotten', async () => {
      const store = await open({ shortHistory: true });
      const beginning = await store.currentRevision();
      await store.create(job('pi'), object('pi'));
      await fixture.expire(store);
      expect(await failure(read(store, {}, beginning))).toBeInstanceOf(RevisionExpired);
      expect(await read(store, {}, await store.currentRevision())).toEqual([]);
    });

    it('tells a reader who fell too far behind, instead of leaving a gap', async () => {
      const store = await open({ shortHistory: true });
      const stop = new AbortController();
      const reader = store.changes({}, await store.currentRevision(), stop.signal)[Symbol.asyncIterator]();
      const first = await store.create(job('first'), object('first'));
      expect(((await reader.next()).value as ChangeBatch).changes.map(({ revision }) => revision)).toEqual([
        first.revision,
      ]);
      await store.create(job('missed'), object('missed'));
      await fixture.expire(store);
      expect(await failure(reader.next())).toBeInstanceOf(RevisionExpired);
      stop.abort();
    });
  });
}
