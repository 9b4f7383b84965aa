import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type AttributeValue,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../ports/clock.js';
import { retrying } from '../dynamodb-store/retry.js';
import { TABLE } from '../names.js';
import { completed, type BudgetState } from './budget-state.js';
import type { CapacityProvider } from './launch-budget.js';
import type { LaunchTable } from './launch-table.js';
import type { WaitingPods } from './waiting-pods.js';

const { partitionKey, sortKey, expires } = TABLE;

/** A Job's last tag is of use as long as the Job has pods that wait; losing it costs fairness only. */
const TAGS_KEPT_SECONDS = 24 * 60 * 60;

type Item = Record<string, AttributeValue>;

/**
 * The launch budget in the table of everything else: `launch`/`budget` is the one budget item, `launch/<provider>` has
 * `wait/<place>` with pods that wait and `job/<uid>` with the last tag of a Job.
 *
 * Every write may be repeated after an answer was lost: the budget by its version (a write that did happen then looks
 * like somebody else's, and what it took is lost), tags by leaving a gap, the rest because it comes to the same.
 */
export class DynamoDbLaunchTable implements LaunchTable {
  constructor(
    private readonly client: DynamoDBClient,
    private readonly table: string,
    private readonly clock: Clock,
  ) {}

  async budget(): Promise<BudgetState> {
    const Item = await this.#get(BUDGET);
    return completed(Item === undefined ? {} : (JSON.parse(Item['state']!.S!) as Partial<BudgetState>));
  }

  async replaceBudget(state: BudgetState): Promise<boolean> {
    const version = state.version + 1;
    const condition =
      state.version === 0
        ? { ConditionExpression: `attribute_not_exists(${partitionKey})` }
        : { ConditionExpression: 'version = :read', ExpressionAttributeValues: { ':read': number(state.version) } };
    const Item = { ...BUDGET, version: number(version), state: { S: JSON.stringify({ ...state, version }) } };
    const put = () => this.client.send(new PutItemCommand({ TableName: this.table, Item, ...condition }));
    return (await ifSo(() => retrying(put))) !== undefined;
  }

  async takeTags(provider: CapacityProvider, job: string, virtualTime: number, count: number): Promise<number> {
    for (;;) {
      const last =
        // The Job has waited before and is ahead of what is served.
        (await this.#countOn(provider, job, `next = next + :count`, 'next > :now', virtualTime, count)) ??
        (await this.#countOn(
          provider,
          job,
          `next = :now + :count`,
          'attribute_not_exists(next) OR next <= :now',
          virtualTime,
          count,
        ));
      // Two functions that begin with the same Job pass each other in between: one of the conditions holds next time.
      if (last !== undefined) return last - count;
    }
  }

  async nextTag(provider: CapacityProvider, job: string): Promise<number> {
    const Item = await this.#get(itemKey(provider, `job/${job}`));
    return Number(Item?.['next']?.N ?? 0);
  }

  async put(waiting: WaitingPods): Promise<void> {
    const { provider, key, tag, job, sinceMs, pods } = waiting;
    const Item = {
      ...itemKey(provider, `${WAIT}${key}`),
      tag: number(tag),
      job: { S: job },
      since: number(sinceMs),
      // Shorter than a list, and a unit less for a dozen pods.
      pods: { S: pods.join(' ') },
    };
    await retrying(() => this.client.send(new PutItemCommand({ TableName: this.table, Item })));
  }

  async head(provider: CapacityProvider, limit: number): Promise<readonly WaitingPods[]> {
    const query = {
      TableName: this.table,
      ConsistentRead: true,
      KeyConditionExpression: `${partitionKey} = :partition AND begins_with(${sortKey}, :wait)`,
      ExpressionAttributeValues: { ':partition': { S: partitionOf(provider) }, ':wait': { S: WAIT } },
      Limit: limit,
    };
    const { Items = [] } = await retrying(() => this.client.send(new QueryCommand(query)));
    return Items.map((item) => ({
      provider,
      key: item[sortKey]!.S!.slice(WAIT.length),
      tag: Number(item['tag']!.N),
      job: item['job']!.S!,
      sinceMs: Number(item['since']!.N),
      pods: item['pods']!.S!.split(' '),
    }));
  }

  async delete({ provider, key }: Pick<WaitingPods, 'provider' | 'key'>): Promise<void> {
    const Key = itemKey(provider, `${WAIT}${key}`);
    await retrying(() => this.client.send(new DeleteItemCommand({ TableName: this.table, Key })));
  }

  async #get(Key: Item): Promise<Item | undefined> {
    const input = { TableName: this.table, Key, ConsistentRead: true };
    return (await retrying(() => this.client.send(new GetItemCommand(input)))).Item;
  }

  async #countOn(
    provider: CapacityProvider,
    job: string,
    change: string,
    condition: string,
    virtualTime: number,
    count: number,
  ): Promise<number | undefined> {
    const until = Math.floor(this.clock.now() / 1000) + TAGS_KEPT_SECONDS;
    const input = {
      TableName: this.table,
      Key: itemKey(provider, `job/${job}`),
      UpdateExpression: `SET ${change}, ${expires} = :until`.replaceAll('next', '#next'),
      ConditionExpression: condition.replaceAll('next', '#next'),
      ExpressionAttributeNames: { '#next': 'next' },
      ExpressionAttributeValues: { ':now': number(virtualTime), ':count': number(count), ':until': number(until) },
      ReturnValues: 'UPDATED_NEW' as const,
    };
    const updated = await ifSo(() => retrying(() => this.client.send(new UpdateItemCommand(input))));
    return updated && Number(updated.Attributes!['next']!.N);
  }
}

/** Undefined: the condition of the write did not hold. */
async function ifSo<T>(write: () => Promise<T>): Promise<T | undefined> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

const WAIT = 'wait/';
const BUDGET: Item = { [partitionKey]: { S: 'launch' }, [sortKey]: { S: 'budget' } };

function partitionOf(provider: CapacityProvider): string {
  return `launch/${provider}`;
}

function itemKey(provider: CapacityProvider, sort: string): Item {
  return { [partitionKey]: { S: partitionOf(provider) }, [sortKey]: { S: sort } };
}

function number(value: number): AttributeValue {
  return { N: String(value) };
}
