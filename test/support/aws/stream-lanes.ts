import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { TABLE } from '../../../lib/adapters/aws/names.js';
import type { KeyPattern } from '../../../lib/infrastructure/functions/stream-patterns.js';

/** What Lambda's event source calls. */
export type StreamHandler = (records: readonly DynamoDBRecord[]) => Promise<DynamoDBBatchResponse>;

/** Lambda's poller asks each shard four times a second, and at once again when there was more. */
const POLL_MS = 250;

/** So often a batch is brought again; more, and it would be a dead letter. */
const ATTEMPTS_MAX = 6;

/**
 * One consumer of a stream, as Lambda's event source is one: what fits a pattern, in so many lanes, each key in its own
 * lane and order, in batches up to a size, until a batch succeeds.
 */
export class StreamLanes {
  readonly #lanes: Lane[];

  constructor(
    readonly patterns: readonly KeyPattern[],
    handlers: readonly StreamHandler[],
    batchMax: number,
  ) {
    this.#lanes = handlers.map((handle) => new Lane(handle, batchMax));
  }

  get batches(): number {
    return this.#lanes.reduce((sum, { batches }) => sum + batches, 0);
  }

  /** Rejects with what a batch failed with for good. */
  async idle(): Promise<void> {
    await Promise.all(this.#lanes.map(({ done }) => done));
  }

  get isIdle(): boolean {
    return this.#lanes.every(({ isIdle }) => isIdle);
  }

  push(records: readonly DynamoDBRecord[]): void {
    for (const record of records) {
      if (this.patterns.some((pattern) => fits(record, pattern))) this.#lanes[this.#laneOf(record)]!.push(record);
    }
  }

  #laneOf(record: DynamoDBRecord): number {
    const { partition, sort } = keyOf(record);
    let hash = 0;
    for (const character of `${partition} ${sort}`) hash = (hash * 31 + character.codePointAt(0)!) >>> 0;
    return hash % this.#lanes.length;
  }
}

class Lane {
  readonly #waiting: DynamoDBRecord[] = [];
  batches = 0;
  isIdle = true;
  done: Promise<void> = Promise.resolve();

  constructor(
    readonly handle: StreamHandler,
    readonly batchMax: number,
  ) {}

  push(record: DynamoDBRecord): void {
    this.#waiting.push(record);
    if (!this.isIdle) return;
    this.isIdle = false;
    this.done = this.done.then(() => this.#work());
    // Told by `idle`.
    this.done.catch(() => {});
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.batchMax);
      const polledMs = Date.now();
      await this.#bring(batch);
      if (batch.length < this.batchMax) await sleep(Math.max(0, polledMs + POLL_MS - Date.now()));
    }
    this.isIdle = true;
  }

  async #bring(batch: readonly DynamoDBRecord[]): Promise<void> {
    let rest = batch;
    for (let attempt = 1; rest.length > 0; attempt++) {
      this.batches++;
      const { batchItemFailures } = await this.handle(rest);
      const failed = batchItemFailures[0]?.itemIdentifier;
      if (failed === undefined) return;
      if (attempt === ATTEMPTS_MAX) throw new Error(`the record ${failed} fails again and again`);
      rest = rest.slice(rest.findIndex(({ dynamodb }) => dynamodb?.SequenceNumber === failed));
    }
  }
}

function fits(record: DynamoDBRecord, { partitions, sorts }: KeyPattern): boolean {
  const { partition, sort } = keyOf(record);
  const begins = (text: string) => (prefix: string) => text.startsWith(prefix);
  return partitions.some(begins(partition)) && (sorts === undefined || sorts.some(begins(sort)));
}

function keyOf({ dynamodb }: DynamoDBRecord): { readonly partition: string; readonly sort: string } {
  const keys = dynamodb!.Keys!;
  return { partition: keys[TABLE.partitionKey]!.S!, sort: keys[TABLE.sortKey]!.S! };
}
