import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type DynamoDBClient,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { TABLE } from '../names.js';
import { retrying } from './retry.js';
import type { Item } from './stream-record.js';
import { Turns } from './turns.js';

/**
 * Requests under way at the same time: as many as the SDK has connections. More would wait for one inside the SDK, a write
 * of them with a revision that grows old; fewer leave connections unused.
 */
const REQUESTS_MAX = 50;

export interface QueryRange {
  readonly partition: string;
  /** Exclusive. */
  readonly above?: string;
  readonly prefix?: string;
  readonly descending?: boolean;
  /** Most items read at once. */
  readonly limit?: number;
}

/** The table, with what may be repeated repeated. All reads are strongly consistent. */
export class TableAccess {
  /** Whose request goes out; a write takes its turn before it takes its revision. */
  readonly turns = new Turns(REQUESTS_MAX);

  constructor(
    readonly client: DynamoDBClient,
    readonly name: string,
  ) {}

  async get(key: Item): Promise<Item | undefined> {
    const command = () => new GetItemCommand({ TableName: this.name, Key: key, ConsistentRead: true });
    return (await this.#retrying(() => this.client.send(command()))).Item;
  }

  async put(item: Item): Promise<void> {
    await this.#retrying(() => this.client.send(new PutItemCommand({ TableName: this.name, Item: item })));
  }

  async delete(key: Item): Promise<void> {
    await this.#retrying(() => this.client.send(new DeleteItemCommand({ TableName: this.name, Key: key })));
  }

  /** The items of a range in the order of their sort keys, page by page; nothing is read before it is asked for. */
  async *query(range: QueryRange): AsyncGenerator<Item[]> {
    const input = queryOf(this.name, range);
    let start: Item | undefined;
    do {
      const page = () => new QueryCommand({ ...input, ExclusiveStartKey: start });
      const { Items = [], LastEvaluatedKey } = await this.#retrying(() => this.client.send(page()));
      if (Items.length > 0) yield Items;
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  #retrying<T>(request: () => Promise<T>): Promise<T> {
    return retrying(async () => {
      const done = await this.turns.take();
      return request().finally(done);
    });
  }
}

function queryOf(table: string, { partition, above, prefix, descending, limit }: QueryRange): QueryCommandInput {
  const conditions = ['#pk = :pk'];
  if (above !== undefined) conditions.push('#sk > :above');
  if (prefix !== undefined) conditions.push('begins_with(#sk, :prefix)');
  return {
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: {
      '#pk': TABLE.partitionKey,
      ...(conditions.length > 1 && { '#sk': TABLE.sortKey }),
    },
    ExpressionAttributeValues: {
      ':pk': { S: partition },
      ...(above !== undefined && { ':above': { S: above } }),
      ...(prefix !== undefined && { ':prefix': { S: prefix } }),
    },
    ...(descending && { ScanIndexForward: false }),
    ...(limit !== undefined && { Limit: limit }),
  };
}
