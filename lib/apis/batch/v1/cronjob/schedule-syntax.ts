import { parseDuration } from '../../../meta/v1/go-duration.js';
import { goQuote } from '../../../meta/v1/go-text.js';
import { isTimeZone } from './time-zone-names.js';

/**
 * The grammar of `schedule`: five fields, or a descriptor such as `@daily` or `@every 1h30m`. Kubernetes reads it with
 * github.com/robfig/cron, whose error texts these are.
 */

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fieldBounds: readonly Bounds[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: months },
  { min: 0, max: 6, names: days },
];
const descriptors = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** What one of the five fields allows. */
export interface ScheduleField {
  /** Ascending; empty (of `,`): the schedule never fires. */
  readonly values: readonly number[];
  /** Written with `*` or `?` (and not as a step such as `*` + `/2`): the field restricts nothing. */
  readonly any: boolean;
}

/** A schedule as it was read: times of the clock, or the nanoseconds of `@every`. */
export type ScheduleForm =
  | {
      readonly minute: ScheduleField;
      readonly hour: ScheduleField;
      readonly dayOfMonth: ScheduleField;
      readonly month: ScheduleField;
      /** 0 is Sunday. */
      readonly dayOfWeek: ScheduleField;
    }
  | { readonly everyNs: bigint };

class SyntaxProblem extends Error {}

/** What is wrong with a schedule; undefined: nothing. */
export function scheduleProblem(schedule: string): string | undefined {
  try {
    readSchedule(schedule);
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxProblem) return error.message;
    throw error;
  }
}

/** Throws where `scheduleProblem` has something to say. A zone before the fields is left out. */
export function readSchedule(schedule: string): ScheduleForm {
  if (schedule === '') throw new SyntaxProblem('empty spec string');
  const text = withoutZone(schedule);
  if (!text.startsWith('@')) return readFields(text);
  const fields = descriptors.get(text);
  return fields === undefined ? { everyNs: readEvery(text) } : readFields(fields);
}

function readFields(text: string): ScheduleForm {
  const fields = text.split(/[\s\u0085]+/u).filter((field) => field !== '');
  if (fields.length !== fieldBounds.length) {
    const found = `found ${fields.length}: [${fields.join(' ')}]`;
    throw new SyntaxProblem(`expected exactly ${fieldBounds.length} fields, ${found}`);
  }
  const [minute, hour, dayOfMonth, month, dayOfWeek] = fieldBounds.map((bounds, i) => readField(fields[i]!, bounds));
  return { minute: minute!, hour: hour!, dayOfMonth: dayOfMonth!, month: month!, dayOfWeek: dayOfWeek! };
}

/** A zone before the fields is no longer allowed, but read: what follows it must be sound too. */
function withoutZone(schedule: string): string {
  if (!schedule.startsWith('TZ=') && !schedule.startsWith('CRON_TZ=')) return schedule;
  const start = schedule.indexOf('=') + 1;
  const end = schedule.indexOf(' ');
  // Kubernetes' parser trips over a zone with nothing behind it, and says so.
  if (end < 0) throw new SyntaxProblem('invalid schedule format: runtime error: slice bounds out of range [:-1]');
  const zone = schedule.slice(start, end);
  if (zone !== '' && zone !== 'Local' && !isTimeZone(zone)) {
    throw new SyntaxProblem(`provided bad location ${zone}: ${locationProblem(zone)}`);
  }
  return schedule.slice(end).trim();
}

function locationProblem(zone: string): string {
  if (zone.includes('..') || zone.startsWith('/') || zone.startsWith('\\')) return 'time: invalid location name';
  return `unknown time zone ${zone}`;
}

function readEvery(text: string): bigint {
  const every = '@every ';
  if (!text.startsWith(every)) throw new SyntaxProblem(`unrecognized descriptor: ${text}`);
  const duration = parseDuration(text.slice(every.length));
  if (typeof duration === 'string') throw new SyntaxProblem(`failed to parse duration ${text}: ${duration}`);
  return duration;
}

function readField(field: string, bounds: Bounds): ScheduleField {
  const ranges = field.split(',').flatMap((range) => (range === '' ? [] : [readRange(range, bounds)]));
  const values = new Set<number>();
  for (const { start, end, width } of ranges) for (let value = start; value <= end; value += width) values.add(value);
  return { values: [...values].sort((a, b) => a - b), any: ranges.some(({ any, width }) => any && width === 1) };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly width: number;
  readonly any: boolean;
}

/** `*`, `5`, `1-5`, each with or without `/step`. */
function readRange(range: string, bounds: Bounds): Range {
  const [span = '', step, ...moreSteps] = range.split('/');
  const [low = '', high, ...moreBounds] = span.split('-');
  const any = low === '*' || low === '?';
  const start = any ? bounds.min : readNumber(low, bounds);
  let end = any ? bounds.max : start;
  if (!any && high !== undefined) {
    // Looked at only when there are two, three are refused first.
    if (moreBounds.length > 0) throw new SyntaxProblem(`too many hyphens: ${range}`);
    end = readNumber(high, bounds);
  }
  if (moreSteps.length > 0) throw new SyntaxProblem(`too many slashes: ${range}`);
  const width = step === undefined ? 1 : readInteger(step);
  // `5/10` means from 5 on.
  if (step !== undefined && high === undefined) end = bounds.max;
  checkOrder(range, start, end, bounds);
  if (width === 0) throw new SyntaxProblem(`step of range should be a positive number: ${range}`);
  return { start, end, width, any };
}

function checkOrder(range: string, start: number, end: number, { min, max }: Bounds): void {
  if (start < min) throw new SyntaxProblem(`beginning of range (${start}) below minimum (${min}): ${range}`);
  if (end > max) throw new SyntaxProblem(`end of range (${end}) above maximum (${max}): ${range}`);
  if (start > end) throw new SyntaxProblem(`beginning of range (${start}) beyond end of range (${end}): ${range}`);
}

function readNumber(text: string, { min, names }: Bounds): number {
  const named = names?.indexOf(text.toLowerCase()) ?? -1;
  return named >= 0 ? named + min : readInteger(text);
}

function readInteger(text: string): number {
  const problem = integerProblem(text);
  if (problem !== undefined) {
    const reason = `strconv.Atoi: parsing ${goQuote(text)}: ${problem}`;
    throw new SyntaxProblem(`failed to parse int from ${text}: ${reason}`);
  }
  const value = Number(text);
  if (value < 0) throw new SyntaxProblem(`negative number (${value}) not allowed: ${text}`);
  return value;
}

function integerProblem(text: string): string | undefined {
  if (!/^[+-]?\d+$/.test(text)) return 'invalid syntax';
  const value = BigInt(text.replace('+', ''));
  return value >= -(2n ** 63n) && value < 2n ** 63n ? undefined : 'value out of range';
}
