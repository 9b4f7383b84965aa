import type { ChangeBatch, FeedRange, Revision } from '../store.js';

/**
 * A follower whose range is quiet learns at least this often (while anything is written at all) how far the feed has
 * been read. Rarer, and a watch resumed from its last bookmark may find it expired; more often wakes thousands of idle
 * watches for nothing.
 */
const PROGRESS_MS = 1000;

type Result = IteratorResult<ChangeBatch>;

const DONE: Result = { done: true, value: undefined };

/** The feed as a follower sees it. */
export interface Followed {
  readonly closed: boolean;
  now(): number;
  /** The next changes of a range, or undefined if they have to be read as older ones. */
  read(range: FeedRange, after: Revision): ChangeBatch | undefined;
  older(range: FeedRange, after: Revision): Promise<ChangeBatch>;
  /** To be woken when there is news, until `unpark`. */
  park(follower: Follower): void;
  unpark(follower: Follower): void;
}

/**
 * One reader of the feed. Written as a plain iterator, not as a generator: a commit resolves the promise of `next`
 * itself, so that the reader runs before the writer whose promise is resolved after it.
 */
export class Follower implements AsyncIterator<ChangeBatch> {
  #position: Revision;
  #ended = false;
  #toldAtMs: number;
  #waiting: ((result: Result | PromiseLike<Result>) => void) | undefined;
  readonly #onAbort = () => this.#end();

  constructor(
    readonly feed: Followed,
    readonly range: FeedRange,
    after: Revision,
    readonly signal: AbortSignal,
  ) {
    this.#position = after;
    this.#toldAtMs = feed.now();
    if (signal.aborted) this.#end();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  next(): Promise<Result> {
    if (this.#ended || this.feed.closed) return Promise.resolve(this.#end());
    const batch = this.feed.read(this.range, this.#position);
    if (!batch) return this.#older();
    if (batch.revision > this.#position) return Promise.resolve(this.#hand(batch));
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.feed.park(this);
    });
  }

  return(): Promise<Result> {
    return Promise.resolve(this.#end());
  }

  /** There is news for this follower, or nothing more to come. */
  wake(): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.feed.unpark(this);
    if (!waiting) return;
    const batch = this.feed.closed ? undefined : this.feed.read(this.range, this.#position);
    if (batch && batch.revision > this.#position) waiting(this.#hand(batch));
    else waiting(this.next());
  }

  /** The feed has moved on without news for this follower. */
  pass(head: Revision): void {
    if (Math.abs(this.feed.now() - this.#toldAtMs) >= PROGRESS_MS) this.wake();
    else this.#position = Math.max(this.#position, head);
  }

  async #older(): Promise<Result> {
    try {
      const batch = await this.feed.older(this.range, this.#position);
      return this.#ended ? DONE : this.#hand(batch);
    } catch (error) {
      if (this.#ended || this.feed.closed) return this.#end();
      this.#end();
      throw error;
    }
  }

  #hand(batch: ChangeBatch): Result {
    this.#position = batch.revision;
    this.#toldAtMs = this.feed.now();
    return { done: false, value: batch };
  }

  #end(): Result {
    this.#ended = true;
    this.signal.removeEventListener('abort', this.#onAbort);
    this.feed.unpark(this);
    this.#waiting?.(DONE);
    this.#waiting = undefined;
    return DONE;
  }
}
