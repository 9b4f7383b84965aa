import { setTimeout as sleep } from 'node:timers/promises';
import { inRange } from '../../../ports/store-support/live-feed.js';
import { keyText, textsOf } from '../../../ports/store-support/key-order.js';
import { RevisionExpired, type ListOptions, type Page, type Range, type Revision } from '../../../ports/store.js';
import type { StoredObject } from '../../../ports/store.js';
import { withRevision } from '../../../ports/store-support/revision.js';
import type { ChangeLog } from './change-log.js';
import type { FeedReader } from './feed-reader.js';
import type { FeedEntry, Items } from './items.js';
import type { Partitions } from './partitions.js';
import { byRevision } from './resume.js';
import type { Revisions } from './revisions.js';
import type { Item } from './stream-record.js';
import type { TableAccess } from './table-access.js';

/** What some keys held at a revision, by `keyText`; undefined: nothing. */
type Past = ReadonlyMap<string, StoredObject | undefined>;

/** How often a list of the past waits for the feed to tell of what it has seen changed since; 100 ms each time. */
const FEED_WAITS_MAX = 30;

/** Lists: what is in the table, with what was written since a revision undone. */
export class Lists {
  constructor(
    readonly access: TableAccess,
    readonly items: Items,
    readonly partitions: Partitions,
    readonly revisions: Revisions,
    readonly log: ChangeLog,
    readonly reader: FeedReader,
  ) {}

  /**
   * As of now: at a revision made for the list. This process's own writes at or below it are in the list, and none above
   * it. Another's that is above it may be in it, and is told again by a watch from here; so is one that was under way
   * (`resume.ts`).
   */
  async now(range: Range, options: ListOptions): Promise<Page> {
    const place = this.log.end;
    const revision = this.revisions.tick();
    await this.revisions.settled(revision);
    const found = await this.#scan(range, options, revision);
    return this.#page(found, pastOf(this.log.from(place), range, revision), revision, options, range);
  }

  /** Throws `RevisionExpired`, also where the feed does not tell in time what happened since. */
  async at(range: Range, options: ListOptions, revision: Revision): Promise<Page> {
    this.reader.requireKept(revision);
    for (let wait = 0; wait < FEED_WAITS_MAX; wait++) {
      if (wait > 0) await sleep(100);
      const found = await this.#scan(range, options, revision);
      const past = pastOf(await this.reader.since(range.resource, revision), range, revision);
      if (found.items.every((item) => item.revision <= revision || past.has(keyText(item.key)))) {
        return this.#page(found, past, revision, options, range);
      }
    }
    throw new RevisionExpired(revision, this.revisions.head);
  }

  /** What is in the table above `after`: enough to make a page, or all there is. */
  async #scan(range: Range, { limit, after }: ListOptions, revision: Revision): Promise<Found> {
    const items: StoredObject[] = [];
    const most = limit ? limit + 1 : Infinity;
    let wanted = most;
    for await (const page of this.#pages(range, after, () => wanted - items.length)) {
      const there = page.filter((item) => !this.items.isGone(item));
      for (const stored of await Promise.all(there.map((item) => this.items.decode(item)))) {
        if (stored === undefined) continue;
        this.revisions.observe(stored.revision);
        items.push(stored);
        // It may turn out not to have been there.
        if (stored.revision > revision) wanted++;
      }
      if (items.length >= wanted) break;
    }
    // What was written meanwhile is to be in the log, so that it can be undone.
    await this.revisions.settled(Infinity);
    return { items, isAll: items.length < wanted };
  }

  async *#pages(range: Range, after: ListOptions['after'], wanted: () => number): AsyncGenerator<Item[]> {
    const { resource } = range;
    const namespaces = range.namespace === undefined ? await this.partitions.namespaces(resource) : [range.namespace];
    const first = after?.namespace ?? '';
    for (const namespace of namespaces) {
      if (compareBytes(namespace, first) < 0) continue;
      const above = after && namespace === after.namespace && after.name !== '' ? after.name : undefined;
      const most = wanted();
      const limit = Number.isFinite(most) ? { limit: Math.max(1, most) } : {};
      yield* this.access.query({ partition: `${resource}/${namespace}`, ...(above && { above }), ...limit });
    }
  }

  async #page(found: Found, past: Past, revision: Revision, options: ListOptions, range: Range): Promise<Page> {
    const items = merge(found, past, range, options.after);
    const limit = options.limit || Infinity;
    if (items.length <= limit && found.isAll) return { items, revision };
    const page = items.slice(0, limit);
    const { namespace, name } = page.at(-1)!.key;
    return { items: page, revision, next: { namespace, name } };
  }
}

interface Found {
  /** In order. */
  readonly items: readonly StoredObject[];
  /** Nothing follows them. */
  readonly isAll: boolean;
}

/** What the keys that changed after a revision held then: what their first change since replaced. */
function pastOf(entries: readonly FeedEntry[], range: Range, revision: Revision): Past {
  const past = new Map<string, StoredObject | undefined>();
  for (const { change, previousRecord } of entries.toSorted(byRevision)) {
    if (change.revision <= revision || !inRange(range, change)) continue;
    const text = keyText(change.key);
    if (!past.has(text)) past.set(text, previousOf(change.key, change.previous, previousRecord));
  }
  return past;
}

function previousOf(
  key: StoredObject['key'],
  object: StoredObject['object'] | undefined,
  record: StoredObject['record'],
): StoredObject | undefined {
  if (object === undefined) return undefined;
  const revision = Number(object.metadata.resourceVersion);
  return { key, revision, object: withRevision(object, revision), ...(record && { record }) };
}

/** What was there at the revision, as far as the table has been read. */
function merge({ items, isAll }: Found, past: Past, range: Range, after: ListOptions['after']): StoredObject[] {
  const last = items.at(-1);
  const end = isAll || last === undefined ? undefined : order(keyText(last.key));
  const bounds = textsOf(range, after);
  const merged = items.filter(({ key }) => !past.has(keyText(key)));
  for (const [text, stored] of past) {
    if (stored === undefined) continue;
    const ordered = order(text);
    const isInside = ordered >= order(bounds.from) && ordered < order(bounds.to);
    if (isInside && (end === undefined || ordered <= end)) merged.push(stored);
  }
  if (past.size === 0) return merged;
  return merged.toSorted((one, other) => (order(keyText(one.key)) < order(keyText(other.key)) ? -1 : 1));
}

/** Text whose UTF-16 order is the order of the UTF-8 bytes. */
function order(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function compareBytes(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
