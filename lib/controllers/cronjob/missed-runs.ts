import { catchUpOf } from '../../apis/batch/v1/cronjob/catch-up.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { EventToRecord } from '../decision.js';
import type { Schedule } from './schedule.js';

/** Kubernetes' own number: more than the hours of a long weekend, yet a sign that something is wrong. */
const MISSED_MAX = 100;

/** More ticks are due at once than can be explained by a server that was away for a while. */
export function tooManyMissed(cronJob: CronJob, schedule: Schedule, afterMs: number, now: number): EventToRecord[] {
  // They are not given up.
  if (catchUpOf(cronJob) === 'all') return [];
  if (schedule.count(afterMs, now, MISSED_MAX + 1) <= MISSED_MAX) return [];
  const message = 'too many missed start times. Set or decrease .spec.startingDeadlineSeconds or check clock skew';
  return [{ type: 'Warning', reason: 'TooManyMissedTimes', message }];
}
