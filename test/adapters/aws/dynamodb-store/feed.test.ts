import { createHash } from 'node:crypto';
import { DeleteItemCommand, GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { FeedItems } from '../../../../lib/adapters/aws/dynamodb-store/feed-items.js';
import type { FeedEntry } from '../../../../lib/adapters/aws/dynamodb-store/items.js';
import { TableAccess } from '../../../../lib/adapters/aws/dynamodb-store/table-access.js';
import { RevisionExpired } from '../../../../lib/ports/store.js';
import { job, object } from '../../../contract/store/samples.js';
import { pendingPod } from './objects.js';
import { describeTable } from './describe-table.js';

const HISTORY_MS = 3_600_000;

describeTable("the feed's items", (on) => {
  const open = () =>
    new FeedItems(new TableAccess(on.world.database.client, on.world.table), on.world.clock, HISTORY_MS);

  it('stand in one row without holes or losses, however many relays add to it at once', async () => {
    const relays = Array.from({ length: 4 }, open);
    const batches = Array.from({ length: 40 }, (_, n) => [entry(n * 2), entry(n * 2 + 1)]);
    await Promise.all(batches.map((batch, n) => relays[n % 4]!.append('jobs', batch)));
    const found = await open().after('jobs', '');
    const positions = found.map(({ position }) => Number(position));
    expect(positions).toEqual(positions.map((_, index) => positions[0]! + index));
    const names = found.flatMap(({ entries }) => entries.map(({ change }) => change.key.name));
    expect(names.toSorted()).toEqual(
      batches
        .flat()
        .map(({ change }) => change.key.name)
        .toSorted(),
    );
    found.reduce((top, batch) => {
      expect(batch.top).toBe(Math.max(top, ...batch.entries.map(({ change }) => change.revision)));
      return batch.top;
    }, 0);
  });

  it('are read back to where nothing newer can stand', async () => {
    const feed = open();
    for (const n of [5, 3, 9, 7, 11]) await feed.append('jobs', [entry(n)]);
    const back = await feed.backTo('jobs', revisionOf(8));
    expect(back.flatMap(({ entries }) => entries.map(({ change }) => change.revision - revisionOf(0)))).toEqual([
      9, 7, 11,
    ]);
    expect(await feed.backTo('jobs', revisionOf(11))).toEqual([]);
  });

  it('are read back as far as they fit in memory; what is further back has expired', async () => {
    const feed = new FeedItems(
      new TableAccess(on.world.database.client, on.world.table),
      on.world.clock,
      HISTORY_MS,
      2,
    );
    for (const n of [1, 2, 3, 4]) await feed.append('jobs', [entry(n)]);
    expect(await feed.backTo('jobs', revisionOf(2))).toHaveLength(2);
    await expect(feed.backTo('jobs', revisionOf(1))).rejects.toThrow(
      new RevisionExpired(revisionOf(1), revisionOf(2)).message,
    );
    await expect(feed.backTo('jobs', revisionOf(2), { window: 1 })).rejects.toBeInstanceOf(RevisionExpired);
    const [, second] = await feed.after('jobs', '');
    expect(await feed.backTo('jobs', revisionOf(0), { position: second!.position })).toHaveLength(2);
  });

  it('go on above every earlier position when all of them have expired', async () => {
    await open().append('jobs', [entry(1)]);
    const [first] = await open().after('jobs', '');
    const Key = { pk: { S: 'feed/jobs' }, sk: { S: first!.position } };
    await on.world.database.client.send(new DeleteItemCommand({ TableName: on.world.table, Key }));
    const later = { now: () => on.world.clock.now() + HISTORY_MS, at: on.world.clock.at.bind(on.world.clock) };
    const feed = new FeedItems(new TableAccess(on.world.database.client, on.world.table), later, HISTORY_MS);
    await feed.append('jobs', [entry(2)]);
    const found = await feed.after('jobs', first!.position);
    expect(found.flatMap(({ entries }) => entries)).toEqual([entry(2)]);
  });

  it('hold long index lists in a fraction of their size', async () => {
    // Every second index or so, as they happen to end.
    const ended = Array.from({ length: 200_000 }, (_, index) => index).filter((index) => isChosen(index));
    const completedIndexes = ended.join(',');
    expect(completedIndexes.length).toBeGreaterThan(570_000);
    const store = on.world.process();
    const stored = await store.create(job('large'), object('large', {}, { completedIndexes }));
    expect(await on.world.process().get(job('large'))).toEqual(stored);
    const Key = { pk: { S: 'jobs/default' }, sk: { S: 'large' } };
    const { Item } = await on.world.database.client.send(new GetItemCommand({ TableName: on.world.table, Key }));
    expect(Item!['b']!.B!.length).toBeLessThan(completedIndexes.length / 4);
    console.log(`index list of ${completedIndexes.length} characters: ${Item!['b']!.B!.length} bytes`);
  });

  it('pod templates are renewed by whoever uses one whose time is half over', async () => {
    const pod = pendingPod(1);
    const key = { resource: 'pods', namespace: 'default', name: pod.metadata.name };
    await on.world.process().create(key, pod);
    const template = async () => {
      const { Items = [] } = await on.world.database.client.send(
        new QueryCommand({
          TableName: on.world.table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': { S: 'template' } },
        }),
      );
      expect(Items).toHaveLength(1);
      return Items[0]!;
    };
    const { sk, expires } = await template();
    await on.world.process().get(key);
    expect((await template())['expires']).toEqual(expires);
    await on.world.database.client.send(
      new UpdateItemCommand({
        TableName: on.world.table,
        Key: { pk: { S: 'template' }, sk: sk! },
        UpdateExpression: 'SET expires = :soon',
        ExpressionAttributeValues: { ':soon': { N: String(Number(expires!.N) - 100 * 86_400) } },
      }),
    );
    await on.world.process().get(key);
    expect(Number((await template())['expires']!.N)).toBeGreaterThanOrEqual(Number(expires!.N));
  });
});

function entry(n: number): FeedEntry {
  const revision = revisionOf(n);
  return { change: { type: 'created', key: job(`j${n}`), revision, object: object(`j${n}`) }, writer: 'p.0' };
}

function revisionOf(n: number): number {
  return 1_795_000_000_000_000 + n;
}

/** Of half of all numbers, in no order that shows. */
function isChosen(n: number): boolean {
  return createHash('sha256').update(String(n)).digest()[0]! % 2 === 1;
}
