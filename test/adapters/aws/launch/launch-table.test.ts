import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NEW_BUDGET } from '../../../../lib/adapters/aws/launch/budget-state.js';
import { DynamoDbLaunchTable } from '../../../../lib/adapters/aws/launch/dynamodb-launch-table.js';
import type { LaunchTable } from '../../../../lib/adapters/aws/launch/launch-table.js';
import { inItems, sortKey, type WaitingPods } from '../../../../lib/adapters/aws/launch/waiting-pods.js';
import { createTable } from '../../../../lib/adapters/aws/dynamodb-store/create-table.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../../../support/dynamodb-local.js';
import { MemoryLaunchTable } from '../../../support/launch/memory-launch-table.js';
import { skipped } from '../../../support/skipped.js';

/** Of this machine: DynamoDB Local drops what has expired by its clock. */
const NOW = Date.now();
const missing = whyNoDynamoDb();
let database: TestDynamoDb;

beforeAll(async () => {
  if (missing === undefined) database = await startDynamoDb();
}, 90_000);

afterAll(() => database?.stop());

async function onDynamoDb(): Promise<LaunchTable> {
  const table = database.tableName();
  await createTable(database.client, table);
  return new DynamoDbLaunchTable(database.client, table, new VirtualClock(NOW));
}

function waiting(tag: number, id: string, pods: readonly string[] = ['default/a']): WaitingPods {
  return { provider: 'FARGATE', key: sortKey(tag, NOW, id), tag, job: 'job', sinceMs: NOW, pods };
}

describe.each([
  { name: 'memory', make: async (): Promise<LaunchTable> => new MemoryLaunchTable(), why: undefined },
  { name: 'DynamoDB', make: onDynamoDb, why: missing },
])('the launch table in $name', ({ name, make, why }) => {
  it.skipIf(why)(skipped('replaces the budget that was read, and no other', why), async () => {
    const table = await make();
    expect(await table.budget()).toEqual(NEW_BUDGET);
    expect(await table.replaceBudget({ ...NEW_BUDGET, callsFullAtMs: 7.25 })).toBe(true);
    expect(await table.replaceBudget(NEW_BUDGET)).toBe(false);
    const read = await table.budget();
    expect(read).toMatchObject({ version: 1, callsFullAtMs: 7.25 });
    const both = await Promise.all([table.replaceBudget(read), table.replaceBudget(read)]);
    expect(both.filter(Boolean)).toHaveLength(1);
  });

  it.skipIf(why)(skipped('counts the tags of a Job on, from what is served at least', why), async () => {
    const table = await make();
    expect(await table.takeTags('FARGATE', 'job', 10, 5)).toBe(10);
    expect(await table.takeTags('FARGATE', 'job', 12, 5)).toBe(15);
    expect(await table.takeTags('FARGATE', 'job', 100, 1)).toBe(100);
    expect(await table.takeTags('FARGATE_SPOT', 'job', 0, 1)).toBe(0);
    expect(await table.nextTag('FARGATE', 'job')).toBe(101);
    expect(await table.nextTag('FARGATE', 'other')).toBe(0);
  });

  it.skipIf(why)(skipped('gives no tag of a Job twice to those who ask together', why), async () => {
    const table = await make();
    const first = await Promise.all(Array.from({ length: 20 }, () => table.takeTags('FARGATE', 'job', 3, 2)));
    expect(first.toSorted((left, right) => left - right)).toEqual(Array.from({ length: 20 }, (_, at) => 3 + 2 * at));
  });

  it.skipIf(why)(skipped('shows the head of the fair order, of one provider', why), async () => {
    const table = await make();
    const items = [waiting(9, 'x'), waiting(10, 'b'), waiting(10, 'a'), waiting(1000, 'y', ['n/p', 'n/q'])];
    for (const item of items.toReversed()) await table.put(item);
    await table.put({ ...waiting(0, 'z'), provider: 'FARGATE_SPOT' });
    await table.takeTags('FARGATE', 'job', 0, 1);
    expect((await table.head('FARGATE', 3)).map(({ key }) => key)).toEqual(
      [items[0]!, items[2]!, items[1]!].map(({ key }) => key),
    );
    await table.delete(items[0]!);
    await table.delete(items[0]!);
    expect(await table.head('FARGATE', 10)).toEqual([items[2], items[1], items[3]]);
  });

  // Only DynamoDB has units.
  it.skipIf(why || name !== 'DynamoDB')(skipped('takes one write unit for a dozen pods', why), async () => {
    const pods = Array.from({ length: 64 }, (_, at) => `some-namespace/a-job-with-a-name-of-its-own-${at}-x7k2p`);
    for (const part of inItems(pods)) {
      const { provider, key, tag, job } = waiting(123, 'ffffffff-ffff-4fff-8fff-ffffffffffff', part);
      const bytes = [
        `launch/${provider}`,
        `wait/${key}`,
        'pk',
        'sk',
        'tag',
        'job',
        'pods',
        'since',
        String(NOW),
        job,
        String(tag),
        part.join(' '),
      ];
      expect(Buffer.byteLength(bytes.join(''))).toBeLessThan(1024 - 40);
    }
  });
});
