import type { Clock } from '../../ports/clock.js';

interface Alarm {
  readonly timeMs: number;
  readonly callback: () => void;
}

/** A clock that stands still until it is told to advance. */
export class VirtualClock implements Clock {
  #nowMs: number;
  /** In the order of firing. */
  readonly #alarms: Alarm[] = [];

  constructor(startMs = 0) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  at(timeMs: number, callback: () => void): () => void {
    const alarm = { timeMs, callback };
    this.#alarms.splice(this.#indexAfter(timeMs), 0, alarm);
    return () => {
      const index = this.#alarms.indexOf(alarm);
      if (index >= 0) this.#alarms.splice(index, 1);
    };
  }

  /** When the next alarm is due (maybe in the past: it fires at the next `advanceTo`); undefined without alarms. */
  nextAlarm(): number | undefined {
    return this.#alarms[0]?.timeMs;
  }

  /** Moves to a time, firing on the way what is due, in order and each at its own time. Never moves back. */
  advanceTo(timeMs: number): void {
    while (this.#alarms.length > 0 && this.#alarms[0]!.timeMs <= timeMs) {
      const alarm = this.#alarms.shift()!;
      this.#nowMs = Math.max(this.#nowMs, alarm.timeMs);
      alarm.callback();
    }
    this.#nowMs = Math.max(this.#nowMs, timeMs);
  }

  /** Behind all alarms of the same time, so that they fire in the order they were set. */
  #indexAfter(timeMs: number): number {
    let low = 0;
    let high = this.#alarms.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#alarms[middle]!.timeMs > timeMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
