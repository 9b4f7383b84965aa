import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import type { _Record, AttributeValue } from '@aws-sdk/client-dynamodb-streams';
import type { AnyValue, StreamRecord } from '../../../../lib/adapters/aws/dynamodb-store/stream-record.js';
import { wakeOf, writeWake } from '../../../../lib/adapters/aws/dynamodb-store/wakes.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { DynamoDbStore } from '../../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { job, object } from '../../../contract/store/samples.js';
import { eventOn, pendingPod } from './objects.js';
import { describeTable } from './describe-table.js';

describeTable("the table's stream", (on) => {
  const changesOf = async (records: readonly StreamRecord[]) =>
    (await on.world.process().changesOf(records)).map(({ change }) => change);

  it('is read as changes, in the form of the SDK and in that of Lambda', async () => {
    const store = on.world.process();
    const created = await store.create(job('pi'), object('pi', {}, { n: 1 }), { r: 1 });
    const pod = await store.create(podKey, pendingPod(1));
    const replaced = await store.replace(job('pi'), created.revision, object('pi', {}, { n: 2 }), { r: 2 });
    const deleted = await store.delete(job('pi'), replaced.revision, object('pi', {}, { n: 3 }));
    const records = await on.world.records();
    const expected = [
      { type: 'created', ...created },
      { type: 'created', ...pod },
      { type: 'replaced', ...replaced, previous: created.object, previousRecord: { r: 1 } },
      { type: 'deleted', ...deleted, previous: replaced.object, previousRecord: { r: 2 } },
    ];
    expect(await changesOf(records)).toEqual(expected);
    expect(await changesOf(records.map(asLambda))).toEqual(expected);
  });

  it('tells of what its relay removes from the table', async () => {
    const store = on.world.process();
    const text = randomBytes(500_000).toString('hex');
    const created = await store.create(job('large'), object('large', {}, { text }));
    const deleted = await store.delete(job('large'), created.revision);
    const relayed = await on.world.process().relay(await on.world.records());
    const [, last] = relayed.filter(({ change }) => change.key.name === 'large');
    expect(last!.change).toEqual({ type: 'deleted', ...deleted, previous: created.object });
  });

  it('carries wakes, which are no changes of objects', async () => {
    const wake = { controller: 'job', key: 'default/pi' };
    await writeWake(on.world.database.client, on.world.table, wake, on.world.clock.now());
    await writeWake(on.world.database.client, on.world.table, wake, on.world.clock.now());
    await on.world.process().create(job('pi'), object('pi'));
    const records = await on.world.records();
    expect(records.map((record) => wakeOf(record)).filter((each) => each !== undefined)).toEqual([wake, wake]);
    const changes = await on.world.process().changesOf(records);
    expect(changes.map(({ record }) => records[record]!.dynamodb?.Keys?.['pk']?.S)).toEqual(['jobs/default']);
    const removal = { eventName: 'REMOVE', dynamodb: { OldImage: records[0]!.dynamodb!.NewImage } } as StreamRecord;
    expect(wakeOf(removal)).toBeUndefined();
  });

  it('tells of events the table has removed after their hour as deleted', async () => {
    const clock = new VirtualClock(Date.now());
    const store = new DynamoDbStore({ client: on.world.database.client, table: on.world.table, clock });
    const key = { resource: 'events', namespace: 'default', name: 'e' };
    const created = await store.create(key, eventOn(1));
    const [record] = (await on.world.records()).filter(
      ({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === 'events/default',
    );
    const removal = {
      eventName: 'REMOVE',
      dynamodb: { OldImage: record!.dynamodb!.NewImage, ApproximateCreationDateTime: clock.now() / 1000 + 7200 },
    };
    const [found] = await store.changesOf([removal]);
    expect(found!.change).toMatchObject({ type: 'deleted', key, previous: created.object });
    expect(found!.change.revision).toBeGreaterThan(created.revision);
    // The table may be late.
    clock.advanceTo(clock.now() + 3_601_000);
    expect(await store.get(key)).toBeUndefined();
    expect((await store.list({ resource: 'events' })).items).toEqual([]);
    expect((await store.create(key, eventOn(2))).revision).toBeGreaterThan(created.revision);
    await store.close();
  });
});

const podKey = { resource: 'pods', namespace: 'default', name: pendingPod(1).metadata.name };

/** The same record as a Lambda is given it: binary values in base64, times in seconds. */
function asLambda({ eventName, dynamodb }: _Record): StreamRecord {
  const { NewImage, OldImage, ApproximateCreationDateTime } = dynamodb!;
  return {
    eventName,
    dynamodb: {
      ...(NewImage && { NewImage: asLambdaImage(NewImage) }),
      ...(OldImage && { OldImage: asLambdaImage(OldImage) }),
      ApproximateCreationDateTime: ApproximateCreationDateTime!.getTime() / 1000,
    },
  };
}

function asLambdaImage(image: Record<string, AttributeValue>): Record<string, AnyValue> {
  const values = Object.entries(image).map(([name, { B, ...value }]): [string, AnyValue] => [
    name,
    B === undefined ? (value as AnyValue) : { B: Buffer.from(B).toString('base64') },
  ]);
  return Object.fromEntries(values);
}
