import {
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
  type _Record,
  type DynamoDBStreamsClient,
  type GetRecordsCommandOutput,
} from '@aws-sdk/client-dynamodb-streams';
import { setTimeout as sleep } from 'node:timers/promises';

/** A pause between looks at an open stream. */
const PAUSE_MS = 20;

/** Brings a table's stream, from its beginning, to a function, as Lambda's event source does: in order, until it succeeds. */
export class StreamPump {
  /** By shard; undefined: read to its end. */
  readonly #iterators = new Map<string, string | undefined>();
  readonly #last = new Map<string, bigint>();
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(
    readonly streams: DynamoDBStreamsClient,
    readonly streamArn: string,
    readonly handle: (records: readonly _Record[]) => Promise<void>,
  ) {}

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  /** Looks once at every shard. Returns how many records there were. */
  async look(): Promise<number> {
    await this.#findShards();
    let count = 0;
    for (const [shard, iterator] of this.#iterators) {
      if (iterator === undefined) continue;
      const { Records = [], NextShardIterator } = await this.#read(shard, iterator);
      const last = this.#last.get(shard) ?? -1n;
      const fresh = Records.filter((record) => sequenceOf(record) > last);
      if (fresh.length > 0) {
        await this.handle(fresh);
        this.#last.set(shard, sequenceOf(fresh.at(-1)!));
      }
      this.#iterators.set(shard, NextShardIterator);
      count += fresh.length;
    }
    return count;
  }

  /** DynamoDB Local lets iterators of a quiet stream grow old within seconds: then it is read from its beginning. */
  async #read(shard: string, iterator: string): Promise<GetRecordsCommandOutput> {
    try {
      return await this.streams.send(new GetRecordsCommand({ ShardIterator: iterator }));
    } catch (error) {
      if (!(error instanceof TrimmedDataAccessException)) throw error;
      return this.streams.send(new GetRecordsCommand({ ShardIterator: await this.#beginningOf(shard) }));
    }
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      await this.look();
      await sleep(PAUSE_MS);
    }
  }

  async #findShards(): Promise<void> {
    const open = [...this.#iterators.values()].some((iterator) => iterator !== undefined);
    if (open) return;
    const { StreamDescription } = await this.streams.send(new DescribeStreamCommand({ StreamArn: this.streamArn }));
    for (const { ShardId } of StreamDescription?.Shards ?? []) {
      if (this.#iterators.has(ShardId!)) continue;
      this.#iterators.set(ShardId!, await this.#beginningOf(ShardId!));
    }
  }

  async #beginningOf(shard: string): Promise<string | undefined> {
    const input = { StreamArn: this.streamArn, ShardId: shard, ShardIteratorType: 'TRIM_HORIZON' } as const;
    return (await this.streams.send(new GetShardIteratorCommand(input))).ShardIterator;
  }
}

function sequenceOf({ dynamodb }: _Record): bigint {
  return BigInt(dynamodb!.SequenceNumber!);
}
