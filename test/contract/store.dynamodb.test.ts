import { DeleteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { createTable } from '../../lib/adapters/aws/dynamodb-store/create-table.js';
import { DynamoDbStore } from '../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { SystemClock } from '../../lib/adapters/local/system-clock.js';
import type { Clock } from '../../lib/ports/clock.js';
import type { Store } from '../../lib/ports/store.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../support/dynamodb-local.js';
import { StreamPump } from '../support/stream-pump.js';
import { describeStore } from './store/suite.js';

const missing = whyNoDynamoDb();

/** A store's table, and what relays its stream as the reconcile function does. */
interface Opened {
  readonly table: string;
  readonly pump: StreamPump;
  readonly clock: ShiftedClock;
}

/** One whose relay ends with it. */
class RelayedStore extends DynamoDbStore {
  pump: StreamPump | undefined;

  override async close(): Promise<void> {
    await super.close();
    await this.pump?.stop();
  }
}

/** The machine's clock, or another, that a test can set forward. */
class ShiftedClock implements Clock {
  shiftMs = 0;

  constructor(readonly clock: Clock) {}

  now(): number {
    return this.clock.now() + this.shiftMs;
  }

  at(timeMs: number, callback: () => void): () => void {
    return this.clock.at(timeMs - this.shiftMs, callback);
  }
}

if (missing !== undefined) {
  // The skipped test's name says what is missing.
  describe('DynamoDbStore', () => it.skip(missing));
} else {
  let database: TestDynamoDb;
  const opened = new Map<Store, Opened>();
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.stop());

  const openOn = (table: string, pumpOf: (store: DynamoDbStore) => StreamPump, clock: Clock = new SystemClock()) => {
    const shifted = new ShiftedClock(clock);
    const store = new RelayedStore({ client: database.client, table, clock: shifted });
    const pump = pumpOf(store);
    store.pump = pump;
    pump.start();
    opened.set(store, { table, pump, clock: shifted });
    return store;
  };

  describeStore('DynamoDbStore', {
    open: async ({ clock } = {}) => {
      const table = database.tableName();
      const arn = await createTable(database.client, table);
      return openOn(table, (store) => pumpOf(arn, store), clock);
    },
    expire: async (store) => {
      const { table, clock } = opened.get(store)!;
      await relayed(store);
      clock.shiftMs += 2 * 3_600_000;
      await removeFeed(table);
    },
    restart: async (store, { clock } = {}) => {
      const { table, pump } = opened.get(store)!;
      await relayed(store);
      await store.close();
      return openOn(table, (next) => pumpOf(pump.streamArn, next), clock);
    },
  });

  const pumpOf = (arn: string, store: DynamoDbStore) =>
    new StreamPump(database.streams, arn, async (records) => void (await store.relay(records)));

  /** Waits until the feed has come to the newest revision: what a process knows that knows nothing but the feed. */
  const relayed = async (store: Store) => {
    const { table, clock } = opened.get(store)!;
    const revision = await store.currentRevision();
    while ((await new DynamoDbStore({ client: database.client, table, clock }).currentRevision()) < revision);
  };

  /** What the table's TTL does in time. */
  const removeFeed = async (table: string) => {
    const { Items = [] } = await database.client.send(new ScanCommand({ TableName: table }));
    for (const { pk, sk } of Items) {
      if (!pk!.S!.startsWith('feed/')) continue;
      await database.client.send(new DeleteItemCommand({ TableName: table, Key: { pk: pk!, sk: sk! } }));
    }
  };
}
