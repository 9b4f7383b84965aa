import { ThrottlingException, type DynamoDBClient, type PutItemCommand } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { wakeOf, writeWake } from '../../../../lib/adapters/aws/dynamodb-store/wakes.js';
import { readSweepProgress, writeSweepProgress } from '../../../../lib/adapters/aws/sweep-progress.js';

/** Refuses every other call. */
function throttled() {
  const sent: PutItemCommand['input'][] = [];
  let calls = 0;
  const client = {
    send: async ({ input }: PutItemCommand) => {
      if (calls++ % 2 === 0) throw new ThrottlingException({ message: 'slow down', $metadata: {} });
      sent.push(input);
      return { Item: { state: { S: '{"endedAtMs":5}' } } };
    },
  } as unknown as DynamoDBClient;
  return { client, sent };
}

it('a wake outlives a moment in which the table takes nothing', async () => {
  const { client, sent } = throttled();
  const wake = { controller: 'job', key: 'default/pi' };
  await writeWake(client, 'table', wake, 60_000);
  expect(sent).toHaveLength(1);
  expect(sent[0]!.Item!['expires']).toEqual({ N: '660' });
  expect(wakeOf({ dynamodb: { NewImage: sent[0]!.Item as Record<string, { S: string }> } })).toEqual(wake);
});

it('so does the progress of a sweep', async () => {
  const { client, sent } = throttled();
  await writeSweepProgress(client, 'table', { endedAtMs: 5 });
  expect(sent).toMatchObject([{ Item: { state: { S: '{"endedAtMs":5}' } } }]);
  expect(await readSweepProgress(client, 'table')).toEqual({ endedAtMs: 5 });
});
