import type { Clock } from '../../../ports/clock.js';
import { pause } from '../throttles.js';
import {
  launchable,
  withProvider,
  withRefusal,
  withTaken,
  type BudgetState,
  type LaunchQuotas,
} from './budget-state.js';
import type { Grants } from './grants.js';
import type {
  CapacityProvider,
  LaunchBudget,
  LaunchLeave,
  LaunchRefusal,
  LaunchRequest,
  LaunchWait,
} from './launch-budget.js';
import type { LaunchTable } from './launch-table.js';
import { groupBy } from './group-by.js';
import { waitFor } from './wait-message.js';
import { inItems, inTurns, sortKey } from './waiting-pods.js';

/** Brings a drain of one provider's queue about. */
export interface LaunchWakes {
  soon(provider: CapacityProvider): Promise<void>;
  at(provider: CapacityProvider, atMs: number): Promise<void>;
}

export interface LaunchQueueParts {
  readonly table: LaunchTable;
  readonly quotas: LaunchQuotas;
  readonly clock: Clock;
  readonly wakes: LaunchWakes;
  /** Shared with the drain of the same process. */
  readonly grants: Grants;
  /** Never the same twice. */
  readonly newId: () => string;
}

/** So much later than was expected a pod that waits is looked for in the queue. Smaller: more reads for late pods. */
const LATE_MS = 60_000;
/** Nobody has worked on a queue with pods in it for so long: whoever did has died. */
const ABANDONED_MS = 10_000;
/**
 * Pods of a Job come to as many functions as the stream has lanes, at the same moment: one of them replaces the budget, the
 * others come back after a pause of up to so long. Shorter, and most of what they write is refused, and paid for.
 */
const RACE_MS = 20;
const RACE_MS_MAX = 300;

interface Entry {
  readonly request: LaunchRequest;
  readonly refusal?: LaunchRefusal;
  readonly answer: (leave: LaunchLeave) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Gives leave at once as long as nobody waits and there are tokens; else a place in the queue. What is asked while an
 * earlier question is with the table is asked together: one write for all that are granted, one for a dozen that wait.
 */
export class LaunchQueue implements LaunchBudget {
  #entries: Entry[] = [];
  #isFlushing = false;

  constructor(private readonly parts: LaunchQueueParts) {}

  async ask(request: LaunchRequest): Promise<LaunchLeave> {
    if (this.parts.grants.take(request.pod)) return { isGranted: true };
    const wait = await this.#stillWaits(request);
    return wait === undefined ? this.#add(request) : { isGranted: false, wait };
  }

  async refused(request: LaunchRequest, refusal: LaunchRefusal): Promise<LaunchWait> {
    const leave = await this.#add(request, refusal);
    // A refused pod is queued whatever tokens there are.
    return (leave as Extract<LaunchLeave, { isGranted: false }>).wait;
  }

  /** Undefined: it is not in the queue, or its place was lost, since all of its Job's places have been served. */
  async #stillWaits({ provider, job, waitingUntilMs }: LaunchRequest): Promise<LaunchWait | undefined> {
    if (waitingUntilMs === undefined) return undefined;
    const { table, clock, quotas } = this.parts;
    const now = clock.now();
    if (now < waitingUntilMs + LATE_MS) return stillWaiting(provider, waitingUntilMs);
    const [state, next] = await Promise.all([table.budget(), table.nextTag(provider, job)]);
    const isServed = !state.providers[provider].isBacklogged || next <= state.providers[provider].virtualTime;
    return isServed ? undefined : waitFor(state, provider, quotas, now, next);
  }

  #add(request: LaunchRequest, refusal?: LaunchRefusal): Promise<LaunchLeave> {
    return new Promise((answer, fail) => {
      this.#entries.push({ request, refusal, answer, fail });
      if (!this.#isFlushing) {
        this.#isFlushing = true;
        setImmediate(() => void this.#flush());
      }
    });
  }

