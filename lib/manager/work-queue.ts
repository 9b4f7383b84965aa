import { Fifo } from './fifo.js';
import type { Rush } from './rush.js';
import type { Timer, Timers } from './timers.js';

/**
 * What a lane does with a key. Resolves with the time at which to do it again by itself, if any; rejects to be retried.
 * `rushed`: the key's time has come, and so has that of others.
 */
export type Work = (key: string, rushed: boolean) => Promise<number | undefined>;

export interface LaneOptions {
  /** Keys worked on at the same time. */
  readonly concurrency: number;
  /**
   * The least time between the end of one run of a key and the begin of its next: what happens meanwhile is handled
   * together. Larger saves work in bursts; smaller answers sooner. A key that has been quiet runs at once.
   */
  readonly restMs: number;
  readonly work: Work;
  readonly failed: (key: string, error: unknown, failures: number) => void;
  /** Errors after which looking again at once helps: the world had moved on. */
  readonly isConflict: (error: unknown) => boolean;
  /** Failures in a row after which a key is given up; left out: never. */
  readonly failuresMax?: number;
  readonly gaveUp?: (key: string, error: unknown) => void;
  /** What holds back keys that can wait. */
  readonly rush?: Rush;
  /** Keys that wake up at their time are what a rush is made of: they go first. */
  readonly punctual?: boolean;
}

/** A key that still has to be looked at, and when (ms since 1970). */
export interface PendingKey {
  readonly key: string;
  readonly atMs: number;
}

/**
 * `idle` and `resting` keys wait for a reason to run; `dirty` ones have got one while they could not; those that are put
 * off had their turn.
 */
type State = 'idle' | 'queued' | 'running' | 'running-dirty' | 'resting' | 'resting-dirty' | 'put-off';

interface Entry {
  readonly key: string;
  state: State;
  failures: number;
  rest: Timer | undefined;
  wake: Timer | undefined;
}

/** A retry waits `RETRY_MS · 2ⁿ`, at most `RETRY_MS_MAX`. No jitter: one process, and histories must be repeatable. */
const RETRY_MS = 10;
const RETRY_MS_MAX = 30_000;

/**
 * The keys of one controller that are to be reconciled. A key is in the lane once, however often it is added; the same
 * key never runs twice at the same time; keys run in the order in which they were added. Every controller has a lane
 * and running slots of its own, so that none waits for another.
 */
export class Lane {
  readonly #entries = new Map<string, Entry>();
  readonly #queue = new Fifo<Entry>();
  /** Those whose time has come, of a punctual lane. */
  readonly #due = new Fifo<Entry>();
  #running = 0;
  #pumping = false;
  #isLastTurn = false;
  #stopped = false;

  constructor(
    readonly timers: Timers,
    readonly options: LaneOptions,
    readonly settled: () => void,
  ) {}

  /** Nothing runs and nothing could run before a timer fires. */
  get idle(): boolean {
    return this.#running === 0 && (this.#queue.length + this.#due.length === 0 || this.#stopped);
  }

  /**
   * `gather`: there is likely more to come of what made this worth a look, so that a quiet key rests before it runs and
   * takes it all in at once.
   */
  add(key: string, gather = false): void {
    const entry = this.#entry(key);
    if (entry.state === 'idle') this.#begin(entry, gather);
    else if (entry.state === 'running') entry.state = 'running-dirty';
    else if (entry.state === 'resting') entry.state = 'resting-dirty';
  }

  /** Keys that wait for their turn still have it, none has another: those that want one are told by `drain`. */
  lastTurn(): void {
    this.#isLastTurn = true;
  }

