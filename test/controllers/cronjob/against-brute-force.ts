import { parseSchedule, type Schedule } from '../../../lib/controllers/cronjob/schedule.js';
import { matcher, wallClocks, type WallClock } from './brute-force.js';

const MINUTE_MS = 60_000;

/** The clocks of a zone over some years, against which any schedule can be held. */
export class Oracle {
  readonly #clocks: readonly WallClock[];
  readonly #untilMs: number;

  constructor(
    readonly timeZone: string,
    readonly fromMs: number,
    years: number,
  ) {
    this.#untilMs = Date.UTC(new Date(fromMs).getUTCFullYear() + years);
    this.#clocks = wallClocks(timeZone, fromMs, this.#untilMs);
  }

  /** Every tick, minute by minute. */
  #ticks(expression: string): readonly number[] {
    const matches = matcher(expression);
    const ticks: number[] = [];
    this.#clocks.forEach((clock, i) => {
      if (matches(clock)) ticks.push(this.fromMs + i * MINUTE_MS);
    });
    return ticks;
  }

  /** Every tick by `next`, from the beginning to the end. */
  #forwards(expression: string): readonly number[] {
    const schedule = this.#schedule(expression);
    const ticks: number[] = [];
    for (let tick = schedule.next(this.fromMs - 1); this.#isInside(tick); tick = schedule.next(tick)) ticks.push(tick);
    return ticks;
  }

  /** Every tick by `previous`, from the end to the beginning, in ascending order. */
  #backwards(expression: string): readonly number[] {
    const schedule = this.#schedule(expression);
    const ticks: number[] = [];
    for (let tick = schedule.previous(this.#untilMs - 1); this.#isInside(tick); tick = schedule.previous(tick - 1)) {
      ticks.push(tick);
    }
    return ticks.reverse();
  }

  /** Where `next` or `previous` differ from the clocks, in words; undefined: nowhere. */
  difference(expression: string): string | undefined {
    const ticks = this.#ticks(expression);
    const found = { next: this.#forwards(expression), previous: this.#backwards(expression) };
    for (const [name, others] of Object.entries(found)) {
      const length = Math.max(ticks.length, others.length);
      for (let i = 0; i < length; i++) {
        if (ticks[i] !== others[i]) return `${name}: ${text(others[i])} instead of ${text(ticks[i])}`;
      }
    }
    return undefined;
  }

  #schedule(expression: string): Schedule {
    return parseSchedule(expression, { timeZone: this.timeZone });
  }

  #isInside(tick: number | undefined): tick is number {
    return tick !== undefined && tick >= this.fromMs && tick < this.#untilMs;
  }
}

function text(ms: number | undefined): string {
  return ms === undefined ? 'none' : new Date(ms).toISOString();
}
