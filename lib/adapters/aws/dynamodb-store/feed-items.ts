import { ConditionalCheckFailedException, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Clock } from '../../../ports/clock.js';
import { RevisionExpired, type Change, type ObjectKey, type Revision } from '../../../ports/store.js';
import { TABLE } from '../names.js';
import { bodyFields, readBody } from './chunks.js';
import type { FeedEntry } from './items.js';
import { itemKey, PARTITION } from './keys.js';
import { packSmallest, unpack } from './packing.js';
import { backOff, transienceOf } from './retry.js';
import type { Item } from './stream-record.js';
import type { TableAccess } from './table-access.js';

/** The newest item of a resource's feed: where the next one goes. */
interface Tail {
  readonly position: number;
  readonly top: Revision;
}

/** One item of the feed. */
export interface FeedBatch {
  /** Sort key: text, in the order of numbers. */
  readonly position: string;
  /** No change at or before this position has a greater revision. */
  readonly top: Revision;
  readonly entries: readonly FeedEntry[];
}

/** The feed's own fields. */
const TOP = 'top';

/** Beyond what the feed promises to reach back: for clocks that differ, and changes relayed late. */
const MARGIN_SECONDS = 600;

/**
 * Changes read back at once, some 8 KB of memory each. Larger, and a client that goes on from an hour ago in a busy cluster
 * takes all the memory of a function; smaller, and watches that were away for a moment begin with a list.
 */
const READ_BACK_MAX = 20_000;

/** Characters of JSON packed at once; they take a twentieth or less in the item. */
const BATCH_SIZE = 4_000_000;

/**
 * The change feed: per resource a row of items, each a batch of changes as the table's stream brought them. Items are only
 * ever added at the end, one after the other (a conditional write of the next position), so that a reader who asks for
 * what follows the last one it read misses nothing and reads nothing twice. A batch that is relayed twice stands there
 * twice; readers know changes by key and revision.
 */
export class FeedItems {
  readonly #tails = new Map<string, Tail>();

  constructor(
    readonly access: TableAccess,
    readonly clock: Clock,
    /** How long changes are kept, at least. */
    readonly historyMs: number,
    readonly readBackMax = READ_BACK_MAX,
  ) {}

  /** Resolves when the changes, all of one resource, are in the feed. */
  async append(resource: string, entries: readonly FeedEntry[]): Promise<void> {
    for (const batch of batchesOf(entries)) await this.#appendBatch(resource, batch);
  }

