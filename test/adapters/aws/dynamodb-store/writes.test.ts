import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient, UpdateItemCommand, type UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { expect, it } from 'vitest';
import { DynamoDbStore } from '../../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { transienceOf } from '../../../../lib/adapters/aws/dynamodb-store/retry.js';
import { storeClientDefaults } from '../../../../lib/adapters/aws/dynamodb-store/store-client.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { job, object } from '../../../contract/store/samples.js';

interface Sent {
  readonly revision: number;
  /** When, in microseconds, as revisions are. */
  readonly at: number;
  answer(): void;
}

/** Of the SDK. */
const CONNECTIONS = 50;

/** A table whose answers to writes are given one by one; without a free connection a write is not sent. */
function slowTable(clock: VirtualClock): { readonly client: DynamoDBClient; readonly sent: Sent[] } {
  const sent: Sent[] = [];
  const waiting: (() => void)[] = [];
  let free = CONNECTIONS;
  const send = (command: { readonly input: UpdateItemCommandInput }): Promise<unknown> => {
    if (!(command instanceof UpdateItemCommand)) return Promise.resolve({ Item: {} });
    const revision = Number(command.input.ExpressionAttributeValues![':s_r']!.N);
    return new Promise((resolve) => {
      waiting.push(() => sent.push({ revision, at: clock.now() * 1000, answer: () => end(resolve) }));
      if (free > 0) begin();
    });
  };
  const begin = (): void => {
    free--;
    waiting.shift()!();
  };
  const end = (resolve: (output: object) => void): void => {
    free++;
    if (waiting.length > 0) begin();
    resolve({});
  };
  return { client: { send } as unknown as DynamoDBClient, sent };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('a write that waits for a connection takes its revision when it is sent', async () => {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const { client, sent } = slowTable(clock);
  const store = new DynamoDbStore({ client, table: 'table', clock });
  const names = Array.from({ length: 120 }, (_, i) => `j${i}`);
  const created = Promise.all(names.map((name) => store.create(job(name), object(name))));
  for (let answered = 0; answered < names.length;) {
    await turn();
    clock.advanceTo(clock.now() + 2000);
    const fresh = sent.slice(answered);
    answered = sent.length;
    for (const { answer } of fresh) answer();
  }
  const revisions = (await created).map(({ revision }) => revision);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  expect(sent.map(({ revision, at }) => revision - at).filter((age) => age < 0)).toEqual([]);
});

it('a request that nobody answers ends in time, and may be repeated', async () => {
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const client = new DynamoDBClient({
    ...storeClientDefaults,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const Key = { pk: { S: 'jobs/default' }, sk: { S: 'pi' } };
  const error: unknown = await client.send(new UpdateItemCommand({ TableName: 'table', Key })).catch((e: unknown) => e);
  expect(transienceOf(error)).toBe('unknown');
  client.destroy();
  server.closeAllConnections();
  server.close();
});
