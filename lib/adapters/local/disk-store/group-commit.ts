import type { Change, StoredObject } from '../../../ports/store.js';
import type { Database } from './data-folder.js';

/** More in one batch delays its first writer; less costs a sync more often. */
const BATCH_SIZE_MAX = 4 * 1024 * 1024;

/** What a commit asks of the database: a value put, or (undefined) a key removed. */
export type Operation = readonly [key: string, value: string | undefined];

/** Operations that become durable together. */
export interface Commit {
  /** The objects it writes. Until it has ended, nobody else writes them, and readers see them as they were `before`. */
  readonly texts: readonly string[];
  readonly before?: StoredObject | undefined;
  readonly operations: readonly Operation[];
  readonly size: number;
  /** The change that followers see; left out for upkeep. */
  readonly change?: Change;
}

interface Waiting extends Commit {
  readonly ended: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** The disk did not take a write. Whether it is there after all shows when the folder is opened again. */
export class WriteFailure extends Error {
  override readonly name = 'WriteFailure';
}

/**
 * Group commit: while one batch is being synced, the commits of all callers gather, and become the next batch
 * together. At most one batch is under way, so commits become durable in the order of `submit`.
 *
 * When a batch fails, what is behind it in the log can be trusted no more: everything waiting fails with it, and all
 * that comes later, until the database has been opened again.
 */
export class GroupCommit {
  #waiting: Waiting[] = [];
  readonly #inFlight = new Map<string, Waiting>();
  #running: Promise<void> | undefined;
  #failure: WriteFailure | undefined;

  constructor(
    readonly database: Database,
    /** Called with each batch that is durable, before its writers are told. */
    readonly committed: (commits: readonly Commit[]) => void,
  ) {}

  /** Why nothing can be written any more. */
  get failure(): WriteFailure | undefined {
    return this.#failure;
  }

  inFlight(text: string): Commit | undefined {
    return this.#inFlight.get(text);
  }

  /** Waits until the commit that writes an object now has ended, well or badly. Another may have begun since. */
  async ended(text: string): Promise<void> {
    await this.#inFlight.get(text)?.ended.catch(() => undefined);
  }

  /** Resolves when the commit is durable. Throws `WriteFailure`. */
  submit(commit: Commit): Promise<void> {
    if (this.#failure) return Promise.reject(this.#failure);
    let resolve!: () => void;
    let reject!: (error: Error) => void;
    const ended = new Promise<void>((onEnd, onFailure) => {
      resolve = onEnd;
      reject = onFailure;
    });
    const waiting = { ...commit, ended, resolve, reject };
    for (const text of commit.texts) this.#inFlight.set(text, waiting);
    this.#waiting.push(waiting);
    this.#running ??= this.#run();
    return ended;
  }

  /** Waits until everything submitted has ended. */
  async drain(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever else writes in this turn of the loop goes into the same batch.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0) await this.#commit(this.#take());
    this.#running = undefined;
  }

  async #commit(batch: readonly Waiting[]): Promise<void> {
    try {
      await this.#write(batch);
    } catch (error) {
      this.#fail(batch, error);
      return;
    }
    this.#release(batch);
    this.committed(batch);
    for (const { resolve } of batch) resolve();
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    const operations = this.database.batch();
    for (const commit of batch) {
      for (const [key, value] of commit.operations) {
        if (value === undefined) operations.del(key);
        else operations.put(key, value);
      }
    }
    await operations.write({ sync: true });
  }

  #fail(batch: readonly Waiting[], cause: unknown): void {
    const message = `the store's disk did not take a write: ${(cause as Error).message}`;
    const failure = new WriteFailure(message, { cause });
    this.#failure = failure;
    const all = [...batch, ...this.#waiting];
    this.#waiting = [];
    this.#release(all);
    for (const { reject } of all) reject(failure);
  }

  #take(): readonly Waiting[] {
    let size = 0;
    let count = 0;
    while (count < this.#waiting.length && size < BATCH_SIZE_MAX) size += this.#waiting[count++]!.size;
    return this.#waiting.splice(0, count);
  }

  #release(batch: readonly Waiting[]): void {
    for (const { texts } of batch) for (const text of texts) this.#inFlight.delete(text);
  }
}
