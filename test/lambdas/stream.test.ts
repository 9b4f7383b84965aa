import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { handleBatch, type StreamParts } from '../../lambdas/wiring/stream.js';
import type { HandledBatch, StreamBatch } from '../../lib/manager/stream/stream-manager.js';
import type { Change } from '../../lib/ports/store.js';
import type { WakeUp } from '../../lib/ports/wake-ups.js';

const record = (pk: string, sk: string, sequence: number): DynamoDBRecord => ({
  eventName: 'MODIFY',
  dynamodb: { SequenceNumber: String(sequence), NewImage: { pk: { S: pk }, sk: { S: sk } } },
});

/** A job, a wake, something that is neither, and a pod. */
const Records = [
  record('jobs/default', 'a', 100),
  record('wake/3', 'job/default/b', 101),
  record('feed/jobs', '0001', 102),
  record('pods/default', 'a-x', 103),
];

const nameOf = ({ dynamodb }: DynamoDBRecord): string => dynamodb!.NewImage!['sk']!.S!;

const changeOf = (sk: string): Change => ({
  type: 'created',
  key: { resource: 'jobs', namespace: 'default', name: sk },
  revision: 1,
  object: { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: sk, uid: sk } } as Change['object'],
});

function world(handled: HandledBatch) {
  const asked: StreamBatch[] = [];
  const ensured: WakeUp[] = [];
  const warnings: unknown[] = [];
  const parts: StreamParts = {
    manager: { handle: async (batch) => (asked.push(batch), handled) },
    wakeUps: { ensure: async (wakeUps) => void ensured.push(...wakeUps) },
    log: { warn: (_message, details) => void warnings.push(details) },
  };
  const changes = [0, 3].map((index) => ({ record: index, change: changeOf(nameOf(Records[index]!)) }));
  return { asked, ensured, warnings, answer: handleBatch({ Records }, changes, 60_000, parts) };
}

describe('a batch of the stream', () => {
  it('is handed over as changes and wakes, with time left to end', async () => {
    const { asked, answer } = world({ failed: [], wakeUps: [] });
    expect(await answer).toEqual({ batchItemFailures: [] });
    expect(asked).toHaveLength(1);
    expect(asked[0]!.changes.map(({ key }) => key.name)).toEqual(['a', 'a-x']);
    expect(asked[0]!.wakes).toEqual([{ controller: 'job', key: 'default/b' }]);
    expect(asked[0]).toMatchObject({ remainingMs: 55_000, turnsMs: 1_000 });
  });

  it('counts as done once its wake-ups are durable', async () => {
    const wakeUps = [{ controller: 'job', key: 'default/a', atMs: 5 }];
    const { ensured, answer } = world({ failed: [], wakeUps });
    await answer;
    expect(ensured).toEqual(wakeUps);
  });

  it.each([
    { name: 'of a change', changes: [1], wakes: [], from: '103' },
    { name: 'of a wake', changes: [], wakes: [0], from: '101' },
    { name: 'of several, from the first one on', changes: [1, 0], wakes: [0], from: '100' },
  ])('gives back the records $name whose key failed', async ({ changes, wakes, from }) => {
    const failed = [{ controller: 'job', key: 'default/a', error: new Error('no'), changes, wakes }];
    const { answer, warnings } = world({ failed, wakeUps: [] });
    expect(await answer).toEqual({ batchItemFailures: [{ itemIdentifier: from }] });
    expect(warnings).toMatchObject([{ controller: 'job', key: 'default/a', error: { message: 'no' } }]);
  });
});
