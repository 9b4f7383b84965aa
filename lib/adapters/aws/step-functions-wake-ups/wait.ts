const SECOND_MS = 1000;
const DAY_MS = 24 * 3600 * SECOND_MS;

/**
 * How far apart the clocks of Step Functions and of our functions may be, with plenty to spare. Larger starts a second
 * execution more often for a wake-up that is about to come; smaller could take one that has come for one that will.
 */
export const CLOCKS_APART_MS = 1000;

/** An execution ends after a year, whatever it waits for; what waits longer is passed on to a next one. */
const WAIT_MAX_MS = 360 * DAY_MS;

/**
 * Until when (ms since 1970) an execution waits that is to wake at a time: whole seconds, as Step Functions cuts the
 * rest off, and never too early. For a time that has passed: now.
 */
export function waitUntil(wakeAtMs: number, nowMs: number): number {
  const secondMs = Math.ceil(Math.max(wakeAtMs, nowMs) / SECOND_MS) * SECOND_MS;
  const latestMs = Math.floor((nowMs + WAIT_MAX_MS) / DAY_MS) * DAY_MS;
  return Math.min(secondMs, latestMs);
}
