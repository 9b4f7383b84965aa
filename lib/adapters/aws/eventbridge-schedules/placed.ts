import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../ports/clock.js';
import { TABLE } from '../names.js';
import { pastThrottles } from '../throttles.js';

type Item = Record<string, AttributeValue>;

const PARTITION = 'schedule';

/** The schedules of a CronJob that are in place. */
export interface Placed {
  readonly names: readonly string[];
  /** Since when, in ms since 1970. */
  readonly sinceMs: number;
}

/** The book-keeping of what is in place: one item per CronJob, partition `schedule`, sort key its UID. */
export class PlacedItems {
  constructor(
    readonly client: DynamoDBClient,
    readonly table: string,
    readonly clock: Clock,
  ) {}

  /** `consistent` costs twice as much and sees what has just been written. */
  async read(uid: string, { consistent }: { readonly consistent: boolean }): Promise<Placed | undefined> {
    const command = new GetItemCommand({ TableName: this.table, Key: primaryKey(uid), ConsistentRead: consistent });
    const { Item } = await pastThrottles(this.clock, () => this.client.send(command));
    return Item && placedOf(Item);
  }

  /** By UID; what has been written in the last second may be missing. A hundredth of what reading them one by one costs. */
  async all(): Promise<ReadonlyMap<string, Placed>> {
    const found = new Map<string, Placed>();
    let ExclusiveStartKey: Item | undefined;
    do {
      const query = new QueryCommand({
        TableName: this.table,
        KeyConditionExpression: `${TABLE.partitionKey} = :partition`,
        ExpressionAttributeValues: { ':partition': { S: PARTITION } },
        ...(ExclusiveStartKey && { ExclusiveStartKey }),
      });
      const answer = await pastThrottles(this.clock, () => this.client.send(query));
      for (const item of answer.Items ?? []) found.set(item[TABLE.sortKey]!.S!, placedOf(item));
      ExclusiveStartKey = answer.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  }

  /** Rejects with `ChangedMeanwhile` where somebody else has written since it was read. */
  async write(uid: string, { names, sinceMs }: Placed, known: Placed | undefined): Promise<void> {
    const unchanged = known
      ? {
          ConditionExpression: '#names = :known',
          ExpressionAttributeNames: { '#names': 'names' },
          ExpressionAttributeValues: { ':known': { S: known.names.join(' ') } },
        }
      : { ConditionExpression: `attribute_not_exists(${TABLE.partitionKey})` };
    const command = new PutItemCommand({
      TableName: this.table,
      Item: { ...primaryKey(uid), names: { S: names.join(' ') }, since: { N: String(sinceMs) } },
      ...unchanged,
    });
    try {
      await pastThrottles(this.clock, () => this.client.send(command));
    } catch (error) {
      throw error instanceof ConditionalCheckFailedException ? new ChangedMeanwhile(uid) : error;
    }
  }

  async delete(uid: string): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.table, Key: primaryKey(uid) });
    await pastThrottles(this.clock, () => this.client.send(command));
  }
}

/** Somebody else has changed the same CronJob's schedules; what is desired has to be worked out again. */
export class ChangedMeanwhile extends Error {
  constructor(uid: string) {
    super(`the schedules of the CronJob ${uid} have been changed meanwhile`);
  }
}

function primaryKey(uid: string): Item {
  return { [TABLE.partitionKey]: { S: PARTITION }, [TABLE.sortKey]: { S: uid } };
}

function placedOf({ names, since }: Item): Placed {
  return { names: names!.S!.split(' ').filter(Boolean), sinceMs: Number(since!.N) };
}
