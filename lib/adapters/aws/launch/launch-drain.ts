import type { Clock } from '../../../ports/clock.js';
import {
  launchable,
  launchableAt,
  withProvider,
  withTaken,
  type BudgetState,
  type LaunchQuotas,
} from './budget-state.js';
import type { Grants } from './grants.js';
import { CAPACITY_PROVIDERS, type CapacityProvider } from './launch-budget.js';
import type { LaunchQueueParts, LaunchWakes } from './launch-queue.js';
import type { LaunchTable } from './launch-table.js';
import { firstPods, podsIn, Slice, type LaunchPods, type Part } from './slice.js';

/** Smaller: more reads and writes a second. Larger: a Job that comes late waits longer for the round to end. */
const ROUND_PODS = 5;
/** Items read at once, beside those under way. */
const HEAD_ITEMS = 12;
/** Pods whose launch is under way. Smaller: RunTask's latency limits the rate. Larger: more is asked again after a crash. */
const UNDER_WAY_MAX = 60;
/** Smaller: a slow round loses its place. Larger: nothing is launched for longer after a crash. */
const LEASE_MS = 3000;
/** Smaller: more reads. Larger: nothing is launched for longer between two slices. */
const POLL_MS = 50;
/** Up to here a function waits for itself; a later time is Step Functions' to wait for. */
const HOP_MS_MAX = 5000;

/**
 * Empties the queue at the pace of the budget, for one slice of time: the next slice is another invocation, brought
 * about by a wake-up, so that no shard of the stream waits for long. One drains a provider at a time; who finds another
 * one alive leaves, who finds one dead takes over.
 */
export class LaunchDrain {
  readonly #table: LaunchTable;
  readonly #quotas: LaunchQuotas;
  readonly #clock: Clock;
  readonly #wakes: LaunchWakes;
  readonly #grants: Grants;
  readonly #newId: () => string;

  constructor(parts: LaunchQueueParts) {
    this.#table = parts.table;
    this.#quotas = parts.quotas;
    this.#clock = parts.clock;
    this.#wakes = parts.wakes;
    this.#grants = parts.grants;
    this.#newId = parts.newId;
  }

