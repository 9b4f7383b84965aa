import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Clock } from '../../../ports/clock.js';
import { RevisionAhead, RevisionExpired } from '../../../ports/store.js';
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
import { keyText } from '../../../ports/store-support/key-order.js';
import { LiveFeed } from '../../../ports/store-support/live-feed.js';
import { requireAbsent, requireRevision, withRevision } from '../../../ports/store-support/revision.js';
import { openEngine } from './engine.js';
import type { Engine, EngineOptions } from './engine.js';
import type { HistoryLimits } from './history.js';
import { proveWritable } from './prove-writable.js';

export { DataFolderError } from './data-folder.js';
export { WriteFailure } from './group-commit.js';

export interface DiskStoreOptions {
  readonly clock: Clock;
  /** JSON characters of decoded objects kept in memory; they take two to three times as many bytes. */
  readonly cacheSize?: number;
  /** The changes kept in memory for followers. They mostly share their objects with the cache. */
  readonly live?: { readonly changes: number; readonly bytes: number };
  readonly history?: Partial<HistoryLimits>;
}

/** Ten minutes is what clients of Kubernetes are used to (its etcd keeps five to ten). */
const HISTORY: HistoryLimits = { ageMs: 600_000, changes: 100_000, size: 256 * 1024 * 1024 };
const LIVE = { changes: 10_000, bytes: 2 * 1024 * 1024 };
/** Ten thousand CronJobs of the usual size, so that those that are due together are not read together. */
const CACHE_SIZE = 16 * 1024 * 1024;

/** How long a disk that did not take a write is left alone before it is tried again. */
const RECOVERY_MS = 1000;

type NewState = Pick<Change, 'type' | 'object' | 'record'>;

/**
 * The store in a folder of one machine: LevelDB, with every write synced before it is acknowledged.
 *
 * Writers of one object wait for each other, so a compare-and-set is checked against durable state alone and nobody
 * ever sees, or is refused because of, a write that then fails. Writers of different objects share batches.
 *
 * When the disk fails (full, broken), writes are refused with `WriteFailure` and reads go on with what was durable.
 * A later write opens the folder anew as soon as the disk takes writes again.
 */
export class DiskStore implements Store {
  readonly #feed: LiveFeed;
  #engine: Engine;
  #recovering: Promise<void> | undefined;
  #failedAtMs = 0;
  #closed: Promise<void> | undefined;

  private constructor(
    readonly folder: string,
    readonly clock: Clock,
    readonly options: EngineOptions,
    feed: LiveFeed,
    engine: Engine,
  ) {
    this.#feed = feed;
    this.#engine = engine;
  }

  /** Opens a data folder, making it (readable by its owner only) where there is none. Throws `DataFolderError`. */
  static async open(folder: string, { clock, cacheSize, live, history }: DiskStoreOptions): Promise<DiskStore> {
    const options: EngineOptions = {
      clock,
      cacheSize: cacheSize ?? CACHE_SIZE,
      history: { ...HISTORY, ...history },
      committed: (changes, sizes) => feed.append(changes, sizes),
    };
    const engine = await openEngine(folder, options);
    const limits = { ...LIVE, ...live };
    const kept = { ...limits, changes: Math.min(limits.changes, options.history.changes) };
    const feed: LiveFeed = new LiveFeed(
      engine.head,
      kept,
      () => clock.now(),
      (range, after) => store.#olderChanges(range, after),
    );
    const store = new DiskStore(folder, clock, options, feed, engine);
    return store;
  }

  async get(key: ObjectKey): Promise<StoredObject | undefined> {
    if (this.#recovering) await this.#recovered();
    return this.#engine.get(keyText(key));
  }

  async list(range: Range, options: ListOptions = {}): Promise<Page> {
    if (this.#recovering) await this.#recovered();
    const { head, history, versions } = this.#engine;
    const at = options.at ?? head;
    if (at > head) throw new RevisionAhead(at, head);
    if (at < history.floor.revision) throw new RevisionExpired(at, history.floor.revision);
    return versions.list(range, options, at);
  }

  create(key: ObjectKey, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#write(key, (current) => {
      requireAbsent(key, current);
      return { type: 'created', object, record };
    });
  }

  replace(key: ObjectKey, expected: Revision, object: KubeObject, record?: JsonObject): Promise<StoredObject> {
    return this.#write(key, (current) => {
      const before = requireRevision(key, current, expected);
      return { type: 'replaced', object, record: record ?? before.record };
    });
  }

  delete(key: ObjectKey, expected: Revision, last?: KubeObject): Promise<StoredObject> {
    return this.#write(key, (current) => {
      const before = requireRevision(key, current, expected);
      return { type: 'deleted', object: last ?? before.object, record: before.record };
    });
  }

  changes(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch> {
    return this.#feed.follow(range, after, signal);
  }

  async currentRevision(): Promise<Revision> {
    return this.#feed.head;
  }

  async close(): Promise<void> {
    this.#closed ??= (async () => {
      await this.#recovered();
      await this.#engine.close();
      this.#feed.close();
    })();
    await this.#closed;
  }

  /** `decide` throws where the current state does not allow the write. */
  async #write(key: ObjectKey, decide: (current: StoredObject | undefined) => NewState): Promise<StoredObject> {
    const text = keyText(key);
    // From the last look at who else writes to `submit` nothing is awaited: nobody comes between.
    for (;;) {
      if (this.#closed) throw new Error('the store is closed');
      if (this.#engine.commits.failure) await this.#recover();
      else if (this.#engine.commits.inFlight(text)) await this.#engine.commits.ended(text);
      else break;
    }
    const { stored: before, revision: previous } = this.#engine.versions.look(text);
    const { type, object, record } = decide(before);
    const revision = this.#engine.nextRevision();
    const stored = { key, revision, object: withRevision(object, revision), ...(record && { record }) };
    await this.#engine.submit({ type, ...stored, ...(before && { previous: before.object }) }, before, previous);
    return stored;
  }

  async #olderChanges(range: FeedRange, after: Revision): Promise<ChangeBatch> {
    if (this.#recovering) await this.#recovered();
    const { versions, history, head } = this.#engine;
    return versions.changes(range, after, history.floor.revision, head);
  }

  /** Opens the folder anew after a failure of its disk. Throws what the disk says while it still fails. */
  async #recover(): Promise<void> {
    const failure = this.#engine.commits.failure!;
    if (this.#recovering) return this.#recovering;
    if (Math.abs(this.clock.now() - this.#failedAtMs) < RECOVERY_MS) throw failure;
    this.#recovering = this.#reopen(failure).finally(() => (this.#recovering = undefined));
    return this.#recovering;
  }

  /** Waits out a recovery; whether it succeeded, the writers learn. */
  async #recovered(): Promise<void> {
    await this.#recovering?.catch(() => undefined);
  }

  async #reopen(failure: Error): Promise<void> {
    this.#failedAtMs = this.clock.now();
    await proveWritable(this.folder).catch(() => Promise.reject(failure));
    await this.#engine.close();
    this.#engine = await openEngine(this.folder, this.options);
    this.#feed.restart(this.#engine.head);
  }
}
