import type { Clock } from '../../../ports/clock.js';
import { keyText } from '../../../ports/store-support/key-order.js';
import type { Database } from './data-folder.js';
import { FLOOR_KEY, formatMark, newestKey, parseHeader, parseKey, parseVersionKey, versionKey } from './entries.js';
import type { Mark, VersionHeader } from './entries.js';
import type { GroupCommit, Operation } from './group-commit.js';
import type { Versions } from './versions.js';

/** How far the feed and `list({ at })` reach back: as far as all three allow. */
export interface HistoryLimits {
  /** Longer lets watches resume after longer absence and lists take longer over their pages. */
  readonly ageMs: number;
  readonly changes: number;
  /** Characters of JSON, which is about what they take on disk. */
  readonly size: number;
}

/** Forgotten at once: more makes the batch of a writer beside it larger, less makes more batches. */
const STEP_CHANGES = 250;

/** What is let grow before forgetting begins, as a part of the limits: so that it is done in whole steps. */
const SLACK = 1 / 64;

/** How many times within the age limit old changes are looked for. */
const LOOKS_PER_AGE = 20;

/** LevelDB gives room back while it is written to; after so much was forgotten, an idle one is asked to. */
const TIDY_SIZE = 32 * 1024 * 1024;

/**
 * Forgets old changes, in small steps between the writers' commits.
 *
 * To forget a change is to remove the version it replaced, and for a deletion its own version and the key. The floor
 * rises in the same batch. It counts as risen from the moment the batch is submitted, so that no reader begins below.
 */
export class History {
  #floor: Mark;
  #running: Promise<void> | undefined;
  /** Asked for since the running look began: it looks again. */
  #wanted = false;
  #stopped = false;
  #cancelAlarm: () => void = () => undefined;
  #forgottenSize = 0;
  #headAtLastLook = 0;

  constructor(
    readonly database: Database,
    readonly versions: Versions,
    readonly commits: GroupCommit,
    readonly limits: HistoryLimits,
    readonly clock: Clock,
    floor: Mark,
    readonly head: () => Mark,
  ) {
    this.#floor = floor;
    this.#setAlarm();
  }

  get floor(): Mark {
    return this.#floor;
  }

  /** To be called after commits. */
  check(): void {
    const head = this.head();
    const changes = head.ordinal - this.#floor.ordinal;
    const size = head.size - this.#floor.size;
    if (changes > this.limits.changes * (1 + SLACK) || size > this.limits.size * (1 + SLACK)) this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelAlarm();
    await this.#running;
  }

  #setAlarm(): void {
    const everyMs = Math.max(1000, this.limits.ageMs / LOOKS_PER_AGE);
    this.#cancelAlarm = this.clock.at(this.clock.now() + everyMs, () => {
      this.#begin();
      this.#setAlarm();
    });
  }

  #begin(): void {
    if (this.#stopped) return;
    this.#wanted = true;
    // A disk that fails is the writers' to report; forgetting goes on when it works again.
    this.#running ??= this.#run()
      .catch(() => undefined)
      .finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    while (this.#wanted && !this.#stopped) {
      this.#wanted = false;
      if (await this.#step()) this.#wanted = true;
    }
    const head = this.head().revision;
    if (head === this.#headAtLastLook && this.#forgottenSize >= TIDY_SIZE && !this.#stopped) {
      this.#forgottenSize = 0;
      await this.database.compactRange(versionKey(0), versionKey(this.#floor.revision));
    }
    this.#headAtLastLook = head;
  }

  /** Returns whether there may be more to forget. */
  async #step(): Promise<boolean> {
    const bounds = { gt: versionKey(this.#floor.revision), lte: versionKey(this.head().revision) };
    const entries = await this.database.iterator({ ...bounds, limit: STEP_CHANGES, highWaterMarkBytes: 2 ** 20 }).all();
    const operations: Operation[] = [];
    const texts: string[] = [];
    let floor: Mark | undefined;
    let count = 0;
    for (const [key, value] of entries) {
      const header = parseHeader(parseVersionKey(key), value);
      if (!this.#isOld(header)) break;
      if (header.previous !== 0) operations.push([versionKey(header.previous), undefined]);
      if (header.type === 'deleted') this.#forgetKey(header, keyText(parseKey(value)), operations, texts);
      floor = header;
      count++;
    }
    if (!floor) return false;
    const { revision, ordinal, size } = floor;
    operations.push([FLOOR_KEY, formatMark({ revision, ordinal, size })]);
    this.#forgottenSize += size - this.#floor.size;
    this.#floor = { revision, ordinal, size };
    await this.commits.submit({ texts, operations, size: 0 });
    return count === STEP_CHANGES;
  }

  #forgetKey({ revision }: VersionHeader, text: string, operations: Operation[], texts: string[]): void {
    operations.push([versionKey(revision), undefined]);
    // The key may have been created again, or be about to.
    if (this.commits.inFlight(text) || this.versions.newest(text)?.revision !== revision) return;
    operations.push([newestKey(text), undefined]);
    texts.push(text);
  }

  #isOld({ revision, ordinal, size }: Mark): boolean {
    const head = this.head();
    return (
      head.ordinal - ordinal >= this.limits.changes ||
      head.size - size >= this.limits.size ||
      revision < (this.clock.now() - this.limits.ageMs) * 1000
    );
  }
}
