import type { Event } from '../../apis/core/v1/event/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { StoreError, type Change, type ObjectKey, type Revision } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import type { Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';
import { Fifo } from '../fifo.js';

/** How long an event is kept after its last occurrence was written (kube-apiserver's `--event-ttl`). */
export const EVENT_TTL_MS = 3_600_000;
/** Expired events are deleted in sweeps this far apart. */
const SWEEP_MS = 10_000;

interface Expiry {
  readonly key: ObjectKey;
  /** An event that has been written again since has another expiry behind this one. */
  readonly revision: Revision;
  readonly atMs: number;
}

/** There is one key: all events together. */
const ALL = 'events';

/** Deletes events an hour after they were last written. All live equally long, so a queue holds them in order. */
export class EventExpiryController implements Controller {
  readonly name = 'event-expiry';
  readonly concurrency = 1;
  #expiries = new Fifo<Expiry>();
  /** Those read at the start come in the order of their names. */
  #listed: Expiry[] | undefined = [];

  constructor(readonly context: ControllerContext) {}

  reset(): void {
    this.#expiries = new Fifo();
    this.#listed = [];
  }

  observe({ type, key, object, revision }: Change, add: (key: string) => void): void {
    if (key.resource !== 'events' || type === 'deleted') return;
    if (this.#listed) {
      const { lastTimestamp } = object as KubeObject & Event;
      this.#listed.push({ key, revision, atMs: (parseTime(lastTimestamp) ?? this.context.clock.now()) + EVENT_TTL_MS });
      return;
    }
    this.#expiries.push({ key, revision, atMs: this.context.clock.now() + EVENT_TTL_MS });
    if (this.#expiries.length === 1) add(ALL);
  }

  caughtUp(add: (key: string) => void): void {
    if (!this.#listed) return;
    for (const expiry of this.#listed.toSorted((a, b) => a.atMs - b.atMs)) this.#expiries.push(expiry);
    this.#listed = undefined;
    add(ALL);
  }

  async reconcile(): Promise<number | undefined> {
    const now = this.context.clock.now();
    const expired: Expiry[] = [];
    while ((this.#expiries.peek()?.atMs ?? Infinity) <= now) expired.push(this.#expiries.shift()!);
    await inBatches(expired, ({ key, revision }) => this.#delete(key, revision));
    const next = this.#expiries.peek();
    return next && Math.max(next.atMs, now + SWEEP_MS);
  }

  async #delete(key: ObjectKey, revision: Revision): Promise<void> {
    try {
      await this.context.store.delete(key, revision);
    } catch (error) {
      // Written again or deleted meanwhile. Of another failure the next start makes good: events are a courtesy.
      if (!(error instanceof StoreError)) this.context.log.warn('An expired event could not be deleted.', { error });
    }
  }
}
