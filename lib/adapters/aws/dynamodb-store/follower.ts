import { inRange } from '../../../ports/store-support/live-feed.js';
import type { Change, ChangeBatch, FeedRange, Revision } from '../../../ports/store.js';
import type { ChangeLog, LogListener } from './change-log.js';
import type { FeedReader } from './feed-reader.js';
import type { FeedEntry } from './items.js';
import { isDoubtful, processOf, resume, type Resumption } from './resume.js';

type Result = IteratorResult<ChangeBatch>;
const DONE: Result = { done: true, value: undefined };

/** Handed out at once. Larger delays what else the reader has to do; smaller costs a turn of its loop more often. */
const BATCH_CHANGES = 500;

/** A reader with nothing to read learns at least this often how far the feed has been read. */
const PROGRESS_MS = 1000;

export interface FollowerStart extends Resumption {
  /** The place in the log that has all that follows, where that is known. */
  readonly place: number | undefined;
}

/**
 * One reader of the feed: first what is behind it (`backlog`), then the log as it grows. A plain iterator, not a
 * generator: an append resolves the promise of `next` itself, so that the reader runs before the writer whose promise is
 * resolved after it. One that has fallen out of the log begins again behind it.
 */
export class Follower implements AsyncIterator<ChangeBatch>, LogListener {
  #start: FollowerStart;
  #place: number | undefined;
  #revision: Revision;
  #pending: Change[] = [];
  #toldAtMs: number;
  #waiting: { readonly resolve: (result: Result) => void; readonly reject: (error: unknown) => void } | undefined;
  #ended = false;
  readonly #onAbort = () => this.end();

  constructor(
    readonly log: ChangeLog,
    readonly reader: FeedReader,
    readonly range: FeedRange,
    start: FollowerStart,
    readonly signal: AbortSignal,
    readonly onEnd: (follower: Follower) => void,
  ) {
    this.#start = start;
    this.#revision = start.after;
    this.#toldAtMs = log.clock.now();
    this.#place = start.place;
    reader.follow(range);
    log.listen(this);
    if (signal.aborted) this.end();
    else signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  next(): Promise<Result> {
    if (this.#ended) return Promise.resolve(DONE);
    if (this.#place === undefined || this.#place < this.log.start) return this.#readBacklog();
    const batch = this.#read();
    if (batch) return Promise.resolve({ done: false, value: batch });
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject }));
  }

  return(): Promise<Result> {
    this.end();
    return Promise.resolve(DONE);
  }

  appended(entries: readonly FeedEntry[]): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    const isNews = entries.some(({ change }) => inRange(this.range, change));
    if (!isNews && Math.abs(this.log.clock.now() - this.#toldAtMs) < PROGRESS_MS) return;
    const batch = this.#read();
    if (batch === undefined) return;
    this.#waiting = undefined;
    waiting.resolve({ done: false, value: batch });
  }

  failed(error: unknown): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) return;
    this.end();
    waiting.reject(error);
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.signal.removeEventListener('abort', this.#onAbort);
    this.log.unlisten(this);
    this.reader.unfollow(this.range);
    this.onEnd(this);
    this.#waiting?.resolve(DONE);
    this.#waiting = undefined;
  }

  async #readBacklog(): Promise<Result> {
    const isFirst = this.#place === undefined && this.#revision === this.#start.after;
    try {
      const { entries, place, writer } = await this.reader.backlog(this.range, this.#revision);
      if (this.#ended) return DONE;
      const knownWriter = (isFirst ? this.#start.knownWriter : undefined) ?? writer;
      this.#start = { after: this.#revision, knownWriter, place };
      this.#place = place;
      this.#pending = resume(entries, this.#start).filter((change) => inRange(this.range, change));
    } catch (error) {
      if (this.#ended) return DONE;
      this.end();
      throw error;
    }
    return this.next();
  }

  /** What there is to hand out; undefined: nothing, and nothing to tell. */
  #read(): ChangeBatch | undefined {
    if (this.#pending.length === 0) {
      const entries = this.log.from(this.#place!);
      this.#place = this.log.end;
      this.#pending = entries.filter((entry) => this.#isWanted(entry)).map(({ change }) => change);
    }
    const changes = this.#pending.splice(0, BATCH_CHANGES);
    const newest = changes.reduce((most, { revision }) => Math.max(most, revision), this.#revision);
    const revision = this.#pending.length > 0 ? newest : Math.max(newest, this.log.head);
    if (changes.length === 0 && revision === this.#revision) return undefined;
    this.#revision = revision;
    this.#toldAtMs = this.log.clock.now();
    return { changes, revision };
  }

  /** One that became visible only now, though its revision is below where the reader began, may be news to it. */
  #isWanted({ change, writer }: FeedEntry): boolean {
    const { after, knownWriter } = this.#start;
    if (!inRange(this.range, change)) return false;
    return change.revision > after || (isDoubtful(change, after) && processOf(writer) !== knownWriter);
  }
}
