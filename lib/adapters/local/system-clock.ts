import type { Clock } from '../../ports/clock.js';

/**
 * The longest sleep at once. Longer, and an alarm would be late by as much after the machine slept or its clock was
 * set forward (and above 2³¹ ms Node's timers fire at once); shorter wakes an idle process more often.
 */
const SLEEP_MS_MAX = 30_000;

/** The machine's clock. */
export class SystemClock implements Clock {
  now(): number {
    return Date.now();
  }

  at(timeMs: number, callback: () => void): () => void {
    let timer: NodeJS.Timeout;
    const sleep = () => {
      timer = setTimeout(wake, Math.min(Math.max(0, timeMs - Date.now()), SLEEP_MS_MAX));
    };
    // Node's timers follow another clock and may fire a millisecond early by this one: look again.
    const wake = () => (Date.now() < timeMs ? sleep() : callback());
    sleep();
    return () => clearTimeout(timer);
  }
}
