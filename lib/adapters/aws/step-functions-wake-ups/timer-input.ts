import type { WakeUp } from '../../../ports/wake-ups.js';

/**
 * What an execution is started with, and what the timer function is called with when it has waited:
 * `{ "controller": "job", "key": "default/pi", "wakeAt": "2026-03-01T10:00:07.250Z", "waitUntil": "2026-03-01T10:00:08Z" }`.
 * `wakeAt` is later than `waitUntil` where the wait is longer than an execution may be.
 */
export function timerInput({ controller, key, atMs }: WakeUp, waitUntilMs: number): string {
  const wakeAt = new Date(atMs).toISOString();
  const waitUntil = new Date(waitUntilMs).toISOString().replace('.000Z', 'Z');
  return JSON.stringify({ controller, key, wakeAt, waitUntil });
}

/** Throws for anything else. */
export function readTimerInput(input: unknown): WakeUp {
  const { controller, key, wakeAt } = (input ?? {}) as { readonly [name: string]: unknown };
  const atMs = typeof wakeAt === 'string' ? Date.parse(wakeAt) : Number.NaN;
  if (typeof controller !== 'string' || typeof key !== 'string' || Number.isNaN(atMs)) {
    throw new TypeError('the timer function was called with something that is not a wake-up');
  }
  return { controller, key, atMs };
}
