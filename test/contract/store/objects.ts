import { describe, expect, it } from 'vitest';
import { Absent, AlreadyExists, RevisionMismatch } from '../../../lib/ports/store.js';
import { failure } from './failure.js';
import type { Suite } from './fixture.js';
import { atRevision, job, object } from './samples.js';

export function describeObjects({ open }: Suite): void {
  describe('objects', () => {
    it('hands out what was created, with its revision as resourceVersion', async () => {
      const store = await open();
      const created = await store.create(job('pi'), object('pi', { resourceVersion: '17' }));
      expect(created.revision).toBeGreaterThan(0);
      expect(Number.isSafeInteger(created.revision)).toBe(true);
      expect(created.object.metadata.resourceVersion).toBe(String(created.revision));
      expect(await store.get(job('pi'))).toEqual(created);
      expect(created.key).toEqual(job('pi'));
    });

    it('finds nothing where nothing is', async () => {
      expect(await (await open()).get(job('pi'))).toBeUndefined();
    });

    it('keeps values of all JSON types as they are', async () => {
      const store = await open();
      const spec = {
        text: 'a\n\0é\u{1F600}\u2028"\\',
        number: -1.5e-7,
        no: false,
        nothing: null,
        list: [[], {}],
        '': 1,
      };
      await store.create(job('pi'), object('pi', {}, spec), { deep: { list: [1, null, 'x\n'] } });
      const stored = await store.get(job('pi'));
      expect(stored?.object['spec']).toEqual(spec);
      expect(stored?.record).toEqual({ deep: { list: [1, null, 'x\n'] } });
    });

    it('does not change the object it was given', async () => {
      const store = await open();
      const given = object('pi', { resourceVersion: '17' });
      await store.create(job('pi'), given);
      expect(given).toEqual(object('pi', { resourceVersion: '17' }));
    });

    it('replaces at the expected revision and answers with the new one', async () => {
      const store = await open();
      const first = await store.create(job('pi'), object('pi', {}, { n: 1 }));
      const second = await store.replace(job('pi'), first.revision, object('pi', {}, { n: 2 }));
      expect(second.revision).toBeGreaterThan(first.revision);
      expect(second.object['spec']).toEqual({ n: 2 });
      expect(await store.get(job('pi'))).toEqual(second);
    });

    it('keeps the record that a replace leaves out, and replaces the one it gives', async () => {
      const store = await open();
      const first = await store.create(job('pi'), object('pi'), { kept: true });
      const second = await store.replace(job('pi'), first.revision, object('pi'));
      expect(second.record).toEqual({ kept: true });
      const third = await store.replace(job('pi'), second.revision, object('pi'), { next: 1 });
      expect(third.record).toEqual({ next: 1 });
      expect((await store.get(job('pi')))?.record).toEqual({ next: 1 });
    });

    it('deletes at the expected revision, with a revision of its own', async () => {
      const store = await open();
      const created = await store.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
      const deleted = await store.delete(job('pi'), created.revision);
      expect(deleted.revision).toBeGreaterThan(created.revision);
      expect(deleted.object).toEqual(atRevision(created.object, deleted.revision));
      expect(await store.get(job('pi'))).toBeUndefined();
    });

    it('takes the final state of a deleted object from its caller', async () => {
      const store = await open();
      const created = await store.create(job('pi'), object('pi', {}, { n: 1 }));
      const deleted = await store.delete(job('pi'), created.revision, object('pi', {}, { n: 2 }));
      expect(deleted.object).toEqual(atRevision(object('pi', {}, { n: 2 }), deleted.revision));
    });

    it('lets a deleted name be created again', async () => {
      const store = await open();
      const first = await store.create(job('pi'), object('pi'), { r: 1 });
      const deleted = await store.delete(job('pi'), first.revision);
      const again = await store.create(job('pi'), object('pi'));
      expect(again.revision).toBeGreaterThan(deleted.revision);
      expect(again.record).toBeUndefined();
    });

    it('refuses to create what exists, naming what is there', async () => {
      const store = await open();
      const created = await store.create(job('pi'), object('pi'));
      const error = await failure(store.create(job('pi'), object('pi')));
      expect(error).toBeInstanceOf(AlreadyExists);
      expect((error as AlreadyExists).existing).toEqual(created);
      expect((error as AlreadyExists).key).toEqual(job('pi'));
    });

    it('refuses to replace or delete what is not there', async () => {
      const store = await open();
      expect(await failure(store.replace(job('pi'), 1, object('pi')))).toBeInstanceOf(Absent);
      expect(await failure(store.delete(job('pi'), 1))).toBeInstanceOf(Absent);
    });

    it('refuses to replace or delete at another revision, naming the current state', async () => {
      const store = await open();
      const first = await store.create(job('pi'), object('pi'));
      const second = await store.replace(job('pi'), first.revision, object('pi'));
      const writes = [() => store.replace(job('pi'), first.revision, object('pi')), () => store.delete(job('pi'), 1)];
      for (const write of writes) {
        const error = await failure(write());
        expect(error).toBeInstanceOf(RevisionMismatch);
        expect((error as RevisionMismatch).current).toEqual(second);
      }
      expect(await store.get(job('pi'))).toEqual(second);
    });

    it('keeps resources, namespaces and names apart', async () => {
      const store = await open();
      const keys = [
        { resource: 'jobs', namespace: 'a', name: 'bc' },
        { resource: 'jobs', namespace: 'ab', name: 'c' },
        { resource: 'pods', namespace: 'a', name: 'bc' },
        { resource: 'namespaces', namespace: '', name: 'a' },
      ];
      for (const key of keys) await store.create(key, object(key.name));
      for (const key of keys) expect((await store.get(key))?.key).toEqual(key);
    });
  });
}
