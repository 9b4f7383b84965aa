import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { createTable } from '../../../../lib/adapters/aws/dynamodb-store/create-table.js';
import { DynamoDbStore } from '../../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { SystemClock } from '../../../../lib/adapters/local/system-clock.js';
import type { TestDynamoDb } from '../../../support/dynamodb-local.js';
import { StreamPump } from '../../../support/stream-pump.js';

/** One table, any number of processes that write and read it, and a relay that runs when it is told to. */
export class TableWorld {
  readonly clock = new SystemClock();
  /** How often every batch of the stream is brought to the relay. */
  deliveries = 1;
  readonly #stores: DynamoDbStore[] = [];
  readonly #pump: StreamPump;

  private constructor(
    readonly database: TestDynamoDb,
    readonly table: string,
    readonly streamArn: string,
  ) {
    const relay = this.process();
    this.#pump = new StreamPump(database.streams, streamArn, async (records) => {
      for (let delivery = 0; delivery < this.deliveries; delivery++) await relay.relay(records);
    });
  }

  static async create(database: TestDynamoDb): Promise<TableWorld> {
    const table = database.tableName();
    return new TableWorld(database, table, await createTable(database.client, table));
  }

  /** A store that knows nothing of the others. */
  process(): DynamoDbStore {
    const store = new DynamoDbStore({ client: this.database.client, table: this.table, clock: this.clock });
    this.#stores.push(store);
    return store;
  }

  /** Relays all that has been written. */
  async relay(): Promise<void> {
    let quiet = 0;
    while (quiet < 2) quiet = (await this.#pump.look()) === 0 ? quiet + 1 : 0;
  }

  /** All that the stream has. */
  async records(): Promise<readonly _Record[]> {
    const records: _Record[] = [];
    const pump = new StreamPump(this.database.streams, this.streamArn, async (batch) => void records.push(...batch));
    let quiet = 0;
    while (quiet < 2) quiet = (await pump.look()) === 0 ? quiet + 1 : 0;
    return records;
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map((store) => store.close()));
  }
}
