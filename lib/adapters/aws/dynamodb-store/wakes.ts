import { PutItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { WakeKey } from '../../../ports/wake-ups.js';
import { PARTITIONS, TABLE } from '../names.js';
import { retrying } from './retry.js';
import type { StreamRecord } from './stream-record.js';

/**
 * The partitions that wakes are spread over. Fewer, and a sweep that wakes thousands of keys is held up by one
 * partition's limit of 1,000 writes a second; nobody reads them but through the stream, so more would not hurt.
 */
const SHARDS = 16;

/** The item has done its work once it is in the stream. */
const KEEP_SECONDS = 600;

/**
 * Asks for a look at a key: the item's way through the stream brings it to the function that looks. Written again, it
 * asks again, even within a moment: the time in it is never the same.
 */
export async function writeWake(client: DynamoDBClient, table: string, wake: WakeKey, nowMs: number): Promise<void> {
  const sort = `${wake.controller}/${wake.key}`;
  const Item = {
    [TABLE.partitionKey]: { S: `${PARTITIONS.wake}${shardOf(sort)}` },
    [TABLE.sortKey]: { S: sort },
    [TABLE.expires]: { N: String(Math.floor(nowMs / 1000) + KEEP_SECONDS) },
    // A put that changes nothing leaves no record in the stream.
    at: { S: `${nowMs}-${Math.random().toString(36).slice(2, 10)}` },
  };
  await retrying(() => client.send(new PutItemCommand({ TableName: table, Item })));
}

/** The key that a stream record asks to look at; undefined for all other records, the wake's own expiry among them. */
export function wakeOf(record: StreamRecord): WakeKey | undefined {
  const image = record.dynamodb?.NewImage;
  const partition = image?.[TABLE.partitionKey]?.S;
  const sort = image?.[TABLE.sortKey]?.S;
  if (!partition?.startsWith(PARTITIONS.wake) || sort === undefined) return undefined;
  const slash = sort.indexOf('/');
  return { controller: sort.slice(0, slash), key: sort.slice(slash + 1) };
}

function shardOf(sort: string): number {
  let hash = 0;
  for (let index = 0; index < sort.length; index++) hash = (hash * 31 + sort.charCodeAt(index)) >>> 0;
  return hash % SHARDS;
}
