import { wallClocks, type WallClock } from '../controllers/cronjob/brute-force.js';

/** Of the minutes whose clock time comes twice, which one EventBridge takes: AWS says only that it is one. */
export type FallBack = 'first' | 'second';

/** For each number a field can have, whether an expression allows it; a day that is left out allows all. */
interface Fields {
  readonly minute: Uint8Array;
  readonly hour: Uint8Array;
  readonly month: Uint8Array;
  readonly day: Uint8Array;
  readonly weekday: Uint8Array;
}

/**
 * When EventBridge Scheduler fires, from its documentation and nothing of ours: six fields, days of the week from 1
 * (Sunday), `?` in one of the two days. A time that does not exist is left out, one that comes twice fires once.
 */
export class EventBridgeClocks {
  readonly #clocks: readonly WallClock[];
  readonly #leftOut: { readonly [which in FallBack]: ReadonlySet<number> };

  constructor(timeZone: string, fromMs: number, untilMs: number) {
    this.#clocks = wallClocks(timeZone, fromMs, untilMs);
    this.#leftOut = leftOut(this.#clocks);
  }

  /** For each minute of the time, 1 where one of the expressions fires. Throws for one that EventBridge refuses. */
  firings(expressions: readonly string[]): { readonly [which in FallBack]: Uint8Array } {
    const first = new Uint8Array(this.#clocks.length);
    for (const fields of expressions.map(read)) {
      for (let index = 0; index < first.length; index++) first[index]! |= matches(fields, this.#clocks[index]!);
    }
    const second = first.slice();
    for (const index of this.#leftOut.first) first[index] = 0;
    for (const index of this.#leftOut.second) second[index] = 0;
    return { first, second };
  }
}

/** Clocks are put back by three hours at most: what they have shown within four is a repetition. */
const REPEATED_WITHIN = 4 * 60;

function leftOut(clocks: readonly WallClock[]): { readonly [which in FallBack]: ReadonlySet<number> } {
  const first = new Set<number>();
  const second = new Set<number>();
  const shown = new Map<number, number>();
  clocks.forEach(({ dayOfMonth, hour, minute }, index) => {
    const face = (dayOfMonth * 24 + hour) * 60 + minute;
    const before = shown.get(face);
    if (before !== undefined && index - before < REPEATED_WITHIN) {
      first.add(index);
      second.add(before);
    }
    shown.set(face, index);
  });
  return { first, second };
}

function matches({ minute, hour, month, day, weekday }: Fields, clock: WallClock): number {
  return (
    minute[clock.minute]! &
    hour[clock.hour]! &
    month[clock.month]! &
    day[clock.dayOfMonth]! &
    weekday[clock.dayOfWeek + 1]!
  );
}

function read(expression: string): Fields {
  const [, body = ''] = /^cron\((.*)\)$/.exec(expression) ?? [];
  const fields = body.split(' ');
  if (expression.length > 256 || fields.length !== 6) throw new Error(`EventBridge refuses ${expression}`);
  const [minutes, hours, days, months, weekdays, years] = fields as [string, string, string, string, string, string];
  if ((days === '?') === (weekdays === '?') || years !== '*') throw new Error(`EventBridge refuses ${expression}`);
  return {
    minute: allowed(minutes, 0, 59),
    hour: allowed(hours, 0, 23),
    month: allowed(months, 1, 12),
    day: allowed(days.replace('?', '*'), 1, 31),
    weekday: allowed(weekdays.replace('?', '*'), 1, 7, false),
  };
}

function allowed(field: string, min: number, max: number, steps = true): Uint8Array {
  const found = new Uint8Array(max + 1);
  for (const part of field.split(',')) {
    const match = /^(?:(\*)|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/.exec(part);
    const [, any, low, high, step] = match ?? [];
    if (!match || (step !== undefined && !steps)) throw new Error(`EventBridge refuses the field ${field}`);
    const start = any === undefined ? Number(low) : min;
    const end = any !== undefined || (step !== undefined && high === undefined) ? max : Number(high ?? low);
    if (start < min || end > max || start > end) throw new Error(`EventBridge refuses the field ${field}`);
    for (let value = start; value <= end; value += Number(step ?? 1)) found[value] = 1;
  }
  return found;
}