  /** What follows a position (`''`: from the beginning), in order. */
  async after(resource: string, position: string): Promise<FeedBatch[]> {
    const batches: FeedBatch[] = [];
    const range = { partition: `${PARTITION.feed}${resource}`, ...(position !== '' && { above: position }) };
    for await (const items of this.access.query(range)) {
      batches.push(...(await Promise.all(items.map((item) => this.#decode(resource, item)))));
    }
    return batches;
  }

  /**
   * The items up to a position (left out: the end) that may hold changes above a revision, or up to `window` below it, in
   * order. Throws `RevisionExpired` where these are more than fit in memory.
   */
  async backTo(
    resource: string,
    revision: Revision,
    { window = 0, position }: { readonly window?: number; readonly position?: string } = {},
  ): Promise<FeedBatch[]> {
    const batches: FeedBatch[] = [];
    let changes = 0;
    const range = { partition: `${PARTITION.feed}${resource}`, descending: true, limit: 8 };
    for await (const items of this.access.query(range)) {
      for (const item of items) {
        if (topOf(item) <= revision - window) return batches.reverse();
        if (position !== undefined && positionOf(item) > position) continue;
        const batch = await this.#decode(resource, item);
        changes += batch.entries.length;
        if (changes > this.readBackMax) throw new RevisionExpired(revision, batch.top);
        batches.push(batch);
      }
    }
    return batches.reverse();
  }

  /** Where the feed of a resource ends. Undefined: it is empty. */
  async end(resource: string): Promise<{ readonly position: string; readonly top: Revision } | undefined> {
    const range = { partition: `${PARTITION.feed}${resource}`, descending: true, limit: 1 };
    for await (const [item] of this.access.query(range)) {
      return item && { position: positionOf(item), top: topOf(item) };
    }
    return undefined;
  }

  async #appendBatch(resource: string, entries: readonly FeedEntry[]): Promise<void> {
    const expires = Math.floor((this.clock.now() + this.historyMs) / 1000) + MARGIN_SECONDS;
    const id = `${PARTITION.feed}${resource}/${entries[0]!.change.revision}-${entries[0]!.writer}`;
    const body = await bodyFields(this.access, packEntries(entries), id, expires);
    const fields = { ...body, [TABLE.expires]: { N: String(expires) } };
    const newest = Math.max(...entries.map(({ change }) => change.revision));
    let tail = this.#tails.get(resource) ?? (await this.#readTail(resource));
    for (let attempt = 0; ; attempt++) {
      const next = { position: tail.position + 1, top: Math.max(tail.top, newest) };
      try {
        await this.#put(resource, next, fields);
        this.#tails.set(resource, next);
        return;
      } catch (error) {
        // Another relay was there first; or this one was, and did not hear of it: then the batch stands there twice.
        if (error instanceof ConditionalCheckFailedException) tail = await this.#readTail(resource, error.Item);
        else if (transienceOf(error) === undefined || !(await backOff(attempt))) throw error;
      }
    }
  }

  async #put(resource: string, { position, top }: Tail, fields: Item): Promise<void> {
    const Item = {
      ...itemKey(`${PARTITION.feed}${resource}`, String(position).padStart(16, '0')),
      [TOP]: { N: String(top) },
      ...fields,
    };
    await this.access.client.send(
      new PutItemCommand({
        TableName: this.access.name,
        Item,
        ConditionExpression: 'attribute_not_exists(#pk)',
        ExpressionAttributeNames: { '#pk': TABLE.partitionKey },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
  }

  /** `known`: the item that stood where the next one was to go. */
  async #readTail(resource: string, known?: Item): Promise<Tail> {
    if (known !== undefined) return { position: Number(positionOf(known)), top: topOf(known) };
    const end = await this.end(resource);
    return end === undefined ? { position: this.#start(), top: 0 } : { position: Number(end.position), top: end.top };
  }

  /**
   * Where the feed of a resource begins that has never been or whose items have all expired: a time, in milliseconds,
   * which is above every position there was, since a feed takes less than one item a millisecond. In steps, so that
   * relays which begin at the same time begin at the same position.
   */
  #start(): number {
    return Math.floor(this.clock.now() / 600_000) * 600_000;
  }

  async #decode(resource: string, item: Item): Promise<FeedBatch> {
    const body = await readBody(this.access, item);
    const entries = body === undefined ? [] : unpackEntries(resource, body);
    return { position: positionOf(item), top: topOf(item), entries };
  }
}

function positionOf(item: Item): string {
  return item[TABLE.sortKey]!.S!;
}

function topOf(item: Item): Revision {
  return Number(item[TOP]?.N);
}

function* batchesOf(entries: readonly FeedEntry[]): Generator<readonly FeedEntry[]> {
  let batch: FeedEntry[] = [];
  let size = 0;
  for (const entry of entries) {
    batch.push(entry);
    size += JSON.stringify(entry).length;
    if (size < BATCH_SIZE) continue;
    yield batch;
    [batch, size] = [[], 0];
  }
  if (batch.length > 0) yield batch;
}

/** Without what repeats: the resource is the feed's. */
type PackedEntry = Omit<FeedEntry, 'change'> & {
  readonly change: Omit<Change, 'key'>;
  readonly key: Omit<ObjectKey, 'resource'>;
};

function packEntries(entries: readonly FeedEntry[]): Uint8Array {
  const packed = entries.map(({ change: { key, ...change }, ...rest }): PackedEntry => {
    const { namespace, name } = key;
    return { key: { namespace, name }, ...rest, change };
  });
  return packSmallest(JSON.stringify(packed));
}

function unpackEntries(resource: string, body: Uint8Array): FeedEntry[] {
  const packed = JSON.parse(unpack(body)) as PackedEntry[];
  return packed.map(({ key, change, ...rest }) => ({ ...rest, change: { ...change, key: { resource, ...key } } }));
}
