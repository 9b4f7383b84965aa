import { jitterMsOf, startDelayMs } from '../../apis/batch/v1/cronjob/jitter.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { Schedule } from './schedule.js';

/** `finite.dev/jitter`: when the Job of a tick is due to start; without it, at the tick. All times in ms since 1970. */
export function startTimeOf(cronJob: CronJob, schedule: Schedule, tick: number): number {
  return jitterMsOf(cronJob) === 0 ? tick : tick + startDelayMs(cronJob, tick, schedule.next(tick));
}

/** The newest tick whose Job is due. A tick's Job is due before the next tick comes, so that it is one of two. */
export function newestDue(cronJob: CronJob, schedule: Schedule, now: number): number | undefined {
  const newest = schedule.previous(now);
  if (newest === undefined || startTimeOf(cronJob, schedule, newest) <= now) return newest;
  return schedule.previous(newest - 1);
}

/** When the next Job is due of those ticks that are not settled. */
export function nextStartTime(
  cronJob: CronJob,
  schedule: Schedule,
  settledUntil: number,
  now: number,
): number | undefined {
  const newest = schedule.previous(now);
  if (newest !== undefined && newest > settledUntil) {
    const startTime = startTimeOf(cronJob, schedule, newest);
    if (startTime > now) return startTime;
  }
  const next = schedule.next(Math.max(now, settledUntil));
  return next === undefined ? undefined : startTimeOf(cronJob, schedule, next);
}
