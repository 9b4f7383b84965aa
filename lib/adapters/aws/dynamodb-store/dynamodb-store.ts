import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Clock } from '../../../ports/clock.js';
import { RevisionAhead } from '../../../ports/store.js';
import type {
  Change,
  ChangeBatch,
  FeedRange,
  JsonObject,
  ListOptions,
  ObjectKey,
  Page,
  Range,
  Revision,
  Store,
  StoredObject,
} from '../../../ports/store.js';
import { withRevision } from '../../../ports/store-support/revision.js';
import { TABLE } from '../names.js';
import { ChangeLog } from './change-log.js';
import { FeedItems } from './feed-items.js';
import { FeedReader } from './feed-reader.js';
import { Follower, type FollowerStart } from './follower.js';
import { Items, revisionOf } from './items.js';
import { FIELD, keyOf } from './keys.js';
import { Lists } from './lists.js';
import { Partitions } from './partitions.js';
import { Relay, type RecordEntry } from './relay.js';
import { Revisions } from './revisions.js';
import type { Item, StreamRecord } from './stream-record.js';
import { TableAccess } from './table-access.js';
import { Templates } from './templates.js';
import { Writes } from './writes.js';

export interface DynamoDbStoreOptions {
  /** Best made with `storeClientDefaults`. */
  readonly client: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  /** How far the feed and `list({ at })` reach back. Longer keeps more in the table. */
  readonly historyMs?: number;
  /** Changes kept in memory for those who follow them here. */
  readonly memoryChanges?: number;
}

/** As long as an event lives; clients of Kubernetes are used to five or ten minutes. */
const HISTORY_MS = 3_600_000;
const MEMORY_CHANGES = 2000;

/** How long the item of a deleted object stays if no relay removes it. */
const TOMBSTONE_SECONDS = 3600;

/** How far ahead of this process's clock another's may be. */
const CLOCK_DIFFERENCE = 5_000_000;

/** Revisions handed out by this process that it recognises when somebody goes on from them. */
const ISSUED_MAX = 1000;

const OBJECT_FIELDS: readonly string[] = [FIELD.body, FIELD.template, FIELD.chunks, TABLE.expires];

/** A change that a record of the table's stream tells of. */
export interface RecordChange {
  /** The record's position in its batch. */
  readonly record: number;
  readonly change: Change;
}

/** Where the log stood when a revision was handed out, and until which epoch of the feed's reader that is of use. */
interface Issued {
  readonly place: number;
  readonly epoch: number | undefined;
}

/**
 * The store in a DynamoDB table, for many processes at once. `docs/decisions/dynamodb-store.md` tells how.
 *
 * A write is one conditional update of one item. The table's stream brings it to whoever runs `relay`, which appends it to
 * the change feed in the same table; followers read the feed. In the process that wrote, followers have it at once.
 */
export class DynamoDbStore implements Store {
  readonly #access: TableAccess;
  readonly #revisions: Revisions;
  readonly #items: Items;
  readonly #partitions: Partitions;
  readonly #log: ChangeLog;
  readonly #reader: FeedReader;
  readonly #writes: Writes;
  readonly #lists: Lists;
  readonly #relay: Relay;
  readonly #followers = new Set<Follower>();
  readonly #issued = new Map<Revision, Issued>();
  readonly #historyMs: number;