  /** Runs no further keys; those that run end as they would. */
  stop(): void {
    this.#stopped = true;
    while (this.#due.shift()) this.options.rush?.end();
    for (const entry of this.#entries.values()) {
      entry.rest?.cancel();
      entry.wake?.cancel();
    }
  }

  /** The rush that held keys back is over. */
  resume(): void {
    if (this.#queue.length > 0) this.#schedulePump();
  }

  /** Stops, and tells what was left to do: at once where a key was about to run, else when it wanted to. */
  drain(): readonly PendingKey[] {
    this.stop();
    const now = this.timers.clock.now();
    const pending: PendingKey[] = [];
    for (const { key, state, wake } of this.#entries.values()) {
      if (state !== 'idle' && state !== 'resting') pending.push({ key, atMs: now });
      else if (wake) pending.push({ key, atMs: wake.atMs });
    }
    return pending;
  }

  #entry(key: string): Entry {
    let entry = this.#entries.get(key);
    if (!entry) {
      entry = { key, state: 'idle', failures: 0, rest: undefined, wake: undefined };
      this.#entries.set(key, entry);
    }
    return entry;
  }

  #begin(entry: Entry, gather: boolean): void {
    if (!gather) return this.#enqueue(entry);
    entry.state = 'running-dirty';
    this.#rest(entry, this.options.restMs);
  }

  #enqueue(entry: Entry): void {
    entry.state = 'queued';
    this.#queue.push(entry);
    this.#schedulePump();
  }

  /** Later in this turn: a whole batch of changes is taken in before the first of its keys is looked at. */
  #schedulePump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (!this.#stopped && this.#running < this.options.concurrency) {
      const due = this.#due.shift();
      const entry = due ?? (this.options.rush?.isOn ? undefined : this.#queue.shift());
      if (!entry) break;
      void this.#run(entry, due !== undefined);
    }
    if (this.idle) this.settled();
  }

  async #run(entry: Entry, isDue: boolean): Promise<void> {
    this.#running++;
    entry.state = 'running';
    entry.wake?.cancel();
    entry.wake = undefined;
    try {
      const wakeAt = await this.options.work(entry.key, isDue && (this.options.rush?.due ?? 0) > 1);
      entry.failures = 0;
      this.#rest(entry, this.options.restMs);
      if (wakeAt !== undefined) this.#wakeAt(entry, wakeAt);
    } catch (error) {
      this.#retry(entry, error);
    }
    if (isDue) this.options.rush?.end();
    this.#running--;
    this.#schedulePump();
  }

  #retry(entry: Entry, error: unknown): void {
    const conflict = this.options.isConflict(error);
    entry.failures++;
    if (!conflict) this.options.failed(entry.key, error, entry.failures);
    if (entry.failures >= (this.options.failuresMax ?? Infinity)) return this.#giveUp(entry, error);
    entry.state = 'running-dirty';
    // The first conflicts are ordinary (somebody else wrote first); only endless ones are slowed down.
    const exponent = conflict ? entry.failures - 5 : entry.failures - 1;
    this.#rest(entry, exponent < 0 ? 0 : Math.min(RETRY_MS * 2 ** exponent, RETRY_MS_MAX));
  }

  #giveUp(entry: Entry, error: unknown): void {
    this.#entries.delete(entry.key);
    this.options.gaveUp?.(entry.key, error);
  }

  #rest(entry: Entry, restMs: number): void {
    const dirty = entry.state === 'running-dirty';
    if (restMs <= 0) return this.#rested(entry, dirty);
    entry.state = dirty ? 'resting-dirty' : 'resting';
    entry.rest = this.timers.after(restMs, () => {
      entry.rest = undefined;
      this.#rested(entry, entry.state === 'resting-dirty');
    });
  }

  #rested(entry: Entry, dirty: boolean): void {
    if (dirty && !this.#isLastTurn) return this.#enqueue(entry);
    entry.state = dirty ? 'put-off' : 'idle';
    if (!dirty) this.#forgetIfDone(entry);
  }

  #wakeAt(entry: Entry, atMs: number): void {
    if (this.#stopped) return;
    if (atMs <= this.timers.clock.now()) return this.add(entry.key);
    entry.wake = this.timers.at(atMs, () => {
      entry.wake = undefined;
      this.#wake(entry);
    });
    this.#entries.set(entry.key, entry);
  }

  #wake(entry: Entry): void {
    const { punctual, rush } = this.options;
    if (!punctual || !rush || entry.state !== 'idle') return this.add(entry.key);
    entry.state = 'queued';
    rush.begin();
    this.#due.push(entry);
    this.#schedulePump();
  }

  #forgetIfDone(entry: Entry): void {
    if (entry.wake === undefined && entry.failures === 0) this.#entries.delete(entry.key);
  }
}
