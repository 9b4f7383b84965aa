import { formatTime } from './time.js';

/** A text that is no API time; the message is Kubernetes' own. */
export class TimeError extends Error {}

const canonicalSeconds = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

/**
 * An RFC 3339 time as `metav1.Time` keeps it: UTC, whole seconds, rounded down.
 * @throws TimeError
 */
export function canonicalTime(text: string): string {
  if (canonicalSeconds.test(text) && isExact(text)) return text;
  return formatTime(read(text, '2006-01-02T15:04:05Z07:00', 0).ms);
}

/**
 * An RFC 3339 time as `metav1.MicroTime` keeps it: UTC with exactly six digits of the second.
 * @throws TimeError
 */
export function canonicalMicroTime(text: string): string {
  const { ms, fraction } = read(text, '2006-01-02T15:04:05.000000Z07:00', 6);
  return `${formatTime(ms).slice(0, -1)}.${fraction}Z`;
}

/** Whether the date exists: JavaScript reads 30 February as 1 March. */
function isExact(text: string): boolean {
  const ms = Date.parse(text);
  return !Number.isNaN(ms) && formatTime(ms) === text;
}

interface Reading {
  /** Whole seconds, in milliseconds since 1970. */
  readonly ms: number;
  /** Digits after the second's point. */
  readonly fraction: string;
}

/** Reads element by element, because Kubernetes' message names the first one that does not fit. */
function read(text: string, layout: string, fractionDigits: number): Reading {
  const reader = new Reader(text, layout);
  const year = reader.number('2006', /^\d{4}/, 0, 9999, 'year');
  reader.literal('-');
  const month = reader.number('01', /^\d\d/, 1, 12, 'month');
  reader.literal('-');
  const day = reader.number('02', /^\d\d/, 0, 99, 'day');
  reader.literal('T');
  const hour = reader.number('15', /^\d\d?/, 0, 23, 'hour');
  reader.literal(':');
  const minute = reader.number('04', /^\d\d/, 0, 59, 'minute');
  reader.literal(':');
  const second = reader.number('05', /^\d\d/, 0, 59, 'second');
  const fraction = reader.fraction(fractionDigits);
  const offsetMinutes = reader.zone();
  reader.end();
  if (day < 1 || day > daysIn(year, month)) throw new TimeError(`parsing time ${quoted(text)}: day out of range`);
  const local = new Date(0);
  local.setUTCFullYear(year, month - 1, day);
  local.setUTCHours(hour, minute - offsetMinutes, second);
  return { ms: local.getTime(), fraction };
}

class Reader {
  private readonly text: string;
  private readonly layout: string;
  private rest: string;

  constructor(text: string, layout: string) {
    this.text = text;
    this.layout = layout;
    this.rest = text;
  }

  number(element: string, form: RegExp, least: number, most: number, name: string): number {
    const value = Number(this.take(element, form)[0]);
    if (value < least || value > most) throw this.failure(`: ${name} out of range`);
    return value;
  }

  literal(character: string): void {
    if (!this.rest.startsWith(character)) throw this.misfit(character);
    this.rest = this.rest.slice(1);
  }

  /** `digits` 0: any number of digits may follow the second, or none. */
  fraction(digits: number): string {
    if (digits > 0) return this.take(`.${'0'.repeat(digits)}`, new RegExp(`^[.,](\\d{${digits}})`))[1] as string;
    return /^[.,]\d/.test(this.rest) ? (this.take('', /^[.,](\d+)/)[1] as string) : '';
  }

  /** Minutes east of UTC. */
  zone(): number {
    const [matched, sign, hours, minutes] = this.take('Z07:00', /^(?:Z|([+-])(\d\d):(\d\d))/);
    if (matched === 'Z') return 0;
    if (Number(hours) > 24) throw this.failure(': time zone offset hour out of range');
    if (Number(minutes) > 60) throw this.failure(': time zone offset minute out of range');
    return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
  }

  end(): void {
    if (this.rest !== '') throw this.failure(`: extra text: ${quoted(this.rest)}`);
  }

  private take(element: string, form: RegExp): RegExpExecArray {
    const found = form.exec(this.rest);
    if (found === null) throw this.misfit(element);
    this.rest = this.rest.slice(found[0].length);
    return found;
  }

  private misfit(element: string): TimeError {
    return this.failure(` as ${quoted(this.layout)}: cannot parse ${quoted(this.rest)} as ${quoted(element)}`);
  }

  private failure(because: string): TimeError {
    return new TimeError(`parsing time ${quoted(this.text)}${because}`);
  }
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
