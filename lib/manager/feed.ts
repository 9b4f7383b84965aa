import { RevisionExpired, type Change, type Revision, type Store } from '../ports/store.js';
import { kinds } from '../apis/kinds.js';
import { pagesOf } from '../ports/store-support/pages.js';
import type { Log } from './log.js';
import type { Timers } from './timers.js';

/** Who follows the feed. Calls are synchronous: what it learns is complete before anything else runs. */
export interface FeedListener {
  /** Forget everything learned so far: the whole world is told again, as `created` changes. */
  reset(): void;
  change(change: Change): void;
  /** The feed has been read up to the store's newest known state; called after every batch. */
  advanced(): void;
}

/** Objects listed at a time. Larger reads faster and holds more in memory at once. */
const PAGE = 500;
const RETRY_MS = 500;

/**
 * Lists every object once, then follows the store's change feed without a gap; begins again when the feed has been
 * compacted beyond what was read.
 */
export class Feed {
  #revision: Revision = -1;
  #waiting: { readonly revision: Revision; readonly resolve: () => void }[] = [];
  readonly #abort = new AbortController();

  constructor(
    readonly store: Store,
    readonly timers: Timers,
    readonly listener: FeedListener,
    readonly log: Log,
  ) {}

  /** Resolves when the world has been listed; goes on following until `stop`. */
  async start(): Promise<void> {
    await this.#list();
    void this.#follow();
  }

  stop(): void {
    this.#abort.abort();
    this.#wake(Number.POSITIVE_INFINITY);
  }

  /** Resolves when every change at or below the revision has been told. */
  reached(revision: Revision): Promise<void> | undefined {
    if (revision <= this.#revision || this.#abort.signal.aborted) return undefined;
    return new Promise((resolve) => this.#waiting.push({ revision, resolve }));
  }

  async #list(): Promise<void> {
    const at = await this.store.currentRevision();
    this.listener.reset();
    for (const { resource } of kinds) {
      for await (const { items } of pagesOf(this.store, { resource }, { limit: PAGE, at })) {
        for (const { key, revision, object, record } of items) {
          this.listener.change({ type: 'created', key, revision, object, ...(record ? { record } : {}) });
        }
      }
    }
    this.#advance(at);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#abort;
    let expired = false;
    while (!signal.aborted) {
      try {
        if (expired) await this.#list();
        expired = false;
        for await (const batch of this.store.changes({}, this.#revision, signal)) {
          for (const change of batch.changes) this.listener.change(change);
          this.#advance(batch.revision);
        }
        await this.#pause();
      } catch (error) {
        expired = expired || error instanceof RevisionExpired;
        this.log.warn('The change feed broke off; it is read again.', { error });
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    if (this.#abort.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => this.timers.after(RETRY_MS, resolve));
  }

  #advance(revision: Revision): void {
    this.#revision = Math.max(this.#revision, revision);
    this.#wake(this.#revision);
    this.listener.advanced();
  }

  #wake(revision: Revision): void {
    if (this.#waiting.length === 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const waiter of waiting) {
      if (waiter.revision <= revision) waiter.resolve();
      else this.#waiting.push(waiter);
    }
  }
}
