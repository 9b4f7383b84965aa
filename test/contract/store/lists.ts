import { describe, expect, it } from 'vitest';
import { RevisionAhead, type Page, type Store } from '../../../lib/ports/store.js';
import { churn, read, replay } from './changes.js';
import { failure } from './failure.js';
import type { Suite } from './fixture.js';
import { job, nameOf, object, pathOf, range } from './samples.js';

export function describeLists({ open }: Suite): void {
  describe('lists', () => {
    const fill = async (store: Store) => {
      const keys = ['b/x', 'a/z', 'a/a', 'a/a-b', 'a/a.b', 'ab/a', 'a-b/a'].map((path) => {
        const [namespace, name] = path.split('/') as [string, string];
        return { resource: 'jobs', namespace, name };
      });
      await Promise.all(keys.map((key) => store.create(key, object(key.name), { of: key.name })));
      await store.create({ resource: 'jobsx', namespace: 'a', name: 'a' }, object('a'));
      await store.create({ resource: 'job', namespace: 'a', name: 'a' }, object('a'));
    };
    const inOrder = ['a/a', 'a/a-b', 'a/a.b', 'a/z', 'a-b/a', 'ab/a', 'b/x'];

    it('holds the keys of one resource, by namespace, then name', async () => {
      const store = await open();
      await fill(store);
      const page = await store.list({ resource: 'jobs' });
      expect(page.items.map(pathOf)).toEqual(inOrder);
      expect(page.next).toBeUndefined();
      expect(page.items[0]).toEqual(await store.get({ resource: 'jobs', namespace: 'a', name: 'a' }));
    });

    it('holds the keys of one namespace', async () => {
      const store = await open();
      await fill(store);
      const page = await store.list({ resource: 'jobs', namespace: 'a' });
      expect(page.items.map(pathOf)).toEqual(['a/a', 'a/a-b', 'a/a.b', 'a/z']);
    });

    it('orders names by their bytes, not by their UTF-16 units', async () => {
      const store = await open();
      const names = ['\u{1F600}', '\uFF5E', 'z', 'é'];
      for (const name of names) await store.create({ resource: 'roles', namespace: 'a', name }, object(name));
      const page = await store.list({ resource: 'roles' });
      expect(page.items.map((item) => item.key.name)).toEqual(['z', 'é', '\uFF5E', '\u{1F600}']);
    });

    it('is empty where nothing is', async () => {
      const page = await (await open()).list({ resource: 'jobs' });
      expect(page.items).toEqual([]);
      expect(page.next).toBeUndefined();
      expect(page.revision).toBeGreaterThan(0);
    });

    it.each([1, 2, 3, 6, 7, 8])('comes in pages of %i that hold every key once', async (limit) => {
      const store = await open();
      await fill(store);
      const seen: string[] = [];
      let after: Page['next'] | undefined;
      for (;;) {
        const page = await store.list({ resource: 'jobs' }, { limit, after });
        seen.push(...page.items.map(pathOf));
        expect(page.items.length).toBeLessThanOrEqual(limit);
        if (page.remaining !== undefined) expect(page.remaining).toBe(inOrder.length - seen.length);
        if (!page.next) break;
        expect(page.items).toHaveLength(limit);
        expect(page.next).toEqual({ namespace: page.items.at(-1)!.key.namespace, name: page.items.at(-1)!.key.name });
        after = page.next;
      }
      expect(seen).toEqual(inOrder);
    });

    it('holds everything without a limit, which 0 also means', async () => {
      const store = await open();
      await fill(store);
      for (const options of [{}, { limit: 0 }]) {
        expect((await store.list({ resource: 'jobs' }, options)).items.map(pathOf)).toEqual(inOrder);
      }
    });

    it('goes on above a key that is no longer there', async () => {
      const store = await open();
      await fill(store);
      const page = await store.list({ resource: 'jobs' }, { after: { namespace: 'a', name: 'b' }, limit: 2 });
      expect(page.items.map(pathOf)).toEqual(['a/z', 'a-b/a']);
    });

    it('is as it was at the revision asked for, records included', async () => {
      const store = await open();
      const kept = await store.create(job('kept'), object('kept'), { r: 1 });
      const changed = await store.create(job('changed'), object('changed', {}, { n: 1 }), { r: 2 });
      const deleted = await store.create(job('deleted'), object('deleted'));
      const reborn = await store.create(job('reborn'), object('reborn', {}, { n: 1 }));
      const then = await store.currentRevision();
      const next = await store.replace(job('changed'), changed.revision, object('changed', {}, { n: 2 }), { r: 3 });
      await store.replace(job('changed'), next.revision, object('changed', {}, { n: 3 }));
      await store.delete(job('deleted'), deleted.revision);
      await store.delete(job('reborn'), reborn.revision);
      await store.create(job('reborn'), object('reborn', {}, { n: 2 }));
      const fresh = await store.create(job('new'), object('new'));
      await store.delete(job('new'), fresh.revision);
      const page = await store.list({ resource: 'jobs' }, { at: then });
      expect(page.items).toEqual([changed, deleted, kept, reborn]);
      expect(page.revision).toBe(then);
      const between = await store.list({ resource: 'jobs' }, { at: next.revision });
      expect(between.items).toEqual([next, deleted, kept, reborn]);
    });

    it('stays one truth over its pages while writers go on', async () => {
      const store = await open();
      const created = await Promise.all(
        range(60).map((n) => store.create(job(nameOf(n)), object(nameOf(n), {}, { turn: 0 }))),
      );
      const first = await store.list({ resource: 'jobs', namespace: 'default' }, { limit: 7 });
      const items = [...first.items];
      let { next } = first;
      while (next) {
        const turn = items.length;
        await Promise.all([
          ...created.slice(turn, turn + 4).map(({ key, revision }) => store.delete(key, revision)),
          store.create(job(`${nameOf(turn)}-x`), object('x')),
        ]);
        const page = await store.list(
          { resource: 'jobs', namespace: 'default' },
          { limit: 7, after: next, at: first.revision },
        );
        expect(page.revision).toBe(first.revision);
        items.push(...page.items);
        next = page.next;
      }
      expect(items).toEqual(created);
    });

    it('shows at its revision exactly the changes up to it, also under concurrent writers', async () => {
      const store = await open();
      const beginning = await store.currentRevision();
      const writers = Promise.all(range(10).map((n) => churn(store, `j${n}`, 12)));
      const pages = [];
      for (let turn = 0; turn < 10; turn++) pages.push(await store.list({ resource: 'jobs' }));
      await writers;
      const all = await read(store, { resource: 'jobs' }, beginning);
      for (const page of pages) {
        const expected = replay(all.filter((change) => change.revision <= page.revision));
        expect(page.items.map((item) => item.revision)).toEqual(expected);
      }
    });

    it('refuses a revision that has not been reached', async () => {
      const store = await open();
      const current = await store.currentRevision();
      const error = await failure(store.list({ resource: 'jobs' }, { at: current + 1_000_000_000_000 }));
      expect(error).toBeInstanceOf(RevisionAhead);
      expect((error as RevisionAhead).current).toBeGreaterThanOrEqual(current);
    });
  });
}