  constructor(readonly options: DynamoDbStoreOptions) {
    const { client, table, clock, historyMs = HISTORY_MS, memoryChanges = MEMORY_CHANGES } = options;
    this.#historyMs = historyMs;
    this.#access = new TableAccess(client, table);
    this.#revisions = new Revisions(clock);
    this.#items = new Items(this.#access, new Templates(this.#access, clock), clock);
    this.#partitions = new Partitions(this.#access);
    this.#log = new ChangeLog(clock, { changes: memoryChanges, ageMs: historyMs });
    const feed = new FeedItems(this.#access, clock, historyMs);
    this.#reader = new FeedReader(feed, this.#partitions, this.#log, this.#revisions, clock);
    this.#writes = new Writes(this.#access, this.#items, this.#revisions, (entry) => this.#log.append([entry]));
    this.#lists = new Lists(this.#access, this.#items, this.#partitions, this.#revisions, this.#log, this.#reader);
    this.#relay = new Relay(this.#access, this.#items, feed);
  }

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    const item = await this.#access.get(keyOf(key));
    if (item === undefined || this.#items.isGone(item)) return undefined;
    const stored = await this.#items.decode(item);
    if (stored) this.#revisions.observe(stored.revision);
    return stored;
  }

  async list(range: Range, options: ListOptions = {}): Promise<Page> {
    const { at } = options;
    if (at !== undefined) await this.#requireReached(at);
    const epoch = this.#reader.epoch(range);
    const place = this.#log.end;
    const page = await (at === undefined ? this.#lists.now(range, options) : this.#lists.at(range, options, at));
    if (at === undefined) this.#issue(page.revision, { place, epoch });
    return page;
  }

  async create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    const writer = this.#writes.nextWriter();
    const [fields] = await Promise.all([
      this.#items.objectFields(key, object, writer),
      this.#partitions.ensure(key.resource, key.namespace),
    ]);
    const set = { ...fields, ...this.#items.recordFields(key, record) };
    const item = await this.#writes.write({ key, set, remove: [...OBJECT_FIELDS, FIELD.record, FIELD.gone] }, writer);
    return storedOf(key, item, object, record);
  }

  async replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    const writer = this.#writes.nextWriter();
    const fields = await this.#items.objectFields(key, object, writer);
    const set = { ...fields, ...this.#items.recordFields(key, record) };
    const item = await this.#writes.write({ key, expected, set, remove: OBJECT_FIELDS }, writer);
    return storedOf(key, item, object, record ?? this.#items.recordOf(key, item));
  }

  async delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    const writer = this.#writes.nextWriter();
    const set = {
      ...(last && (await this.#items.objectFields(key, last, writer))),
      [FIELD.gone]: { N: '1' },
      [TABLE.expires]: { N: String(this.#items.secondsFromNow(TOMBSTONE_SECONDS)) },
    };
    const item = await this.#writes.write({ key, expected, set, remove: last ? OBJECT_FIELDS : [] }, writer);
    if (last) return storedOf(key, item, last, this.#items.recordOf(key, item));
    return (await this.#items.decode(item))!;
  }

  changes(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch> {
    return {
      [Symbol.asyncIterator]: () => {
        const start = this.#startOf(range, after);
        const onEnd = (ended: Follower) => void this.#followers.delete(ended);
        const follower = new Follower(this.#log, this.#reader, range, start, signal, onEnd);
        if (!signal.aborted) this.#followers.add(follower);
        return follower;
      },
    };
  }

  /** Of this process's writes, of what it has read, and of what has been relayed. */
  async currentRevision(): Promise<Revision> {
    const newest = await this.#reader.newest();
    this.#revisions.observe(newest);
    const { head } = this.#revisions;
    await this.#revisions.settled(head);
    // A watch can begin here, however long nothing has been written.
    const revision = Math.max(head, Math.floor((this.options.clock.now() - this.#historyMs / 2) * 1000));
    this.#issue(revision, { place: this.#log.end, epoch: this.#reader.epoch({}) });
    return revision;
  }

  /** The changes of objects in a batch of the table's stream, in its order; other items are passed over. */
  async changesOf(records: readonly StreamRecord[]): Promise<RecordChange[]> {
    return (await this.#relay.entriesOf(records)).map(changeOf);
  }

  /**
   * Brings a batch of the table's stream into the change feed, and returns its changes. To be done with every batch, in the
   * order of its shard; a batch may come again. What it told of large objects and of deleted ones cannot be read again.
   */
  async relay(records: readonly StreamRecord[]): Promise<RecordChange[]> {
    return (await this.#relay.relay(records)).map(changeOf);
  }

  /** Ends all followers. The client is its maker's to destroy. */
  async close(): Promise<void> {
    this.#reader.close();
    for (const follower of Array.from(this.#followers)) follower.end();
  }

  #startOf(range: FeedRange, after: Revision): FollowerStart {
    const issued = this.#issued.get(after);
    const epoch = this.#reader.epoch(range);
    const place = issued?.epoch !== undefined && issued.epoch === epoch ? issued.place : undefined;
    // What this process handed out it knows its own writes up to.
    return { after, knownWriter: issued && this.#writes.process, place };
  }

  #issue(revision: Revision, issued: Issued): void {
    this.#issued.delete(revision);
    this.#issued.set(revision, issued);
    if (this.#issued.size > ISSUED_MAX) this.#issued.delete(this.#issued.keys().next().value!);
  }

  async #requireReached(revision: Revision): Promise<void> {
    const { clock } = this.options;
    const now = Math.floor(clock.now() * 1000) + CLOCK_DIFFERENCE;
    if (revision <= Math.max(now, this.#revisions.last)) return;
    const current = await this.currentRevision();
    if (revision > current) throw new RevisionAhead(revision, current);
  }
}

function storedOf(key: ObjectKey, item: Item, object: KubeObject, record: JsonObject | undefined): StoredObject {
  const revision = revisionOf(item);
  return { key, revision, object: withRevision(object, revision), ...(record && { record }) };
}

function changeOf({ record, entry: { change, previousRecord } }: RecordEntry): RecordChange {
  return { record, change: previousRecord ? { ...change, previousRecord } : change };
}
