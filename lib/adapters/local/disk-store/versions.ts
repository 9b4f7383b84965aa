import { RevisionExpired } from '../../../ports/store.js';
import type {
  Change,
  ChangeBatch,
  FeedRange,
  ListOptions,
  Page,
  Range,
  Revision,
  StoredObject,
} from '../../../ports/store.js';
import { textsOf } from '../../../ports/store-support/key-order.js';
import { inRange } from '../../../ports/store-support/live-feed.js';
import type { Database } from './data-folder.js';
import {
  DamagedEntry,
  newestKey,
  parseHeader,
  parseKey,
  parseNewest,
  parseVersion,
  parseVersionKey,
  textOfNewestKey,
  versionKey,
} from './entries.js';
import type { Newest, Version } from './entries.js';
import type { ObjectCache } from './object-cache.js';

type Snapshot = ReturnType<Database['snapshot']>;

/** Read at once: more holds up other work in this process, less costs a turn of its loop more often. */
const READ_ENTRIES = 250;

/** The iterators' own limit, which for values of some kilobytes would be a handful of entries. */
const READ_BYTES = 1024 * 1024;

/** What follows a page is counted up to this: more costs about a millisecond a thousand keys, of every page. */
const COUNTED_MAX = 1000;

/** Read at once of old changes, in characters: bounds what a reader who fell behind takes. */
const FEED_BATCH_SIZE = 2 * 1024 * 1024;

/**
 * Reads objects, pages and old changes from disk.
 *
 * Everything is read as of a revision: a snapshot of the database may already hold a batch whose writers have not been
 * told yet. A key whose newest version is above that revision is followed back through its versions.
 */
export class Versions {
  constructor(
    readonly database: Database,
    readonly cache: ObjectCache,
  ) {}

  /** The newest version of a key, undefined if it never was, or its deletion has been forgotten. */
  newest(text: string): Newest | undefined {
    const value = this.database.getSync(newestKey(text));
    return value === undefined ? undefined : parseNewest(value);
  }

  /** The newest state of an object. */
  get(text: string): StoredObject | undefined {
    return this.cache.get(text) ?? this.#readNewest(text, this.newest(text));
  }

  /** The newest state of an object, and the revision of its newest version, also of a deletion; 0: there is none. */
  look(text: string): { readonly stored: StoredObject | undefined; readonly revision: Revision } {
    const cached = this.cache.get(text);
    if (cached) return { stored: cached, revision: cached.revision };
    const newest = this.newest(text);
    return { stored: this.#readNewest(text, newest), revision: newest?.revision ?? 0 };
  }

  #readNewest(text: string, newest: Newest | undefined): StoredObject | undefined {
    if (!newest || newest.deleted) return undefined;
    const value = this.#read(newest.revision);
    const { stored } = parseVersion(newest.revision, value);
    this.cache.set(text, stored, value.length);
    return stored;
  }

  /** A page of a range as it was at a revision, which must not be below the floor. */
  async list(range: Range, { limit, after }: ListOptions, at: Revision): Promise<Page> {
    const itemsMax = limit || Infinity;
    const snapshot = this.database.snapshot();
    const { from, to } = textsOf(range, after);
    const bounds = { gte: newestKey(from), lt: newestKey(to), snapshot, highWaterMarkBytes: READ_BYTES };
    const iterator = this.database.iterator(bounds);
    try {
      const items: StoredObject[] = [];
      let remaining = 0;
      for (;;) {
        const entries = await iterator.nextv(READ_ENTRIES);
        if (entries.length === 0) return pageOf(items, at, remaining);
        for (const [key, value] of entries) {
          const revision = this.#revisionAt(parseNewest(value), at, snapshot);
          if (revision === undefined) continue;
          if (items.length < itemsMax) items.push(this.#load(textOfNewestKey(key), revision, snapshot));
          else if (++remaining > COUNTED_MAX) return pageOf(items, at, remaining);
        }
      }
    } finally {
      await iterator.close();
      await snapshot.close();
    }
  }

  /** Old changes of a range, up to `head` or a good amount. `floor` tells what has been forgotten. */
  async changes(range: FeedRange, after: Revision, floor: Revision, head: Revision): Promise<ChangeBatch> {
    if (after < floor) throw new RevisionExpired(after, floor);
    const snapshot = this.database.snapshot();
    const bounds = { gt: versionKey(after), lte: versionKey(head), snapshot, highWaterMarkBytes: READ_BYTES };
    const iterator = this.database.iterator(bounds);
    try {
      const changes: Change[] = [];
      let revision = after;
      for (let size = 0; size < FEED_BATCH_SIZE && changes.length < READ_ENTRIES;) {
        const entries = await iterator.nextv(READ_ENTRIES);
        if (entries.length === 0) return { changes, revision: head };
        for (const [key, value] of entries) {
          revision = parseVersionKey(key);
          size += value.length;
          if (inRange(range, { key: parseKey(value) }))
            changes.push(this.#change(parseVersion(revision, value), snapshot));
        }
      }
      return { changes, revision };
    } finally {
      await iterator.close();
      await snapshot.close();
    }
  }

  #change({ type, previous, stored }: Version, snapshot: Snapshot): Change {
    if (type === 'created') return { type, ...stored };
    return { type, ...stored, previous: parseVersion(previous, this.#read(previous, snapshot)).stored.object };
  }

  /** The revision of the version that was the newest at `at`; undefined if there was no object then. */
  #revisionAt({ revision, deleted }: Newest, at: Revision, snapshot: Snapshot): Revision | undefined {
    while (revision > at) {
      const { type, previous } = parseHeader(revision, this.#read(revision, snapshot));
      // A key that had no version before, or whose deletion (all that can be before a creation) was the newest then.
      if (previous === 0) return undefined;
      deleted = type === 'created';
      revision = previous;
    }
    return deleted ? undefined : revision;
  }

  #load(text: string, revision: Revision, snapshot: Snapshot): StoredObject {
    const cached = this.cache.peek(text);
    if (cached?.revision === revision) return cached;
    const value = this.#read(revision, snapshot);
    const { stored } = parseVersion(revision, value);
    // The page may be of the past: only what is still the newest may be kept.
    if (this.cache.hasRoom(value.length) && this.newest(text)?.revision === revision) {
      this.cache.set(text, stored, value.length);
    }
    return stored;
  }

  #read(revision: Revision, snapshot?: Snapshot): string {
    const value = this.database.getSync(versionKey(revision), { snapshot });
    if (value === undefined) throw new DamagedEntry(revision);
    return value;
  }
}

function pageOf(items: readonly StoredObject[], revision: Revision, remaining: number): Page {
  if (remaining === 0) return { items, revision };
  const { namespace, name } = items.at(-1)!.key;
  return { items, revision, next: { namespace, name }, ...(remaining <= COUNTED_MAX && { remaining }) };
}
