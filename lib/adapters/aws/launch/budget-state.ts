import { available, availableAt, emptied, taken, type LaunchRate } from './gcra.js';
import { CAPACITY_PROVIDERS, type CapacityProvider, type LaunchRefusal } from './launch-budget.js';

/** What may be launched, as configured. */
export interface LaunchQuotas {
  readonly launches: Readonly<Record<CapacityProvider, LaunchRate>>;
  /** Calls of RunTask, for both providers together. */
  readonly runTask: LaunchRate;
}

/** What all functions share: one item, replaced by compare-and-set. Times in milliseconds since 1970. */
export interface BudgetState {
  /** 0: not stored yet. */
  readonly version: number;
  /** When the bucket of RunTask's calls is full again. */
  readonly callsFullAtMs: number;
  readonly providers: Readonly<Record<CapacityProvider, ProviderState>>;
}

export interface ProviderState {
  readonly fullAtMs: number;
  /** The part of the quota that AWS let us have when it last throttled, 1 at first; it grows back with time. */
  readonly factor: number;
  readonly factorAtMs: number;
  readonly pausedUntilMs: number;
  /** Refusals for want of capacity that came one after the other. */
  readonly strikes: number;
  readonly refusal: string;
  /** The place in the fair order that is being served. */
  readonly virtualTime: number;
  /** Pods wait: who comes now queues behind them. */
  readonly isBacklogged: boolean;
  /** Jobs that share what is launched, as far as the head of the queue shows them. */
  readonly jobs: number;
  /** Who empties the queue, and until when nobody else does. */
  readonly drainer: string;
  readonly drainerUntilMs: number;
}

/** Smaller: one stray throttle costs launches. Larger: a throttle is followed by the next. */
const SLOW_DOWN = 0.8;
/**
 * Share of the quota that comes back per second: 10 s after a single throttle all is as before. Throttled every second,
 * launches still go on at 8 % of the quota, or nobody would notice that AWS lets us again.
 */
const RECOVERY_PER_SECOND = 0.02;
/** Throttles that come together have one cause. */
const SAME_THROTTLE_MS = 1000;
const PAUSE_MS_MIN = 1000;
const PAUSE_MS_MAX = 30_000;

const untouched: ProviderState = {
  fullAtMs: 0,
  factor: 1,
  factorAtMs: 0,
  pausedUntilMs: 0,
  strikes: 0,
  refusal: '',
  virtualTime: 0,
  isBacklogged: false,
  jobs: 1,
  drainer: '',
  drainerUntilMs: 0,
};

export const NEW_BUDGET: BudgetState = {
  version: 0,
  callsFullAtMs: 0,
  providers: { FARGATE: untouched, FARGATE_SPOT: untouched },
};

export function factorNow({ factor, factorAtMs }: ProviderState, nowMs: number): number {
  return Math.min(1, factor + (Math.max(0, nowMs - factorAtMs) / 1000) * RECOVERY_PER_SECOND);
}

/** Launches that both buckets have a token for. */
export function launchable(
  state: BudgetState,
  provider: CapacityProvider,
  quotas: LaunchQuotas,
  nowMs: number,
): number {
  const own = state.providers[provider];
  if (own.pausedUntilMs > nowMs) return 0;
  const factor = factorNow(own, nowMs);
  return Math.min(
    available(quotas.launches[provider], own.fullAtMs, nowMs, factor),
    available(quotas.runTask, state.callsFullAtMs, nowMs),
  );
}

/** When `count` launches will be possible, as far as one knows today. */
export function launchableAt(
  state: BudgetState,
  provider: CapacityProvider,
  quotas: LaunchQuotas,
  nowMs: number,
  count: number,
): number {
  const own = state.providers[provider];
  const rate = quotas.launches[provider];
  const some = Math.min(count, rate.burst, quotas.runTask.burst);
  return Math.max(
    own.pausedUntilMs,
    availableAt(rate, own.fullAtMs, nowMs, some, factorNow(own, nowMs)),
    availableAt(quotas.runTask, state.callsFullAtMs, nowMs, some),
  );
}

export function withTaken(
  state: BudgetState,
  provider: CapacityProvider,
  quotas: LaunchQuotas,
  nowMs: number,
  count: number,
): BudgetState {
  const own = state.providers[provider];
  const fullAtMs = taken(quotas.launches[provider], own.fullAtMs, nowMs, count, factorNow(own, nowMs));
  const callsFullAtMs = taken(quotas.runTask, state.callsFullAtMs, nowMs, count);
  return withProvider({ ...state, callsFullAtMs }, provider, { fullAtMs });
}

export function withProvider(
  state: BudgetState,
  provider: CapacityProvider,
  change: Partial<ProviderState>,
): BudgetState {
  return { ...state, providers: { ...state.providers, [provider]: { ...state.providers[provider], ...change } } };
}

/** After a throttle: what we thought was there is not, and there is a little less per second for a while. */
export function withRefusal(
  state: BudgetState,
  provider: CapacityProvider,
  quotas: LaunchQuotas,
  nowMs: number,
  { cause, message }: LaunchRefusal,
): BudgetState {
  const own = state.providers[provider];
  if (cause === 'no-capacity') return withProvider(state, provider, paused(own, nowMs, message));
  if (nowMs - own.factorAtMs < SAME_THROTTLE_MS) return state;
  const factor = factorNow(own, nowMs) * SLOW_DOWN;
  return withProvider({ ...state, callsFullAtMs: emptied(quotas.runTask, nowMs) }, provider, {
    factor,
    factorAtMs: nowMs,
    fullAtMs: Math.max(own.fullAtMs, emptied(quotas.launches[provider], nowMs)),
    refusal: message,
  });
}

/** Twice as long each time, as long as the next refusal follows soon after the pause. */
function paused(own: ProviderState, nowMs: number, refusal: string): Partial<ProviderState> {
  if (own.pausedUntilMs > nowMs) return {};
  const lastMs = own.pausedUntilMs === 0 ? 0 : pauseMs(own.strikes);
  const isNext = nowMs - own.pausedUntilMs <= lastMs + PAUSE_MS_MIN;
  const strikes = isNext ? own.strikes + 1 : 0;
  return { strikes, refusal, pausedUntilMs: nowMs + pauseMs(strikes) };
}

function pauseMs(strikes: number): number {
  return Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** strikes);
}

/** Of a stored state, whatever version of this code wrote it. */
export function completed(stored: Partial<BudgetState>): BudgetState {
  const providers = Object.fromEntries(
    CAPACITY_PROVIDERS.map((name) => [name, { ...untouched, ...stored.providers?.[name] }]),
  );
  return { ...NEW_BUDGET, ...stored, providers: providers as BudgetState['providers'] };
}
