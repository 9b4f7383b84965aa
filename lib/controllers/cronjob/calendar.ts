import type { ScheduleForm } from '../../apis/batch/v1/cronjob/schedule-syntax.js';

const DAY_MS = 24 * 3600 * 1000;
const DAY_MINUTES = 1440;
/** 29 February comes every four years, but every eight around 2100; beyond that nothing comes. */
const DAYS_MAX = 9 * 366;

export type CalendarForm = Exclude<ScheduleForm, { everyNs: bigint }>;

/** The times of the clock a schedule names, as if clocks were never changed: minutes since 1970 of local time. */
export class Calendar {
  /** Minutes of the day, ascending. */
  readonly #hours: readonly number[];
  readonly #minutes: readonly number[];

  constructor(readonly form: CalendarForm) {
    this.#hours = form.hour.values;
    this.#minutes = form.minute.values;
  }

  /** The first at or after a minute; undefined: there is none. */
  atOrAfter(minute: number): number | undefined {
    const day = Math.floor(minute / DAY_MINUTES);
    if (this.#hours.length === 0 || this.#minutes.length === 0) return undefined;
    const today = this.#includes(day) ? this.#timeAtOrAfter(minute - day * DAY_MINUTES) : undefined;
    if (today !== undefined) return day * DAY_MINUTES + today;
    const next = this.#dayFrom(day + 1, 1);
    return next === undefined ? undefined : next * DAY_MINUTES + this.#hours[0]! * 60 + this.#minutes[0]!;
  }

  /** The last at or before a minute; undefined: there is none. */
  atOrBefore(minute: number): number | undefined {
    const day = Math.floor(minute / DAY_MINUTES);
    if (this.#hours.length === 0 || this.#minutes.length === 0) return undefined;
    const today = this.#includes(day) ? this.#timeAtOrBefore(minute - day * DAY_MINUTES) : undefined;
    if (today !== undefined) return day * DAY_MINUTES + today;
    const previous = this.#dayFrom(day - 1, -1);
    return previous === undefined ? undefined : previous * DAY_MINUTES + last(this.#hours) * 60 + last(this.#minutes);
  }

  #timeAtOrAfter(time: number): number | undefined {
    const hour = Math.floor(time / 60);
    if (this.#hours.includes(hour)) {
      const minute = this.#minutes.find((m) => m >= time - hour * 60);
      if (minute !== undefined) return hour * 60 + minute;
    }
    const later = this.#hours.find((h) => h > hour);
    return later === undefined ? undefined : later * 60 + this.#minutes[0]!;
  }

  #timeAtOrBefore(time: number): number | undefined {
    const hour = Math.floor(time / 60);
    if (this.#hours.includes(hour)) {
      const minute = this.#minutes.findLast((m) => m <= time - hour * 60);
      if (minute !== undefined) return hour * 60 + minute;
    }
    const earlier = this.#hours.findLast((h) => h < hour);
    return earlier === undefined ? undefined : earlier * 60 + last(this.#minutes);
  }

  /** The nearest day of the schedule from `day` on, forwards (1) or backwards (-1). */
  #dayFrom(day: number, step: 1 | -1): number | undefined {
    for (const end = day + step * DAYS_MAX; (end - day) * step > 0;) {
      const date = new Date(day * DAY_MS);
      if (this.form.month.values.includes(date.getUTCMonth() + 1)) {
        if (this.#matches(date)) return day;
        day += step;
      } else {
        // Over the rest of a month that is not in the schedule at once.
        const month = date.getUTCMonth() + (step > 0 ? 1 : 0);
        day = Date.UTC(date.getUTCFullYear(), month, step > 0 ? 1 : 0) / DAY_MS;
      }
    }
    return undefined;
  }

  #includes(day: number): boolean {
    const date = new Date(day * DAY_MS);
    return this.form.month.values.includes(date.getUTCMonth() + 1) && this.#matches(date);
  }

  /** When both the day of the month and that of the week are given, either will do. */
  #matches(date: Date): boolean {
    const { dayOfMonth, dayOfWeek } = this.form;
    const inMonth = dayOfMonth.values.includes(date.getUTCDate());
    const inWeek = dayOfWeek.values.includes(date.getUTCDay());
    return dayOfMonth.any || dayOfWeek.any ? inMonth && inWeek : inMonth || inWeek;
  }
}

function last(values: readonly number[]): number {
  return values[values.length - 1]!;
}