  async #flush(): Promise<void> {
    while (this.#entries.length > 0) {
      const entries = this.#entries;
      this.#entries = [];
      await Promise.all(
        [...groupBy(entries, ({ request }) => request.provider)].map(([provider, own]) =>
          this.#serve(provider, own).catch((error: unknown) => own.forEach(({ fail }) => fail(error))),
        ),
      );
    }
    this.#isFlushing = false;
  }

  /**
   * 1. Those that have to wait are put in the queue. 2. The budget is replaced: tokens taken, `isBacklogged` set; where
   * it was set before, it has to be so still, or the drain has found the queue empty in between. 3. The drain is woken.
   * If the process stops after 1 or 2, nobody has been answered: the pods are asked for again, and stand in the queue
   * twice, which their second turn finds out.
   */
  async #serve(provider: CapacityProvider, entries: readonly Entry[]): Promise<void> {
    const { table, quotas, clock } = this.parts;
    const queued = new Map<Entry, number>();
    const askers = entries.filter(({ refusal }) => refusal === undefined);
    const order = inTurns(askers.map((entry) => ({ entry, job: entry.request.job }))).map(({ entry }) => entry);
    for (let lost = 0; ; lost++) {
      if (lost > 0) await pause(clock, Math.random() * Math.min(RACE_MS * 2 ** lost, RACE_MS_MAX));
      const state = await table.budget();
      const now = clock.now();
      const { isBacklogged, virtualTime } = state.providers[provider];
      const open = order.filter((entry) => !queued.has(entry));
      const granted = isBacklogged ? [] : open.slice(0, launchable(state, provider, quotas, now));
      const refused = entries.filter((entry) => entry.refusal !== undefined && !queued.has(entry));
      const waiting = [...refused, ...open.slice(granted.length)];
      await this.#enqueue(provider, virtualTime, waiting, queued);
      const next = this.#nextState(state, provider, entries, granted.length, queued.size > 0);
      const holds = next === state ? await this.#isStillQueue(provider, queued) : await table.replaceBudget(next);
      if (!holds) continue;
      if (queued.size > 0 && (!isBacklogged || isAbandoned(state, provider, now)))
        await this.parts.wakes.soon(provider);
      for (const { answer } of granted) answer({ isGranted: true });
      for (const [{ answer, refusal }, tag] of queued) {
        answer({ isGranted: false, wait: waitFor(next, provider, quotas, now, tag, refusal) });
      }
      return;
    }
  }

  async #isStillQueue(provider: CapacityProvider, queued: ReadonlyMap<Entry, number>): Promise<boolean> {
    return queued.size === 0 || (await this.parts.table.budget()).providers[provider].isBacklogged;
  }

  #nextState(
    state: BudgetState,
    provider: CapacityProvider,
    entries: readonly Entry[],
    granted: number,
    hasQueued: boolean,
  ): BudgetState {
    const { quotas, clock } = this.parts;
    const now = clock.now();
    const refusals = new Map(entries.flatMap(({ refusal }) => (refusal ? [[refusal.cause, refusal] as const] : [])));
    let next = granted === 0 ? state : withTaken(state, provider, quotas, now, granted);
    for (const refusal of refusals.values()) next = withRefusal(next, provider, quotas, now, refusal);
    if (!hasQueued || state.providers[provider].isBacklogged) return next;
    // Who is woken to drain it has some time to come.
    return withProvider(next, provider, { isBacklogged: true, drainerUntilMs: now });
  }

  async #enqueue(
    provider: CapacityProvider,
    virtualTime: number,
    waiting: readonly Entry[],
    queued: Map<Entry, number>,
  ): Promise<void> {
    const { table, clock, newId } = this.parts;
    const byJob = groupBy(waiting, ({ request }) => request.job);
    await Promise.all(
      [...byJob].map(async ([job, entries]) => {
        let tag = await table.takeTags(provider, job, virtualTime, entries.length);
        entries.forEach((entry, index) => queued.set(entry, tag + index));
        const sinceMs = Math.min(...entries.map(({ request }) => request.sinceMs));
        for (const pods of inItems(entries.map(({ request }) => request.pod))) {
          await table.put({ provider, key: sortKey(tag, clock.now(), newId()), tag, job, sinceMs, pods });
          tag += pods.length;
        }
      }),
    );
  }
}

function isAbandoned(state: BudgetState, provider: CapacityProvider, nowMs: number): boolean {
  const { drainerUntilMs, pausedUntilMs } = state.providers[provider];
  return Math.max(drainerUntilMs, pausedUntilMs) + ABANDONED_MS < nowMs;
}

function stillWaiting(provider: CapacityProvider, expectedStartMs: number): LaunchWait {
  const message = `waiting to be launched on ${provider}; expected start ${new Date(expectedStartMs).toISOString()}`;
  return { reason: 'LaunchRateReached', message, expectedStartMs };
}
