import { afterEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { Clock } from '../../lib/ports/clock.js';
import { Absent, AlreadyExists, RevisionAhead, RevisionExpired, RevisionMismatch } from '../../lib/ports/store.js';
import type {
  Change,
  ChangeBatch,
  FeedRange,
  ObjectKey,
  Revision,
  Store,
  StoredObject,
} from '../../lib/ports/store.js';

/** What the suite needs to know of an adapter. */
export interface StoreFixture {
  /** A new, empty store. `shortHistory`: one that `expire` can bring to forget. */
  open(options?: { readonly clock?: Clock; readonly shortHistory?: boolean }): Promise<Store>;
  /** Makes a store of short history forget what was up to now. It may write objects of the resource `fillers`. */
  expire(store: Store): Promise<void>;
  /** Ends a store's process and starts it again on the same data. Left out: the data ends with the process. */
  restart?(store: Store, options?: { readonly clock?: Clock }): Promise<Store>;
}

/** The suite of `lib/ports/store.ts`, for every adapter the same. */
export function describeStore(name: string, fixture: StoreFixture): void {
  describe(name, () => {
    const stores: Store[] = [];
    const open = async (options?: Parameters<StoreFixture['open']>[0]) => {
      const store = await fixture.open(options);
      stores.push(store);
      return store;
    };
    afterEach(async () => {
      await Promise.all(stores.splice(0).map((store) => store.close()));
    });
    const suite = { open, fixture, stores };
    describeObjects(suite);
    describeWriters(suite);
    describeLists(suite);
    describeFeed(suite);
    describeHistory(suite);
    if (fixture.restart) describeRestart(suite, fixture.restart.bind(fixture));
  });
}

interface Suite {
  readonly open: StoreFixture['open'];
  readonly fixture: StoreFixture;
  readonly stores: Store[];
}

function describeObjects({ open }: Suite): void {
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
      expect(deleted.object).toEqual(at(created.object, deleted.revision));
      expect(await store.get(job('pi'))).toBeUndefined();
    });

    it('takes the final state of a deleted object from its caller', async () => {
      const store = await open();
      const created = await store.create(job('pi'), object('pi', {}, { n: 1 }));
      const deleted = await store.delete(job('pi'), created.revision, object('pi', {}, { n: 2 }));
      expect(deleted.object).toEqual(at(object('pi', {}, { n: 2 }), deleted.revision));
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

function describeWriters({ open }: Suite): void {
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

function describeLists({ open }: Suite): void {
  describe('lists', () => {
    const fill = async (store: Store) => {
      const keys = ['b/x', 'a/z', 'a/a', 'a/a-b', 'a/a.b', 'ab/a', 'a-b/a'].map((text) => {
        const [namespace, name] = text.split('/') as [string, string];
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
      expect(page.items.map(text)).toEqual(inOrder);
      expect(page.next).toBeUndefined();
      expect(page.items[0]).toEqual(await store.get({ resource: 'jobs', namespace: 'a', name: 'a' }));
    });

    it('holds the keys of one namespace', async () => {
      const store = await open();
      await fill(store);
      const page = await store.list({ resource: 'jobs', namespace: 'a' });
      expect(page.items.map(text)).toEqual(['a/a', 'a/a-b', 'a/a.b', 'a/z']);
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
      let after: ObjectKeyInRange | undefined;
      for (;;) {
        const page = await store.list({ resource: 'jobs' }, { limit, after });
        seen.push(...page.items.map(text));
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
        expect((await store.list({ resource: 'jobs' }, options)).items.map(text)).toEqual(inOrder);
      }
    });

    it('goes on above a key that is no longer there', async () => {
      const store = await open();
      await fill(store);
      const page = await store.list({ resource: 'jobs' }, { after: { namespace: 'a', name: 'b' }, limit: 2 });
      expect(page.items.map(text)).toEqual(['a/z', 'a-b/a']);
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
        range(60).map((n) => store.create(job(name(n)), object(name(n), {}, { turn: 0 }))),
      );
      const first = await store.list({ resource: 'jobs', namespace: 'default' }, { limit: 7 });
      const items = [...first.items];
      let { next } = first;
      while (next) {
        const turn = items.length;
        await Promise.all([
          ...created.slice(turn, turn + 4).map(({ key, revision }) => store.delete(key, revision)),
          store.create(job(`${name(turn)}-x`), object('x')),
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

function describeFeed({ open }: Suite): void {
  describe('the feed', () => {
    it('tells of creation, replacement and deletion, with the state before and after', async () => {
      const store = await open();
      const beginning = await store.currentRevision();
      const created = await store.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
      const replaced = await store.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }));
      const deleted = await store.delete(job('pi'), replaced.revision, object('pi', {}, { n: 3 }));
      const again = await store.create(job('pi'), object('pi', {}, { n: 4 }));
      expect(await read(store, {}, beginning)).toEqual([
        { type: 'created', ...created },
        { type: 'replaced', ...replaced, previous: created.object },
        { type: 'deleted', ...deleted, record: { r: 1 }, previous: replaced.object },
        { type: 'created', ...again },
      ]);
    });

    it('begins after the revision asked for', async () => {
      const store = await open();
      const written = [];
      for (const n of range(5)) written.push(await store.create(job(`j${n}`), object(`j${n}`)));
      const changes = await read(store, {}, written[2]!.revision);
      expect(changes.map((change) => change.revision)).toEqual([written[3]!.revision, written[4]!.revision]);
      expect(await read(store, {}, written[4]!.revision)).toEqual([]);
    });

    it.each<[string, FeedRange, string[]]>([
      ['one resource', { resource: 'jobs' }, ['a/1', 'b/2']],
      ['one namespace of a resource', { resource: 'jobs', namespace: 'b' }, ['b/2']],
      ['one namespace of all resources', { namespace: 'a' }, ['a/1', 'a/3']],
      ['everything', {}, ['a/1', 'b/2', 'a/3', '/4']],
      ['what is cluster-scoped', { resource: 'namespaces', namespace: '' }, ['/4']],
    ])('holds %s', async (_, feedRange, expected) => {
      const store = await open();
      const beginning = await store.currentRevision();
      await store.create({ resource: 'jobs', namespace: 'a', name: '1' }, object('1'));
      await store.create({ resource: 'jobs', namespace: 'b', name: '2' }, object('2'));
      await store.create({ resource: 'pods', namespace: 'a', name: '3' }, object('3'));
      await store.create({ resource: 'namespaces', namespace: '', name: '4' }, object('4'));
      const changes = await read(store, feedRange, beginning);
      expect(changes.map(text)).toEqual(expected);
    });

    it('has no gaps and no repeats under concurrent writers, whenever its reader joins', async () => {
      const store = await open();
      const beginning = await store.currentRevision();
      const stop = new AbortController();
      const readers: Change[][] = [];
      const joins: Revision[] = [];
      const following: Promise<void>[] = [];
      const join = async () => {
        const after = await store.currentRevision();
        const seen: Change[] = [];
        readers.push(seen);
        joins.push(after);
        following.push(follow(store, {}, after, stop.signal, (batch) => void seen.push(...batch.changes)));
      };
      const writers = range(20).map((n) => churn(store, `j${n}`, 10));
      for (let turn = 0; turn < 5; turn++) {
        await join();
        await store.create(job(`tick${turn}`), object('tick'));
      }
      const acknowledged = (await Promise.all(writers)).flat();
      const all = await read(store, {}, beginning);
      await readUntil(store, readers, all.at(-1)!.revision);
      stop.abort();
      await Promise.all(following);
      const revisions = all.map((change) => change.revision);
      expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
      expect(revisions).toEqual(expect.arrayContaining(acknowledged));
      readers.forEach((seen, index) => {
        expect(seen).toEqual(all.filter((change) => change.revision > joins[index]!));
      });
    });

    it('reaches whoever waits for it no later than the writer gets its answer', async () => {
      const store = await open();
      const stop = new AbortController();
      const order: string[] = [];
      const after = await store.currentRevision();
      const following = follow(store, { resource: 'jobs' }, after, stop.signal, (batch) => {
        for (const change of batch.changes) order.push(`seen ${change.revision}`);
      });
      await settle();
      for (const n of range(3)) {
        const { revision } = await store.create(job(`j${n}`), object(`j${n}`));
        expect(order.at(-1)).toBe(`seen ${revision}`);
      }
      stop.abort();
      await following;
    });

    it('lets a slow reader have every change all the same', async () => {
      const store = await open();
      const beginning = await store.currentRevision();
      const stop = new AbortController();
      const reader = store.changes({ resource: 'jobs' }, beginning, stop.signal)[Symbol.asyncIterator]();
      const seen: Revision[] = [];
      const written: Revision[] = [];
      for (let turn = 0; turn < 10; turn++) {
        const stored = await Promise.all(range(30).map((n) => store.create(job(`j${turn}-${n}`), object('x'))));
        written.push(...stored.map(({ revision }) => revision));
        const { value } = await reader.next();
        seen.push(...(value as ChangeBatch).changes.map(({ revision }) => revision));
      }
      while (seen.length < written.length) {
        const { value } = await reader.next();
        seen.push(...(value as ChangeBatch).changes.map(({ revision }) => revision));
      }
      expect(seen).toEqual(written.sort((a, b) => a - b));
      await reader.return?.();
    });

    it('tells how far it has been read, up to the newest revision', async () => {
      const store = await open();
      const beginning = await store.currentRevision();
      await store.create(job('a'), object('a'));
      const { revision } = await store.create({ resource: 'pods', namespace: 'default', name: 'p' }, object('p'));
      let told = beginning;
      const stop = new AbortController();
      await follow(store, { resource: 'jobs' }, beginning, stop.signal, (batch) => {
        expect(batch.revision).toBeGreaterThanOrEqual(told);
        told = batch.revision;
        if (told >= revision) stop.abort();
      });
      expect(told).toBe(revision);
    });

    it('ends when its signal aborts, whether it waits or has not begun', async () => {
      const store = await open();
      const stop = new AbortController();
      const after = await store.currentRevision();
      const waiting = follow(store, {}, after, stop.signal, () => undefined);
      await settle();
      stop.abort();
      await waiting;
      await follow(store, {}, after, stop.signal, () => expect.unreachable());
    });

    it('ends when the store is closed', async () => {
      const store = await open();
      const after = await store.currentRevision();
      const waiting = follow(store, {}, after, new AbortController().signal, () => undefined);
      await settle();
      await store.close();
      await waiting;
    });

    it('stops when its reader stops', async () => {
      const store = await open();
      const after = await store.currentRevision();
      for (const n of range(3)) await store.create(job(`j${n}`), object(`j${n}`));
      let batches = 0;
      for await (const batch of store.changes({}, after, new AbortController().signal)) {
        batches += batch.changes.length > 0 ? 1 : 0;
        break;
      }
      expect(batches).toBe(1);
      await store.create(job('more'), object('more'));
    });

    it('misses nothing between a list and a feed that begins at its revision', async () => {
      const store = await open();
      const writers = Promise.all(range(8).map((n) => churn(store, `j${n}`, 10)));
      await store.create(job('first'), object('first'));
      const page = await store.list({ resource: 'jobs' });
      await writers;
      const changes = await read(store, { resource: 'jobs' }, page.revision);
      const then = new Map<string, Revision>(page.items.map((item) => [text(item), item.revision]));
      apply(then, changes);
      const now = await store.list({ resource: 'jobs' });
      expect([...then.values()].sort()).toEqual(now.items.map((item) => item.revision).sort());
    });
  });
}

function describeHistory({ open, fixture }: Suite): void {
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

function describeRestart({ open, stores }: Suite, restart: NonNullable<StoreFixture['restart']>): void {
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

type ObjectKeyInRange = { readonly namespace: string; readonly name: string };

export function job(jobName: string): ObjectKey {
  return { resource: 'jobs', namespace: 'default', name: jobName };
}

export function object(objectName: string, metadata: object = {}, spec: object = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: objectName,
      namespace: 'default',
      uid: '5a4ac1a2-7d5b-4d0c-8a35-0e4a4cbb6b5e',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec,
  };
}

/** All changes of a range after a revision, up to the newest of now. */
export async function read(store: Store, feedRange: FeedRange, after: Revision): Promise<Change[]> {
  const newest = await store.currentRevision();
  const changes: Change[] = [];
  if (after >= newest) return changes;
  const stop = new AbortController();
  await follow(store, feedRange, after, stop.signal, (batch) => {
    changes.push(...batch.changes);
    if (batch.revision >= newest) stop.abort();
  });
  return changes;
}

async function follow(
  store: Store,
  feedRange: FeedRange,
  after: Revision,
  signal: AbortSignal,
  take: (batch: ChangeBatch) => void,
): Promise<void> {
  for await (const batch of store.changes(feedRange, after, signal)) take(batch);
}

/** Waits until all readers have come to a revision. */
async function readUntil(store: Store, readers: readonly Change[][], revision: Revision): Promise<void> {
  while (readers.some((seen) => (seen.at(-1)?.revision ?? 0) < revision)) {
    await settle();
    await store.currentRevision();
  }
}

/** Creates, replaces and deletes one key in turns; returns the revisions acknowledged. */
async function churn(store: Store, jobName: string, turns: number): Promise<Revision[]> {
  const revisions: Revision[] = [];
  let current: StoredObject | undefined;
  for (let turn = 0; turn < turns; turn++) {
    if (!current) {
      current = await store.create(job(jobName), object(jobName, {}, { turn }));
      revisions.push(current.revision);
    } else if (turn % 5 === 4) {
      revisions.push((await store.delete(job(jobName), current.revision)).revision);
      current = undefined;
    } else {
      current = await store.replace(job(jobName), current.revision, object(jobName, {}, { turn }));
      revisions.push(current.revision);
    }
  }
  return revisions;
}

/** The revisions that changes leave behind, in the order of keys. */
function replay(changes: readonly Change[]): Revision[] {
  const state = new Map<string, Revision>();
  apply(state, changes);
  return [...state.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, revision]) => revision);
}

function apply(state: Map<string, Revision>, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.type === 'deleted') state.delete(text(change));
    else state.set(text(change), change.revision);
  }
}

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => expect.unreachable('it was expected to fail'),
    (error: unknown) => error,
  );
}

function at(given: KubeObject, revision: Revision): KubeObject {
  return { ...given, metadata: { ...given.metadata, resourceVersion: String(revision) } };
}

function text({ key }: { readonly key: ObjectKey }): string {
  return `${key.namespace}/${key.name}`;
}

function name(n: number): string {
  return `j${String(n).padStart(4, '0')}`;
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
