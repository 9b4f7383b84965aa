import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { Clock } from '../../ports/clock.js';
import { RevisionAhead } from '../../ports/store.js';
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
} from '../../ports/store.js';
import { keyText, textsOf } from '../../ports/store-support/key-order.js';
import { inRange, LiveFeed } from '../../ports/store-support/live-feed.js';
import { nextRevision, requireAbsent, requireRevision, withRevision } from '../../ports/store-support/revision.js';
import { SortedMap } from './sorted-map.js';

export interface MemoryStoreOptions {
  /** How many changes the feed and `list({ at })` reach back. */
  readonly historyChanges?: number;
}

/**
 * The reference store: everything in memory, nothing survives the process. A sorted map holds what is, a ring of
 * changes what was: a list of the past undoes the changes since.
 */
export class MemoryStore implements Store {
  readonly #objects = new SortedMap<StoredObject>();
  readonly #feed: LiveFeed;
  /** What a change's `previous` was stored as: all that is needed to undo the change. */
  readonly #stored = new WeakMap<KubeObject, StoredObject>();

  constructor(
    readonly clock: Clock,
    options: MemoryStoreOptions = {},
  ) {
    const limits = { changes: options.historyChanges ?? 10_000, bytes: Infinity };
    this.#feed = new LiveFeed(nextRevision(0, clock.now()), limits, () => clock.now());
  }

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    return this.#objects.get(order(keyText(key)));
  }

  async list(range: Range, options: ListOptions = {}): Promise<Page> {
    const at = options.at ?? this.#feed.head;
    if (at > this.#feed.head) throw new RevisionAhead(at, this.#feed.head);
    const past = this.#past(range, at);
    const limit = options.limit || Infinity;
    const items: StoredObject[] = [];
    let following = 0;
    for (const text of this.#texts(range, options.after, past)) {
      const item = past.has(text) ? past.get(text) : this.#objects.get(text);
      if (!item) continue;
      if (items.length < limit) items.push(item);
      else following++;
    }
    if (following === 0) return { items, revision: at };
    const { namespace, name } = items.at(-1)!.key;
    return { items, revision: at, next: { namespace, name }, remaining: following };
  }

  async create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    requireAbsent(key, this.#objects.get(order(keyText(key))));
    return this.#write('created', key, object, record, undefined);
  }

  async replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    const before = requireRevision(key, this.#objects.get(order(keyText(key))), expected);
    return this.#write('replaced', key, object, record ?? before.record, before);
  }

  async delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    const before = requireRevision(key, this.#objects.get(order(keyText(key))), expected);
    return this.#write('deleted', key, last ?? before.object, before.record, before);
  }

  changes(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch> {
    return this.#feed.follow(range, after, signal);
  }

  async currentRevision(): Promise<Revision> {
    return this.#feed.head;
  }

  async close(): Promise<void> {
    this.#feed.close();
  }

  #write(
    type: Change['type'],
    key: ObjectKey,
    object: KubeObject,
    record: JsonObject | undefined,
    before: StoredObject | undefined,
  ): StoredObject {
    const revision = nextRevision(this.#feed.head, this.clock.now());
    const stored = { key, revision, object: withRevision(object, revision), ...(record && { record }) };
    if (type === 'deleted') this.#objects.delete(order(keyText(key)));
    else this.#objects.set(order(keyText(key)), stored);
    this.#stored.set(stored.object, stored);
    this.#feed.append([{ type, ...stored, ...(before && { previous: before.object }) }], [0]);
    return stored;
  }

  /** What the keys changed since `at` held then: undefined for those that did not exist. */
  #past(range: Range, at: Revision): ReadonlyMap<string, StoredObject | undefined> {
    const past = new Map<string, StoredObject | undefined>();
    for (const change of this.#feed.since(at)) {
      if (!inRange(range, change)) continue;
      const text = order(keyText(change.key));
      if (!past.has(text)) past.set(text, change.previous && this.#stored.get(change.previous));
    }
    return past;
  }

  /** The texts of a range, in order: those of now, and those of then. */
  #texts(
    range: Range,
    after: ListOptions['after'],
    past: ReadonlyMap<string, StoredObject | undefined>,
  ): Iterable<string> {
    const { from, to } = textsOf(range, after);
    const texts = this.#objects.keys(order(from), order(to));
    const gone = [...past.keys()].filter((text) => !this.#objects.get(text) && text >= order(from) && text < order(to));
    return gone.length === 0 ? texts : [...texts, ...gone].sort((a, b) => (a < b ? -1 : 1));
  }
}

/** JavaScript compares UTF-16 units; lists are ordered by bytes of UTF-8. The same for ASCII, which names nearly always are. */
function order(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return /^[\0-\x7f]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
}
