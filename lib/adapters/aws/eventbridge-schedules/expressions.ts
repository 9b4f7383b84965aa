import { readSchedule, type ScheduleForm } from '../../../apis/batch/v1/cronjob/schedule-syntax.js';
import { DAY_OF_MONTH, DAY_OF_WEEK, fieldText, HOUR, MINUTE, MONTH } from './field-text.js';

/** A recurring schedule as EventBridge Scheduler takes it. */
export interface SchedulerExpression {
  /** `cron(minutes hours day-of-month month day-of-week year)`: below 256 characters, which is EventBridge's limit. */
  readonly expression: string;
  /** Name of an IANA zone. */
  readonly timeZone: string;
}

type CalendarForm = Exclude<ScheduleForm, { readonly everyNs: bigint }>;

const MINUTE_MS = 60_000;
const HOUR_MINUTES = 60;
const DAY_MINUTES = 1440;
/** Most days a month has, January first. */
const DAYS_MAX = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The schedules, at most two, that fire whenever a Kubernetes schedule has a tick, except where clocks are put back. A
 * tick of `@every` fires at the next full minute. None where there is no tick (`0 0 31 2 *`), or no such expression
 * (`@every 45s`, `@every 7m`). The schedule has been validated.
 */
export function schedulerExpressions(
  schedule: string,
  timeZone: string | null | undefined,
  anchorMs: number,
): readonly SchedulerExpression[] {
  const form = readSchedule(schedule);
  if ('everyNs' in form) return everyExpressions(form.everyNs, anchorMs);
  return calendarExpressions(form).map((expression) => ({ expression, timeZone: timeZone || 'UTC' }));
}

/**
 * EventBridge cannot have both days in one expression, where Kubernetes takes either: that is two expressions. Where one
 * of them is free, the other one decides.
 */
function calendarExpressions(form: CalendarForm): readonly string[] {
  const { minute, hour, month, dayOfMonth, dayOfWeek } = form;
  if ([minute, hour, month].some(({ values }) => values.length === 0)) return [];
  const time = `${fieldText(minute.values, MINUTE)} ${fieldText(hour.values, HOUR)}`;
  const months = fieldText(month.values, MONTH);
  const everyDay = `cron(${time} * ${months} ? *)`;
  const inMonth = isEverReached(form)
    ? [`cron(${time} ${fieldText(dayOfMonth.values, DAY_OF_MONTH)} ${months} ? *)`]
    : [];
  const days = dayOfWeek.values.map((day) => day + 1);
  const inWeek = days.length > 0 ? [`cron(${time} ? ${months} ${fieldText(days, DAY_OF_WEEK)} *)`] : [];
  if (dayOfMonth.any && dayOfWeek.any) return [everyDay];
  if (dayOfMonth.any) return inWeek;
  if (dayOfWeek.any) return inMonth;
  const coversAll = dayOfMonth.values.length === DAYS_MAX[0] || dayOfWeek.values.length === 7;
  return coversAll ? [everyDay] : [...inMonth, ...inWeek];
}

/** Whether one of the months has one of the days: `31 2` is never. */
function isEverReached({ dayOfMonth, month }: CalendarForm): boolean {
  const longest = Math.max(...month.values.map((number) => DAYS_MAX[number - 1]!));
  return dayOfMonth.values.some((day) => day <= longest);
}

/** Only what comes at the same minutes of every hour, or at the same times of every day. */
function everyExpressions(everyNs: bigint, anchorMs: number): readonly SchedulerExpression[] {
  const minutes = Number(everyNs / 1_000_000_000n) / 60;
  if (!Number.isInteger(minutes) || minutes < 1) return [];
  const anchor = Math.ceil(anchorMs / MINUTE_MS);
  if (HOUR_MINUTES % minutes === 0) return [inUtc(`${fieldText(beats(anchor, minutes, HOUR_MINUTES), MINUTE)} *`)];
  if (minutes % HOUR_MINUTES !== 0 || DAY_MINUTES % minutes !== 0) return [];
  const hours = beats(Math.floor(anchor / HOUR_MINUTES), minutes / HOUR_MINUTES, DAY_MINUTES / HOUR_MINUTES);
  return [inUtc(`${anchor % HOUR_MINUTES} ${fieldText(hours, HOUR)}`)];
}

/** Every `step`th number of a cycle, in step with the anchor. */
function beats(anchor: number, step: number, cycle: number): readonly number[] {
  return Array.from({ length: cycle / step }, (_, i) => (anchor % step) + i * step);
}

function inUtc(time: string): SchedulerExpression {
  return { expression: `cron(${time} * * ? *)`, timeZone: 'UTC' };
}
