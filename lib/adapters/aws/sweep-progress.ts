import { GetItemCommand, PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { retrying } from './dynamodb-store/retry.js';
import { TABLE } from './names.js';

const KEY = { [TABLE.partitionKey]: { S: 'sweep' }, [TABLE.sortKey]: { S: 'progress' } };

/** How far the sweeps have come, from one invocation to the next: where to go on, or nothing at the beginning. */
export interface SweepProgress<Cursor> {
  readonly unfinished?: Cursor;
  readonly everything?: Cursor;
  /** When the last sweep ended that saw everything, in ms since 1970. */
  readonly endedAtMs?: number;
}

export async function readSweepProgress<Cursor>(client: DynamoDBClient, table: string): Promise<SweepProgress<Cursor>> {
  const { Item } = await retrying(() => client.send(new GetItemCommand({ TableName: table, Key: KEY })));
  return Item === undefined ? {} : (JSON.parse(Item['state']!.S!) as SweepProgress<Cursor>);
}

/** Two sweeps at the same time may undo each other's progress; then some of it is seen twice. */
export async function writeSweepProgress<Cursor>(
  client: DynamoDBClient,
  table: string,
  progress: SweepProgress<Cursor>,
): Promise<void> {
  const Item = { ...KEY, state: { S: JSON.stringify(progress) } };
  await retrying(() => client.send(new PutItemCommand({ TableName: table, Item })));
}
