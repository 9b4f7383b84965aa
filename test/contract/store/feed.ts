import { describe, expect, it } from 'vitest';
import type { Change, ChangeBatch, FeedRange, Revision } from '../../../lib/ports/store.js';
import { turn } from '../../support/virtual-time.js';
import { apply, churn, follow, read, readUntil } from './changes.js';
import type { Suite } from './fixture.js';
import { job, object, pathOf, range } from './samples.js';

export function describeFeed({ open }: Suite): void {
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
      expect(changes.map(pathOf)).toEqual(expected);
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
      await turn();
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
      await turn();
      stop.abort();
      await waiting;
      await follow(store, {}, after, stop.signal, () => expect.unreachable());
    });

    it('ends when the store is closed', async () => {
      const store = await open();
      const after = await store.currentRevision();
      const waiting = follow(store, {}, after, new AbortController().signal, () => undefined);
      await turn();
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
      const then = new Map<string, Revision>(page.items.map((item) => [pathOf(item), item.revision]));
      apply(then, changes);
      const now = await store.list({ resource: 'jobs' });
      expect([...then.values()].sort()).toEqual(now.items.map((item) => item.revision).sort());
    });
  });
}
