import { createHash } from 'node:crypto';
import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../ports/clock.js';
import type { WakeKey } from '../../../ports/wake-ups.js';
import { PARTITIONS, TABLE } from '../names.js';
import { pastThrottles, pause } from '../throttles.js';

/** The execution that was last started for a key. It is of the past once its time has come. */
export interface Pending {
  /** When it wakes, ms since 1970. */
  readonly atMs: number;
  /** The execution's name. */
  readonly execution: string;
  readonly generation: number;
}

type Item = Record<string, AttributeValue>;

/** A partition takes 1,000 writes a second. More cost the sweep a query each, even when nothing is pending. */
const SHARDS = 4;
const BATCH_MAX = 100;
/** After it has fired nothing needs it; a day shows what happened. */
const KEPT_SECONDS = 24 * 3600;

/** The book-keeping of what is pending: one item per key, partition `timer/<n>`, sort key `<controller>/<key>`. */
export class PendingItems {
  constructor(
    readonly client: DynamoDBClient,
    readonly table: string,
    readonly clock: Clock,
  ) {}

  /** By `idOf` the key; keys of which nothing is known are left out. */
  async read(keys: readonly WakeKey[]): Promise<ReadonlyMap<string, Pending>> {
    const found = new Map<string, Pending>();
    for (let start = 0; start < keys.length; start += BATCH_MAX) {
      let asked: Item[] = keys.slice(start, start + BATCH_MAX).map(primaryKey);
      for (let waitMs = 50; asked.length > 0; waitMs *= 2) {
        const RequestItems = { [this.table]: { Keys: asked, ConsistentRead: true } };
        const answer = await pastThrottles(this.clock, () =>
          this.client.send(new BatchGetItemCommand({ RequestItems })),
        );
        for (const item of answer.Responses?.[this.table] ?? []) found.set(item[TABLE.sortKey]!.S!, pendingOf(item));
        asked = answer.UnprocessedKeys?.[this.table]?.Keys ?? [];
        if (asked.length > 0) await pause(this.clock, waitMs);
      }
    }
    return found;
  }

  /** All that is known, a page at a time. */
  async *pages(): AsyncIterable<readonly { readonly key: WakeKey; readonly pending: Pending }[]> {
    for (let partition = 0; partition < SHARDS; partition++) {
      let ExclusiveStartKey: Item | undefined;
      do {
        const query = new QueryCommand({
          TableName: this.table,
          KeyConditionExpression: `${TABLE.partitionKey} = :partition`,
          ExpressionAttributeValues: { ':partition': { S: partitionName(partition) } },
          ...(ExclusiveStartKey && { ExclusiveStartKey }),
        });
        const answer = await pastThrottles(this.clock, () => this.client.send(query));
        yield (answer.Items ?? []).map((item) => ({ key: keyOf(item[TABLE.sortKey]!.S!), pending: pendingOf(item) }));
        ExclusiveStartKey = answer.LastEvaluatedKey;
      } while (ExclusiveStartKey);
    }
  }

  /**
   * Writes what is pending in place of what was known to be. Resolves with undefined, or, where somebody else has
   * written in between, with what is there now.
   */
  async write(
    key: WakeKey,
    next: Pending,
    known: Pending | undefined,
  ): Promise<{ readonly now?: Pending } | undefined> {
    const unchanged = known
      ? {
          ConditionExpression: '#execution = :known',
          ExpressionAttributeNames: { '#execution': 'execution' },
          ExpressionAttributeValues: { ':known': { S: known.execution } },
        }
      : { ConditionExpression: `attribute_not_exists(${TABLE.partitionKey})` };
    const command = new PutItemCommand({
      TableName: this.table,
      Item: { ...primaryKey(key), ...itemOf(next) },
      ...unchanged,
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      await pastThrottles(this.clock, () => this.client.send(command));
      return undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return error.Item ? { now: pendingOf(error.Item) } : {};
    }
  }
}

export function idOf({ controller, key }: WakeKey): string {
  return `${controller}/${key}`;
}

function primaryKey(key: WakeKey): Item {
  const id = idOf(key);
  const partition = createHash('sha256').update(id).digest()[0]! % SHARDS;
  return { [TABLE.partitionKey]: { S: partitionName(partition) }, [TABLE.sortKey]: { S: id } };
}

function partitionName(partition: number): string {
  return `${PARTITIONS.timer}${partition}`;
}

/** The opposite of `idOf`. */
function keyOf(id: string): WakeKey {
  const slash = id.indexOf('/');
  return { controller: id.slice(0, slash), key: id.slice(slash + 1) };
}

function itemOf({ atMs, execution, generation }: Pending): Item {
  return {
    at: { N: String(atMs) },
    execution: { S: execution },
    generation: { N: String(generation) },
    [TABLE.expires]: { N: String(Math.ceil(atMs / 1000) + KEPT_SECONDS) },
  };
}

function pendingOf({ at, execution, generation }: Item): Pending {
  return { atMs: Number(at!.N), execution: execution!.S!, generation: Number(generation!.N) };
}
