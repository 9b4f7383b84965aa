import type { ConsumedCapacity, DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Capacity units of one operation, and how often it was called. */
export interface Consumption {
  readonly calls: number;
  readonly units: number;
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

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, { commandName = '' }) =>
        async (args) => {
          if (!isMetered(commandName)) return next(args);
          const input = { ...(args.input as object), ReturnConsumedCapacity: 'TOTAL' };
          try {
            const result = await next({ ...args, input } as typeof args);
            this.#add(commandName, unitsOf((result.output as { ConsumedCapacity?: Capacity }).ConsumedCapacity));
            return result;
          } catch (error) {
            // A refused conditional write is charged as well, and its answer does not say how much: at least one unit.
            if ((error as Error).name === 'ConditionalCheckFailedException') this.#add(commandName, 1);
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

  reset(): void {
    this.#operations.clear();
  }

  #add(name: string, units: number): void {
    const before = this.#operations.get(name) ?? { calls: 0, units: 0 };
    this.#operations.set(name, { calls: before.calls + 1, units: before.units + units });
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

function isMetered(commandName: string): boolean {
  return (
    writes.has(commandName) || /^(?:Get|BatchGet|TransactGet)Items?Command$|^(?:Query|Scan)Command$/.test(commandName)
  );
}
