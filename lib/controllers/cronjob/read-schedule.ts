import { scheduleProblem } from '../../apis/batch/v1/cronjob/schedule-syntax.js';
import type { TickRules } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { goQuote } from '../../apis/meta/v1/go-text.js';
import type { EventToRecord } from '../decision.js';
import { parseSchedule, type Schedule } from './schedule.js';
import { timeZoneOf } from './time-zone.js';

/** When the CronJob is to run; by `@every` from its last schedule time, or its creation, on. */
export function scheduleOf(cronJob: CronJob, { schedule, timeZone }: TickRules): Schedule | undefined {
  const { metadata, status } = cronJob;
  const anchorMs = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp);
  try {
    return parseSchedule(schedule, { timeZone, anchorMs });
  } catch (error) {
    if (error instanceof RangeError || scheduleProblem(schedule) !== undefined) return undefined;
    throw error;
  }
}

/** What keeps a schedule that was once accepted from ever firing. */
export function scheduleWarnings({ spec }: CronJob): EventToRecord[] {
  const { schedule = '', timeZone } = spec;
  if (!timeZoneOf(timeZone)) {
    return [warning('UnknownTimeZone', `invalid timeZone: ${goQuote(timeZone ?? '')}: unknown time zone ${timeZone}`)];
  }
  const problem = scheduleProblem(schedule);
  if (problem === undefined) return [];
  return [warning('UnparseableSchedule', `unparseable schedule: ${goQuote(schedule)} : ${problem}`)];
}

/** `0 0 31 2 *` can be read, but there is no such day. */
export function neverFires({ spec }: CronJob): EventToRecord {
  const problem = 'time difference between two schedules is less than 1 second';
  return warning('InvalidSchedule', `invalid schedule: ${spec.schedule} : ${problem}`);
}

function warning(reason: string, message: string): EventToRecord {
  return { type: 'Warning', reason, message };
}