  /**
   * Launches until then, about a second: longer, and records wait behind it in the stream's shard. Rejects when `launch`
   * or the table does: the wake-up has to be tried again.
   */
  async drain(provider: CapacityProvider, launch: LaunchPods, untilMs: number): Promise<void> {
    const slice = new Slice(this.#newId(), launch, this.#grants, this.#table);
    if (!(await this.#enter(provider, slice.id))) return;
    const nextMs = await this.#rounds(provider, slice, untilMs);
    // The next slice is on its way while the last launches of this one are.
    if (nextMs !== undefined) await this.#wake(provider, nextMs);
    await slice.finish();
    await this.#change((state) => (isMine(state, provider, slice.id) ? released(state, provider) : state));
  }

  /** For the sweep: wakes the drain of queues in which pods wait. */
  async wakeWaiting(): Promise<void> {
    const { providers } = await this.#table.budget();
    const waiting = CAPACITY_PROVIDERS.filter((name) => providers[name].isBacklogged);
    await Promise.all(waiting.map((name) => this.#wakes.soon(name)));
  }

  async #wake(provider: CapacityProvider, atMs: number): Promise<void> {
    if (atMs - this.#clock.now() > HOP_MS_MAX) await this.#wakes.at(provider, atMs);
    else await this.#wakes.soon(provider);
  }

  /** Waits for the slice before to finish. False: somebody else drains, and goes on. */
  async #enter(provider: CapacityProvider, id: string): Promise<boolean> {
    let firstMs: number | undefined;
    for (;;) {
      const { drainer, drainerUntilMs } = (await this.#table.budget()).providers[provider];
      const now = this.#clock.now();
      if (drainer === '' || drainerUntilMs <= now) return this.#lease(provider, id, now + LEASE_MS);
      firstMs ??= drainerUntilMs;
      if (drainerUntilMs > firstMs) return false;
      await this.#sleepUntil(Math.min(drainerUntilMs, now + POLL_MS));
    }
  }

  async #lease(provider: CapacityProvider, drainer: string, drainerUntilMs: number): Promise<boolean> {
    const state = await this.#table.budget();
    if (isTaken(state, provider, drainer, this.#clock.now())) return false;
    const next = withProvider(state, provider, { drainer, drainerUntilMs });
    return (await this.#table.replaceBudget(next)) || this.#lease(provider, drainer, drainerUntilMs);
  }

  /** When to go on; undefined: the queue is empty, or another one's by now. */
  async #rounds(provider: CapacityProvider, slice: Slice, untilMs: number): Promise<number | undefined> {
    for (;;) {
      const [state, items] = await Promise.all([
        this.#table.budget(),
        this.#table.head(provider, HEAD_ITEMS + slice.items),
      ]);
      const now = this.#clock.now();
      if (isTaken(state, provider, slice.id, now)) return undefined;
      const head = slice.rest(items);
      const wanted = Math.min(ROUND_PODS, podsIn(head));
      const ready = launchable(state, provider, this.#quotas, now) + slice.spare;
      if (slice.failure !== undefined) return now;
      if (wanted === 0 && slice.underWay === 0) {
        if (await this.#close(provider, slice.id, state)) return undefined;
      } else if (wanted === 0 || slice.underWay >= UNDER_WAY_MAX) {
        await slice.oneDone();
      } else if (now >= untilMs) {
        return now;
      } else if (ready < wanted) {
        const atMs = launchableAt(state, provider, this.#quotas, now, wanted - slice.spare);
        await this.#sleepUntil(Math.min(atMs, untilMs));
        if (atMs > untilMs) return atMs;
      } else {
        await this.#round(provider, slice, state, head, ready);
      }
    }
  }

  async #round(
    provider: CapacityProvider,
    slice: Slice,
    state: BudgetState,
    head: readonly Part[],
    ready: number,
  ): Promise<void> {
    const now = this.#clock.now();
    const chosen = firstPods(head, Math.min(ready, UNDER_WAY_MAX));
    const count = podsIn(chosen);
    const spare = Math.min(slice.spare, count);
    const next = withProvider(withTaken(state, provider, this.#quotas, now, count - spare), provider, {
      virtualTime: Math.max(state.providers[provider].virtualTime, chosen.at(-1)!.tag),
      jobs: new Set(head.map(({ item }) => item.job)).size,
      drainer: slice.id,
      drainerUntilMs: now + LEASE_MS,
      isBacklogged: true,
    });
    if (!(await this.#table.replaceBudget(next))) return;
    slice.spare -= spare;
    slice.begin(chosen);
  }

  /** Who queues in between has its item found here, or looks at the flag afterwards and puts it up itself. */
  async #close(provider: CapacityProvider, id: string, state: BudgetState): Promise<boolean> {
    const closed = withProvider(released(state, provider), provider, { isBacklogged: false });
    if (!(await this.#table.replaceBudget(closed))) return false;
    if ((await this.#table.head(provider, 1)).length === 0) return true;
    await this.#change((now) => withProvider(now, provider, { isBacklogged: true }));
    return !(await this.#lease(provider, id, this.#clock.now() + LEASE_MS));
  }

  async #change(change: (state: BudgetState) => BudgetState): Promise<void> {
    for (;;) {
      const state = await this.#table.budget();
      const next = change(state);
      if (next === state || (await this.#table.replaceBudget(next))) return;
    }
  }

  #sleepUntil(timeMs: number): Promise<void> {
    return new Promise((resolve) => this.#clock.at(timeMs, resolve));
  }
}

function isMine(state: BudgetState, provider: CapacityProvider, id: string): boolean {
  return state.providers[provider].drainer === id;
}

/** Somebody else drains. */
function isTaken(state: BudgetState, provider: CapacityProvider, id: string, nowMs: number): boolean {
  const { drainer, drainerUntilMs } = state.providers[provider];
  return drainer !== '' && drainer !== id && drainerUntilMs > nowMs;
}

function released(state: BudgetState, provider: CapacityProvider): BudgetState {
  return withProvider(state, provider, { drainer: '' });
}
