import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Change, Revision, Store } from '../../../../lib/ports/store.js';
import { job, object } from '../../../contract/store/samples.js';
import { describeTable } from './describe-table.js';

describeTable('several processes on one table', (on) => {
  it("lets a follower have another process's changes once they are relayed, live", async () => {
    const [writer, reader] = [on.world.process(), on.world.process()];
    const beginning = await reader.currentRevision();
    const following = take(reader, beginning, 3);
    const created = await writer.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
    await on.world.relay();
    const replaced = await writer.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }), { r: 2 });
    const deleted = await writer.delete(job('pi'), replaced.revision);
    await on.world.relay();
    expect(await following).toEqual([
      { type: 'created', ...created },
      { type: 'replaced', ...replaced, previous: created.object },
      { type: 'deleted', ...deleted, previous: replaced.object },
    ]);
  });

  it('hands out a change once, though it is known here already or relayed twice', async () => {
    const [one, other] = [on.world.process(), on.world.process()];
    on.world.deliveries = 2;
    const beginning = await one.currentRevision();
    const following = take(one, beginning, 4);
    const own = await one.create(job('own'), object('own'));
    await on.world.relay();
    const created = await other.create(job('pi'), object('pi'));
    await on.world.relay();
    const replaced = await other.replace(job('pi'), created.revision, object('pi', {}, { n: 1 }));
    await on.world.relay();
    const last = await one.create(job('last'), object('last'));
    const seen = await following;
    expect(seen.map(({ revision }) => revision).toSorted()).toEqual(
      [own, created, replaced, last].map(({ revision }) => revision).toSorted(),
    );
  });

  it('misses nothing between a list in one process and a feed in another, while others write', async () => {
    const [lister, follower] = [on.world.process(), on.world.process()];
    const writers = [on.world.process(), on.world.process()];
    await writers[0]!.create(job('first'), object('first'));
    const writing = writers.flatMap((store, process) =>
      Array.from({ length: 5 }, (_, n) => churn(store, `j${process}-${n}`)),
    );
    const pages = [];
    for (let turn = 0; turn < 3; turn++) pages.push(await lister.list({ resource: 'jobs' }));
    await Promise.all(writing);
    await on.world.relay();
    const now = stateOf((await lister.list({ resource: 'jobs' })).items);
    const newest = Math.max(...now.values());
    for (const page of pages) {
      const state = stateOf(page.items);
      await follow(follower, page.revision, newest, (change) => {
        if (change.type === 'deleted') state.delete(change.key.name);
        else state.set(change.key.name, change.revision);
      });
      expect(state).toEqual(now);
    }
  });

  it('lists the past of what another process has changed since, when the feed tells of it', async () => {
    const [one, other] = [on.world.process(), on.world.process()];
    const first = await one.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
    const second = await one.create(job('tau'), object('tau'));
    const then = second.revision;
    await one.replace(job('pi'), first.revision, object('pi', {}, { n: 2 }), { r: 2 });
    await one.delete(job('tau'), second.revision);
    const listing = other.list({ resource: 'jobs' }, { at: then });
    await on.world.relay();
    expect((await listing).items).toEqual([first, second]);
  });

  it('keeps nothing of deleted objects in the table once the feed has them', async () => {
    const store = on.world.process();
    const created = await store.create(job('pi'), object('pi'));
    await store.delete(job('pi'), created.revision);
    await on.world.relay();
    expect(await partitionsOf('jobs/')).toEqual([]);
  });

  it('keeps a name that was created again', async () => {
    const store = on.world.process();
    const created = await store.create(job('pi'), object('pi'));
    await store.delete(job('pi'), created.revision);
    const again = await store.create(job('pi'), object('pi', {}, { again: true }));
    await on.world.relay();
    expect(await store.get(job('pi'))).toEqual(again);
  });

  it('holds objects of a megabyte and a half, and clears away what they were', { timeout: 300_000 }, async () => {
    const [store, reader] = [on.world.process(), on.world.process()];
    const beginning = await store.currentRevision();
    const large = (n: number) => object('large', {}, { n, text: randomBytes(1_100_000).toString('base64') });
    const first = await store.create(job('large'), large(1));
    expect(await reader.get(job('large'))).toEqual(first);
    const second = await store.replace(job('large'), first.revision, large(2));
    await on.world.relay();
    expect(await reader.get(job('large'))).toEqual(second);
    expect((await reader.list({ resource: 'jobs' })).items).toEqual([second]);
    expect(await take(reader, beginning, 2)).toEqual([
      { type: 'created', ...first },
      { type: 'replaced', ...second, previous: first.object },
    ]);
    await store.delete(job('large'), second.revision);
    await on.world.relay();
    expect(await partitionsOf('jobs/')).toEqual([]);
    expect((await partitionsOf('chunk')).filter((name) => name.startsWith('jobs/'))).toEqual([]);
  });

  /** The sort keys of the partitions that begin so. */
  async function partitionsOf(prefix: string): Promise<string[]> {
    const names: string[] = [];
    let start;
    do {
      const page: { Items?: Record<string, { S?: string }>[]; LastEvaluatedKey?: object } =
        (await on.world.database.client.send(
          new ScanCommand({
            TableName: on.world.table,
            ConsistentRead: true,
            ExclusiveStartKey: start,
            ProjectionExpression: 'pk, sk',
          }),
        )) as never;
      for (const { pk, sk } of page.Items ?? []) if (pk!.S!.startsWith(prefix)) names.push(sk!.S!);
      start = page.LastEvaluatedKey as never;
    } while (start !== undefined);
    return names;
  }
});

/** The next changes after a revision. */
async function take(store: Store, after: Revision, count: number): Promise<Change[]> {
  const changes: Change[] = [];
  for await (const batch of store.changes({}, after, new AbortController().signal)) {
    changes.push(...batch.changes);
    if (changes.length >= count) break;
  }
  return changes;
}

/** Reads on until a revision has been handed out. */
async function follow(store: Store, after: Revision, until: Revision, see: (change: Change) => void): Promise<void> {
  if (after >= until) return;
  for await (const { changes } of store.changes({ resource: 'jobs' }, after, new AbortController().signal)) {
    changes.forEach(see);
    if (changes.some(({ revision }) => revision >= until)) return;
  }
}

async function churn(store: Store, name: string): Promise<void> {
  for (let turn = 0; turn < 4; turn++) {
    const created = await store.create(job(name), object(name, {}, { turn }));
    const replaced = await store.replace(job(name), created.revision, object(name, {}, { turn, again: true }));
    if (turn < 3) await store.delete(job(name), replaced.revision);
  }
}

function stateOf(items: readonly { readonly key: { readonly name: string }; readonly revision: Revision }[]) {
  return new Map(items.map(({ key, revision }) => [key.name, revision]));
}
