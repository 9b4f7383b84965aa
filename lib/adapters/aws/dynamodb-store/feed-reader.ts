import type { Clock } from '../../../ports/clock.js';
import { RevisionExpired, type FeedRange, type Revision } from '../../../ports/store.js';
import { identityOf, type ChangeLog } from './change-log.js';
import type { FeedBatch, FeedItems } from './feed-items.js';
import type { FeedEntry } from './items.js';
import type { Partitions } from './partitions.js';
import type { Revisions } from './revisions.js';
import { byRevision, REVISION_WINDOW, writerOf } from './resume.js';

/** How often the feed is read while it brings changes. More often costs a read unit each time, rarer delays watches. */
const POLL_MS_MIN = 100;
/** And while it is quiet; in between it takes half as long again each time. */
const POLL_MS_MAX = 1000;

/** A relay is not later than this, as far as a quiet feed lets readers believe they have read everything. */
const RELAY_MS_MAX = 30_000;

export interface Backlog {
  readonly entries: readonly FeedEntry[];
  /** The place in the log from which on it has all that follow. */
  readonly place: number;
  /** The process that wrote the revision asked for. */
  readonly writer: string | undefined;
}

/**
 * Reads the feed for everybody in the process who follows changes: one reader per resource, only while somebody follows
 * it, from where the feed ended when it was first asked for.
 */
export class FeedReader {
  /** The last position read, by resource. */
  readonly #positions = new Map<string, string>();
  /** All resources of a moment have positions: one that appears later is read from its beginning. */
  #isComplete = false;
  #epoch = 0;
  readonly #followed = new Map<string, number>();
  #polling: Promise<void> | undefined;
  #pauseMs = POLL_MS_MIN;
  #cancelPoll: (() => void) | undefined;
  #closed = false;

  constructor(
    readonly items: FeedItems,
    readonly partitions: Partitions,
    readonly log: ChangeLog,
    readonly revisions: Revisions,
    readonly clock: Clock,
  ) {}

  /**
   * As long as this stays the same, everything that became visible since will have come to the log when it has been read.
   * Undefined: not even now.
   */
  epoch({ resource }: FeedRange): number | undefined {
    const isTracked = this.#isComplete || (resource !== undefined && this.#positions.has(resource));
    return isTracked ? this.#epoch : undefined;
  }

