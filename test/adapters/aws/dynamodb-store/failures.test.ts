import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { DynamoDbStore } from '../../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { WriteOutcomeUnknown } from '../../../../lib/adapters/aws/dynamodb-store/writes.js';
import { AlreadyExists, RevisionMismatch } from '../../../../lib/ports/store.js';
import { job, object } from '../../../contract/store/samples.js';
import { describeTable } from './describe-table.js';

/** What becomes of the next updates: in order, one each. */
type Fault = 'throttled' | 'answer lost' | (() => Promise<unknown>);

describeTable('writes that fail', (on) => {
  let faults: Fault[];
  /** What every query fails with. */
  let queryFailure: Error | undefined;
  let client: DynamoDBClient;
  beforeEach(() => {
    faults = [];
    client = new DynamoDBClient(on.world.database.config);
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          const fault = commandName === 'UpdateItemCommand' ? faults.shift() : undefined;
          if (commandName === 'QueryCommand' && queryFailure) throw queryFailure;
          if (fault === 'throttled') throw named('ThrottlingException');
          const result = await next(args);
          if (fault === undefined) return result;
          if (fault !== 'answer lost') await fault();
          throw named('TimeoutError');
        },
      { step: 'initialize' },
    );
  });
  afterEach(() => client.destroy());
  const open = () => new DynamoDbStore({ client, table: on.world.table, clock: on.world.clock });

  it('of writes to a throttled table are repeated with a higher revision', async () => {
    const [store, other] = [open(), on.world.process()];
    faults = ['throttled', 'throttled'];
    const before = await other.create(job('before'), object('before'));
    const created = await store.create(job('pi'), object('pi'));
    expect(created.revision).toBeGreaterThan(before.revision);
    expect(await other.get(job('pi'))).toEqual(created);
  });

  it('in which only the answer is lost are found to be successes', async () => {
    const [store, other] = [open(), on.world.process()];
    faults = ['answer lost'];
    const created = await store.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
    expect(await other.get(job('pi'))).toEqual(created);
    faults = ['answer lost'];
    const replaced = await store.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }));
    expect(await other.get(job('pi'))).toEqual(replaced);
    expect(replaced.record).toEqual({ r: 1 });
    faults = ['answer lost'];
    const deleted = await store.delete(job('pi'), replaced.revision);
    expect(deleted.object['spec']).toEqual({ n: 2 });
    expect(await other.get(job('pi'))).toBeUndefined();
  });

  it('do not bring a change into the feed twice, though it took two attempts', async () => {
    const store = open();
    const beginning = await store.currentRevision();
    faults = ['answer lost'];
    const created = await store.create(job('pi'), object('pi'));
    faults = ['answer lost'];
    const replaced = await store.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }));
    await on.world.relay();
    const last = await store.create(job('last'), object('last'));
    const seen: number[] = [];
    for await (const { changes } of store.changes({}, beginning, new AbortController().signal)) {
      seen.push(...changes.map(({ revision }) => revision));
      if (seen.length >= 3) break;
    }
    expect(seen.toSorted()).toEqual([created.revision, replaced.revision, last.revision]);
    await store.close();
  });

  it('whose outcome nobody can tell do not claim that nothing happened', async () => {
    const [store, other] = [open(), on.world.process()];
    const created = await store.create(job('pi'), object('pi'));
    faults = [
      async () => {
        const { revision } = (await other.get(job('pi')))!;
        await other.replace(job('pi'), revision, object('pi', {}, { overwritten: true }));
      },
    ];
    const failure = store.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }));
    await expect(failure).rejects.toBeInstanceOf(WriteOutcomeUnknown);
    expect((await other.get(job('pi')))?.object['spec']).toEqual({ overwritten: true });
  });

  it('of the network do not let a follower wait for ever: it is told that the feed cannot be read', async () => {
    const store = open();
    const reader = store
      .changes({}, await store.currentRevision(), new AbortController().signal)
      [Symbol.asyncIterator]();
    const waiting = reader.next();
    queryFailure = named('AccessDeniedException');
    await expect(waiting).rejects.toThrow('AccessDeniedException');
    expect(await reader.next()).toEqual({ done: true, value: undefined });
    await store.close();
  });

  it("by another's write say so at once", async () => {
    const [store, other] = [open(), on.world.process()];
    const created = await other.create(job('pi'), object('pi'));
    await expect(store.create(job('pi'), object('pi'))).rejects.toBeInstanceOf(AlreadyExists);
    await other.replace(job('pi'), created.revision, object('pi'));
    await expect(store.delete(job('pi'), created.revision)).rejects.toBeInstanceOf(RevisionMismatch);
  });

  it('that last are given up, and nothing has happened', async () => {
    const [store, other] = [open(), on.world.process()];
    faults = Array.from({ length: 8 }, () => 'throttled' as const);
    await expect(store.create(job('pi'), object('pi'))).rejects.toThrow('ThrottlingException');
    expect(faults).toEqual([]);
    expect(await other.get(job('pi'))).toBeUndefined();
    const created = await store.create(job('pi'), object('pi'));
    expect(await other.get(job('pi'))).toEqual(created);
  });
});

function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}
