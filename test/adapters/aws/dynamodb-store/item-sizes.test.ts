import { ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import { CapacityMeter } from '../../../support/capacity-meter.js';
import type { TestDynamoDb } from '../../../support/dynamodb-local.js';
import { eventOn, finishedPod, indexedJob, launchedPod, pendingPod, releasedPod, runningPod } from './objects.js';
import { describeTable } from './describe-table.js';

describeTable('the items of a Job', (on) => {
  it('keep a pod in one write unit through its whole life, and a small Job, and an event', async () => {
    const { database, table } = on.world;
    const store = on.world.process();
    const meter = new CapacityMeter(database.client);
    const rows: string[] = [];
    const note = async (what: string, stored: KubeObject) => {
      const size = await sizeOf(database, table, stored.metadata.name);
      rows.push(
        `${what.padEnd(22)}${String(size).padStart(5)} bytes  ${String(meter.writeUnits).padStart(3)} write units`,
      );
      const { writeUnits } = meter;
      meter.reset();
      return { size, writeUnits };
    };
    const job = await store.create(keyOf('jobs', indexedJob), indexedJob, {
      nextSlot: 1,
      startedAt: 1_795_274_151_672,
    });
    expect((await note('Job', job.object)).size).toBeLessThanOrEqual(1024);
    // What is written once for all pods of the Job is not this pod's.
    const first = pendingPod(0);
    await store.create(keyOf('pods', first), first);
    await note('first pod, template', first);
    let pod = await store.create(keyOf('pods', pendingPod(1)), pendingPod(1));
    const stages = [await note('pod created', pod.object)];
    for (const [what, next] of [
      ['pod launched', launchedPod(1)],
      ['pod running', runningPod(1)],
      ['pod finished', finishedPod(1)],
      ['finalizer released', releasedPod(1)],
    ] as const) {
      pod = await store.replace(pod.key, pod.revision, next);
      stages.push(await note(what, next));
      expect(pod.object).toEqual((await store.get(pod.key))!.object);
    }
    const event = eventOn(1);
    await store.create(keyOf('events', event), event);
    stages.push(await note('event', event));
    console.log(rows.join('\n'));
    for (const { size, writeUnits } of stages.slice(0, -1)) {
      expect(size).toBeLessThanOrEqual(1024);
      expect(writeUnits).toBe(1);
    }
    expect(stages.at(-1)!.size).toBeLessThanOrEqual(1024);
  });
});

function keyOf(resource: string, { metadata }: KubeObject) {
  return { resource, namespace: metadata.namespace!, name: metadata.name };
}

/** As DynamoDB counts: names and values in bytes, numbers two digits a byte. */
async function sizeOf(database: TestDynamoDb, table: string, name: string): Promise<number> {
  const { Items = [] } = await database.client.send(new ScanCommand({ TableName: table, ConsistentRead: true }));
  const item = Items.find(({ sk }) => sk?.S === name)!;
  return Object.entries(item).reduce((sum, [field, value]) => sum + Buffer.byteLength(field) + valueSize(value), 0);
}

function valueSize({ S, N, B }: AttributeValue): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  return B!.length;
}
