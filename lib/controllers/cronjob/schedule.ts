import { readSchedule } from '../../apis/batch/v1/cronjob/schedule-syntax.js';
import { Calendar } from './calendar.js';
import { timeZoneOf, type TimeZone } from './time-zone.js';

const MINUTE_MS = 60_000;
/** More than any two offsets from UTC differ by. */
const ZONES_APART_MS = 48 * 3600 * 1000;

/** The times (ms since 1970) at which a CronJob is to run: its ticks. */
export interface Schedule {
  /** The first tick after a moment; undefined: it never comes. */
  next(afterMs: number): number | undefined;
  /** The last tick at or before a moment; undefined: there was none. */
  previous(atOrBeforeMs: number): number | undefined;
  /** How many ticks are after one moment and not after another; counted no further than `limit`. */
  count(afterMs: number, untilMs: number, limit: number): number;
}

export interface ScheduleOptions {
  /** Name of an IANA zone; UTC without one. */
  readonly timeZone?: string | null;
  /** Where `@every` counts from (ms since 1970): the CronJob's last schedule time, or its creation. */
  readonly anchorMs?: number;
}

/**
 * Reads a schedule that `scheduleProblem` finds nothing wrong with; throws otherwise, or where the zone is unknown.
 *
 * A tick is a minute whose local time is one of the schedule's. So where clocks are put forward, the times left out do
 * not come; where they are put back, those that are repeated come twice.
 */
export function parseSchedule(text: string, { timeZone, anchorMs = 0 }: ScheduleOptions = {}): Schedule {
  const key = `${timeZone ?? ''} ${text}`;
  const known = calendars.get(key);
  if (known) return known;
  const form = readSchedule(text);
  if ('everyNs' in form) return new Every(form.everyNs, anchorMs);
  const zone = timeZoneOf(timeZone ?? undefined);
  if (!zone) throw new RangeError(`unknown time zone ${timeZone}`);
  const schedule = new ZonedCalendar(new Calendar(form), zone);
  if (calendars.size >= CALENDARS_MAX) calendars.clear();
  calendars.set(key, schedule);
  return schedule;
}

/** Those read so far: many CronJobs have the same, and each is asked for at every look. */
const calendars = new Map<string, Schedule>();
/** More would cost memory, about a KB each; fewer are read again and again where there are many different ones. */
const CALENDARS_MAX = 5000;

/** No tick is after the one moment and before the other. */
interface Gap {
  readonly fromMs: number;
  readonly tick: number;
}

/** The tick that is due, and the next one. */
const GAPS_KEPT = 2;

class ZonedCalendar implements Schedule {
  /** The ticks found last: those of one moment are asked for by every CronJob that is due, and then the ones after them. */
  #found: readonly Gap[] = [];

  constructor(
    readonly calendar: Calendar,
    readonly zone: TimeZone,
  ) {}

  next(afterMs: number): number | undefined {
    const known = this.#found.find(({ fromMs, tick }) => fromMs <= afterMs && afterMs < tick);
    if (known) return known.tick;
    const tick = this.#next(afterMs);
    if (tick !== undefined) this.#found = [{ fromMs: afterMs, tick }, ...this.#found.slice(0, GAPS_KEPT - 1)];
    return tick;
  }

  #next(afterMs: number): number | undefined {
    for (let from = afterMs + 1; ;) {
      const { until, offsetMs } = this.zone.periodAt(from);
      const minute = this.calendar.atOrAfter(Math.ceil((from + offsetMs) / MINUTE_MS));
      if (minute === undefined) return undefined;
      const tick = minute * MINUTE_MS - offsetMs;
      if (tick < until) return tick;
      // Over the periods between at once; but close to a change, local time may go back to before `from`.
      from = until - from > ZONES_APART_MS ? Math.max(until, tick - ZONES_APART_MS) : until;
    }
  }

  previous(atOrBeforeMs: number): number | undefined {
    for (let to = atOrBeforeMs; ;) {
      const { from, offsetMs } = this.zone.periodAt(to);
      const minute = this.calendar.atOrBefore(Math.floor((to + offsetMs) / MINUTE_MS));
      if (minute === undefined) return undefined;
      const tick = minute * MINUTE_MS - offsetMs;
      if (tick >= from) return tick;
      to = to - from > ZONES_APART_MS ? Math.min(from - 1, tick + ZONES_APART_MS) : from - 1;
    }
  }

  count(afterMs: number, untilMs: number, limit: number): number {
    let count = 0;
    for (
      let tick = this.next(afterMs);
      tick !== undefined && tick <= untilMs && count < limit;
      tick = this.next(tick)
    ) {
      count++;
    }
    return count;
  }
}

/** `@every 90m`: whole seconds, at least one; the first tick is one interval after the anchor. */
class Every implements Schedule {
  readonly #intervalMs: number;

  constructor(
    everyNs: bigint,
    readonly anchorMs: number,
  ) {
    this.#intervalMs = Math.max(1, Number(everyNs / 1_000_000_000n)) * 1000;
  }

  next(afterMs: number): number {
    return this.#tick(Math.max(this.#index(afterMs), 0) + 1);
  }

  previous(atOrBeforeMs: number): number | undefined {
    const index = this.#index(atOrBeforeMs);
    return index < 1 ? undefined : this.#tick(index);
  }

  count(afterMs: number, untilMs: number, limit: number): number {
    const count = Math.max(this.#index(untilMs), 0) - Math.max(this.#index(afterMs), 0);
    return Math.min(Math.max(count, 0), limit);
  }

  #index(ms: number): number {
    return Math.floor((ms - this.anchorMs) / this.#intervalMs);
  }

  #tick(index: number): number {
    return this.anchorMs + index * this.#intervalMs;
  }
}
