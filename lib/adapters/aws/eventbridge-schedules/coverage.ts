import { catchUpOf } from '../../../apis/batch/v1/cronjob/catch-up.js';
import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import { parseTime } from '../../../apis/meta/v1/time.js';
import type { ParseSchedule } from '../../../ports/schedule.js';
import { schedulerExpressions } from './expressions.js';

/** The rules of Kubernetes' schedules and of the zones' clocks, which live with the controllers. */
export interface ScheduleRules {
  readonly parseSchedule: ParseSchedule;
  /** Whether clocks of a zone show what they show at a moment (ms since 1970) at another moment too. */
  readonly isRepeatedTime: (timeZone: string | null | undefined, ms: number) => boolean;
}

/**
 * EventBridge fires within the minute after a tick, for `@every` within the one after that; the rest is for what happens
 * then. A CronJob that gives up sooner than this needs something that comes to the second.
 */
const LATE_MAX_SECONDS = 180;

/** Where `@every` counts from, in ms since 1970. */
export function anchorOf({ metadata, status }: CronJob): number {
  return parseTime(status.lastScheduleTime ?? metadata.creationTimestamp);
}

/**
 * For which times (ms since 1970) EventBridge fires a CronJob's schedules, if they are in place, and soon enough: its
 * ticks, except those of a time that clocks show twice. Of those EventBridge fires only one, and does not say which.
 */
export function firedTimes(cronJob: CronJob, rules: ScheduleRules): (atMs: number) => boolean {
  const { schedule = '', timeZone, startingDeadlineSeconds } = cronJob.spec;
  const anchorMs = anchorOf(cronJob);
  const zones = schedulerExpressions(schedule, timeZone, anchorMs).map((expression) => expression.timeZone);
  const inHaste = (startingDeadlineSeconds ?? LATE_MAX_SECONDS) < LATE_MAX_SECONDS || catchUpOf(cronJob) === 'none';
  if (zones.length === 0 || inHaste) return () => false;
  const ticks = rules.parseSchedule(schedule, { timeZone, anchorMs });
  return (atMs) => ticks.next(atMs - 1) === atMs && !zones.some((zone) => rules.isRepeatedTime(zone, atMs));
}
