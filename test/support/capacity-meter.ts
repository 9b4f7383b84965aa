import type { AttributeValue, ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TABLE } from '../../lib/adapters/aws/names.js';

/** Capacity units of one operation, and how often it was called. */
export interface Consumption {
  readonly calls: number;
  readonly units: number;
}

export interface KindConsumption {
  readonly writeUnits: number;
  readonly readUnits: number;
}

/** The rest of DynamoDB's operations that a store uses are reads. */
const writes: ReadonlySet<string> = new Set([
  'BatchWriteItemCommand',
  'DeleteItemCommand',
  'PutItemCommand',
  'TransactWriteItemsCommand',
  'UpdateItemCommand',
]);

/** Sums what all calls of a client consume, by `ReturnConsumedCapacity`. One meter a client. */
export class CapacityMeter {
  readonly #operations = new Map<string, Consumption>();
  readonly #kinds = new Map<string, KindConsumption>();

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          if (!isMetered(commandName)) return next(args);
          const input = { ...(args.input as object), ReturnConsumedCapacity: 'TOTAL' };
          const kind = kindOf(args.input as KeyedInput);
          try {
            const result = await next({ ...args, input } as typeof args);
            this.#add(commandName, kind, unitsOf((result.output as { ConsumedCapacity?: Capacity }).ConsumedCapacity));
            return result;
          } catch (error) {
            // A refused conditional write is charged as well, and its answer does not say how much: at least one unit.
            if ((error as Error).name === 'ConditionalCheckFailedException') this.#add(commandName, kind, 1);
            throw error;
          }
        },
      { step: 'initialize', name: 'capacityMeter' },
    );
  }

  get readUnits(): number {
    return this.#sum((name) => !writes.has(name));
  }

  get writeUnits(): number {
    return this.#sum((name) => writes.has(name));
  }

  /** By the commands' names. */
  get operations(): ReadonlyMap<string, Consumption> {
    return this.#operations;
  }

  /** By what the items are: the first part of their partition. */
  get kinds(): ReadonlyMap<string, KindConsumption> {
    return this.#kinds;
  }

  reset(): void {
    this.#operations.clear();
    this.#kinds.clear();
  }

  #add(name: string, kind: string, units: number): void {
    const before = this.#operations.get(name) ?? { calls: 0, units: 0 };
    this.#operations.set(name, { calls: before.calls + 1, units: before.units + units });
    const { writeUnits, readUnits } = this.#kinds.get(kind) ?? { writeUnits: 0, readUnits: 0 };
    const isWrite = writes.has(name);
    this.#kinds.set(kind, {
      writeUnits: writeUnits + (isWrite ? units : 0),
      readUnits: readUnits + (isWrite ? 0 : units),
    });
  }

  #sum(isCounted: (name: string) => boolean): number {
    return [...this.#operations].reduce((sum, [name, { units }]) => (isCounted(name) ? sum + units : sum), 0);
  }
}

type Capacity = ConsumedCapacity | readonly ConsumedCapacity[] | undefined;

function unitsOf(capacity: Capacity): number {
  if (capacity === undefined) return 0;
  const all: readonly ConsumedCapacity[] = Array.isArray(capacity) ? capacity : [capacity as ConsumedCapacity];
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

type Values = Readonly<Record<string, AttributeValue>>;

interface KeyedInput {
  readonly Key?: Values;
  readonly Item?: Values;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys?: readonly Values[] }>>;
  /** Of a query. */
  readonly ExpressionAttributeValues?: Values;
}

/** Queries name their partition in the first of their values. */
function kindOf({ Key, Item, RequestItems, ExpressionAttributeValues = {} }: KeyedInput): string {
  const batched = Object.values(RequestItems ?? {})[0]?.Keys?.[0];
  const key = Key ?? Item ?? batched;
  const partition = key ? key[TABLE.partitionKey] : Object.values(ExpressionAttributeValues)[0];
  return partition?.S?.split('/')[0] ?? 'other';
}

function isMetered(commandName: string): boolean {
  return (
    writes.has(commandName) || /^(?:Get|BatchGet|TransactGet)Items?Command$|^(?:Query|Scan)Command$/.test(commandName)
  );
}