  /** The newest revision in the feed of all resources; 0: they are empty. */
  async newest(): Promise<Revision> {
    if (this.#followed.size === 0) this.#forget();
    const resources = await this.partitions.resources();
    const tops = await Promise.all(resources.map((resource) => this.#track(resource)));
    this.#isComplete = true;
    return Math.max(0, ...tops);
  }

  /** Begins to read what is followed, until `unfollow`. */
  follow(range: FeedRange): void {
    const name = range.resource ?? '';
    this.#followed.set(name, (this.#followed.get(name) ?? 0) + 1);
    this.#pauseMs = POLL_MS_MIN;
    this.#schedule();
  }

  unfollow(range: FeedRange): void {
    const name = range.resource ?? '';
    const left = (this.#followed.get(name) ?? 0) - 1;
    if (left > 0) this.#followed.set(name, left);
    else this.#followed.delete(name);
    if (this.#followed.size > 0) return;
    this.#cancelPoll?.();
    this.#cancelPoll = undefined;
    this.#forget();
  }

  /**
   * The changes of a range above a revision and in the window before it, up to where the log goes on. Throws
   * `RevisionExpired`.
   */
  async backlog(range: FeedRange, after: Revision): Promise<Backlog> {
    this.requireKept(after);
    const resources = range.resource === undefined ? await this.partitions.resources() : [range.resource];
    await Promise.all(resources.map((resource) => this.#positions.has(resource) || this.#track(resource)));
    if (range.resource === undefined) this.#isComplete = true;
    const from = this.log.end;
    const ends = resources.map((resource) => [resource, this.#positions.get(resource)!] as const);
    const batches = await Promise.all(
      ends.map(([resource, position]) => this.items.backTo(resource, after, { window: REVISION_WINDOW, position })),
    );
    const relayed = entriesOf(batches.flat());
    await this.#settled(relayed);
    // What came meanwhile may be forgotten already: the log is short.
    if (this.log.start > from) return this.backlog(range, after);
    this.log.recognise(relayed);
    const entries = withoutRepeats([...relayed, ...this.log.from(0)]);
    return { entries, place: this.log.end, writer: writerOf(entries, after) };
  }

  /** Everything known to have changed in a resource since a revision. Throws `RevisionExpired`. */
  async since(resource: string, revision: Revision): Promise<readonly FeedEntry[]> {
    this.requireKept(revision);
    return withoutRepeats([...entriesOf(await this.items.backTo(resource, revision)), ...this.log.from(0)]);
  }

  /** Throws `RevisionExpired` where items of the feed that follow the revision may have been removed. */
  requireKept(revision: Revision): void {
    const oldest = Math.floor((this.clock.now() - this.items.historyMs) * 1000);
    if (revision < oldest) throw new RevisionExpired(revision, oldest);
  }

  close(): void {
    this.#closed = true;
    this.#cancelPoll?.();
  }

  #schedule(): void {
    if (this.#cancelPoll !== undefined || this.#closed || this.#followed.size === 0) return;
    this.#cancelPoll = this.clock.at(this.clock.now() + this.#pauseMs, () => {
      this.#cancelPoll = undefined;
      void this.#poll()
        .catch((error: unknown) => this.log.fail(error))
        .finally(() => this.#schedule());
    });
  }

  #poll(): Promise<void> {
    this.#polling ??= this.#read().finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  async #read(): Promise<void> {
    const startedMs = this.clock.now();
    const epoch = this.#epoch;
    const resources = await this.#resources();
    const read = await Promise.all(
      resources.map(async (resource) => {
        const position = this.#positions.get(resource);
        if (position === undefined) await this.#track(resource);
        return position === undefined ? [] : this.items.after(resource, position);
      }),
    );
    const entries = entriesOf(read.flat());
    await this.#settled(entries);
    if (epoch !== this.#epoch) return;
    for (const [index, batches] of read.entries()) {
      const last = batches.at(-1);
      if (last) this.#positions.set(resources[index]!, last.position);
    }
    this.#pauseMs = entries.length > 0 ? POLL_MS_MIN : Math.min(POLL_MS_MAX, this.#pauseMs * 1.5);
    this.log.append(entries.toSorted(byRevision));
    this.log.advance(Math.floor((startedMs - RELAY_MS_MAX) * 1000));
  }

  /** This process's own writes come to the log in their order, not as soon as the feed has them. */
  async #settled(entries: readonly FeedEntry[]): Promise<void> {
    await this.revisions.settled(entries.reduce((most, { change }) => Math.max(most, change.revision), 0));
  }

  /** Nobody reads on from here: who follows next begins where the feed ends then. */
  #forget(): void {
    this.#positions.clear();
    this.#isComplete = false;
    this.#epoch++;
  }

  async #resources(): Promise<string[]> {
    if (!this.#followed.has('')) return [...this.#followed.keys()];
    return this.partitions.resources();
  }

  /** Notes where the feed of a resource ends now, unless it is being read already. Returns its newest revision. */
  async #track(resource: string): Promise<Revision> {
    const end = await this.items.end(resource);
    if (!this.#positions.has(resource)) this.#positions.set(resource, this.#isComplete ? '' : (end?.position ?? ''));
    return end?.top ?? 0;
  }
}

function entriesOf(batches: readonly FeedBatch[]): FeedEntry[] {
  return batches.flatMap(({ entries }) => entries);
}

function withoutRepeats(entries: readonly FeedEntry[]): FeedEntry[] {
  return [...new Map(entries.map((entry) => [identityOf(entry.change), entry])).values()];
}
