import { RevisionExpired } from '../store.js';
import type { Change, ChangeBatch, FeedRange, Revision } from '../store.js';
import { Follower, type Followed } from './follower.js';

/** How much of the feed is kept in memory. */
export interface LiveFeedLimits {
  /** More changes let slower readers go on without the disk; fewer save memory. */
  readonly changes: number;
  /** Bytes by the sizes given to `append`. */
  readonly bytes: number;
}

/** Reads changes that are no longer in memory. Throws `RevisionExpired` where they are nowhere any more. */
export type ReadOlder = (range: FeedRange, after: Revision) => Promise<ChangeBatch>;

/** Handed out at once. Larger delays what else the reader has to do; smaller costs a turn of its loop more often. */
const BATCH_CHANGES = 500;

/**
 * The newest changes, in memory, and who follows them.
 *
 * Readers pull: a follower holds nothing but its position, so that a slow one costs no memory. One that has fallen
 * out of the ring reads older changes (`ReadOlder`) until it has caught up. Followers who wait for news are `parked`;
 * a commit that holds nothing of their range moves their position on without waking them.
 */
export class LiveFeed implements Followed {
  #changes: Change[] = [];
  #sizes: number[] = [];
  #first = 0;
  #bytes = 0;
  #start: Revision;
  #head: Revision;
  readonly #parked = new Set<Follower>();
  #closed = false;

  constructor(
    head: Revision,
    readonly limits: LiveFeedLimits,
    readonly now: () => number,
    readonly readOlder?: ReadOlder,
  ) {
    this.#start = head;
    this.#head = head;
  }

  /** The newest revision. */
  get head(): Revision {
    return this.#head;
  }

  /** Every change after this revision is in memory. */
  get start(): Revision {
    return this.#start;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Adds committed changes, in order of revisions, and hands them to those who wait. `sizes`: bytes of each. */
  append(changes: readonly Change[], sizes: readonly number[]): void {
    const newest = changes.at(-1);
    if (!newest) return;
    for (const [index, change] of changes.entries()) {
      this.#changes.push(change);
      this.#sizes.push(sizes[index]!);
      this.#bytes += sizes[index]!;
    }
    this.#head = newest.revision;
    this.#trim();
    if (this.#parked.size > 0) this.#wake(changes);
  }

  /** Forgets everything in memory: the next change will follow `head`, and what was before is read as older. */
  restart(head: Revision): void {
    this.#changes = [];
    this.#sizes = [];
    this.#first = 0;
    this.#bytes = 0;
    this.#start = head;
    this.#head = head;
    for (const follower of this.#waiting()) follower.wake();
  }

  follow(range: FeedRange, after: Revision, signal: AbortSignal): AsyncIterable<ChangeBatch> {
    return { [Symbol.asyncIterator]: () => new Follower(this, range, after, signal) };
  }

  /** All changes in memory after a revision. Throws `RevisionExpired`. */
  since(after: Revision): readonly Change[] {
    if (after < this.#start) throw new RevisionExpired(after, this.#start);
    return this.#changes.slice(this.#indexAfter(after));
  }

  /** The next changes of a range, or undefined if the memory does not reach back that far. */
  read(range: FeedRange, after: Revision): ChangeBatch | undefined {
    if (after < this.#start) return undefined;
    const changes: Change[] = [];
    for (let index = this.#indexAfter(after); index < this.#changes.length; index++) {
      const change = this.#changes[index]!;
      if (!inRange(range, change)) continue;
      changes.push(change);
      if (changes.length === BATCH_CHANGES) return { changes, revision: change.revision };
    }
    return { changes, revision: Math.max(after, this.#head) };
  }

  /** The next changes of a range from before the memory. Throws `RevisionExpired`. */
  async older(range: FeedRange, after: Revision): Promise<ChangeBatch> {
    if (!this.readOlder) throw new RevisionExpired(after, this.#start);
    return this.readOlder(range, after);
  }

  park(follower: Follower): void {
    this.#parked.add(follower);
  }

  unpark(follower: Follower): void {
    this.#parked.delete(follower);
  }

  /** Ends all followers. */
  close(): void {
    this.#closed = true;
    for (const follower of this.#waiting()) follower.wake();
  }

  #wake(changes: readonly Change[]): void {
    const touched = new Set<string>();
    for (const { key } of changes) {
      touched.add(rangeId(key.resource, key.namespace)).add(rangeId(key.resource, undefined));
      touched.add(rangeId(undefined, key.namespace));
    }
    touched.add(rangeId(undefined, undefined));
    for (const follower of this.#waiting()) {
      const { resource, namespace } = follower.range;
      if (touched.has(rangeId(resource, namespace))) follower.wake();
      else follower.pass(this.#head);
    }
  }

  /** A copy: whoever is woken may park again at once. */
  #waiting(): readonly Follower[] {
    return Array.from(this.#parked);
  }

  #trim(): void {
    while (
      this.#changes.length - this.#first > this.limits.changes ||
      (this.#bytes > this.limits.bytes && this.#first < this.#changes.length)
    ) {
      this.#bytes -= this.#sizes[this.#first]!;
      this.#start = this.#changes[this.#first]!.revision;
      // Let go of the objects now; the array itself shrinks in larger steps.
      (this.#changes as (Change | undefined)[])[this.#first] = undefined;
      this.#first++;
    }
    if (this.#first > 1024 && this.#first * 2 > this.#changes.length) {
      this.#changes = this.#changes.slice(this.#first);
      this.#sizes = this.#sizes.slice(this.#first);
      this.#first = 0;
    }
  }

  #indexAfter(after: Revision): number {
    let low = this.#first;
    let high = this.#changes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#changes[middle]!.revision > after) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

/** Whether a change belongs to a range of the feed. */
export function inRange(range: FeedRange, { key }: Pick<Change, 'key'>): boolean {
  return (
    (range.resource === undefined || range.resource === key.resource) &&
    (range.namespace === undefined || range.namespace === key.namespace)
  );
}

/** `*` is neither a resource nor a namespace. */
function rangeId(resource: string | undefined, namespace: string | undefined): string {
  return `${resource ?? '*'}/${namespace ?? '*'}`;
}
