/**
 * A token bucket as one number, the generic cell rate algorithm: the time at which the bucket will be full again. What
 * is taken moves it on; a bucket may lag so far behind being full as its burst takes to fill.
 */

export interface LaunchRate {
  /** Tokens that a full bucket holds. */
  readonly burst: number;
  readonly perSecond: number;
}

/** Tokens that may be taken now. `factor`: above 0, up to 1; a slowed bucket asks more time for each token. */
export function available(rate: LaunchRate, fullAtMs: number, nowMs: number, factor = 1): number {
  const roomMs = rate.burst * intervalMs(rate) - Math.max(0, fullAtMs - nowMs);
  // Sums of fractions fall a hair short of the whole number they mean.
  return Math.max(0, Math.floor((roomMs * factor) / intervalMs(rate) + 1e-6));
}

/** The bucket after `count` tokens were taken. */
export function taken(rate: LaunchRate, fullAtMs: number, nowMs: number, count: number, factor = 1): number {
  return Math.max(fullAtMs, nowMs) + (count * intervalMs(rate)) / factor;
}

/** When there will be `count` tokens, at the soonest; never, for more than the bucket holds. */
export function availableAt(rate: LaunchRate, fullAtMs: number, nowMs: number, count: number, factor = 1): number {
  const needMs = (count * intervalMs(rate)) / factor;
  return Math.max(nowMs, Math.ceil(fullAtMs + needMs - rate.burst * intervalMs(rate)));
}

/** A bucket that has just been found empty. */
export function emptied(rate: LaunchRate, nowMs: number): number {
  return nowMs + rate.burst * intervalMs(rate);
}

export function intervalMs({ perSecond }: LaunchRate): number {
  return 1000 / perSecond;
}
