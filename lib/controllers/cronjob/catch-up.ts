import { catchUpOf } from '../../apis/batch/v1/cronjob/catch-up.js';
import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { ChildJob } from './children.js';
import { newestDue } from './jitter.js';
import { skipUntil } from './ledger.js';
import type { Schedule } from './schedule.js';

/** With `none` a tick is started as late as this, in ms: the grain of schedules. A restart of the server takes less. */
const LATE_MS = 60_000;
/** With `all` and Allow so many missed ticks run at once; more would fill the status with a long outage. */
const CATCHING_UP_MAX = 100;

export interface OpenTick {
  /** With those ticks given up that are passed over. */
  readonly record: CronJobRecord;
  /** The tick to start; undefined: none is left. */
  readonly due: number | undefined;
}

/**
 * `finite.dev/catch-up`: of the ticks that are open, up to the newest that is due, the one to start first. With `all`
 * that is the oldest within startingDeadlineSeconds, otherwise the newest.
 */
export function openTick(
  cronJob: CronJob,
  schedule: Schedule,
  record: CronJobRecord,
  newest: number,
  earliest: number,
): OpenTick {
  if (catchUpOf(cronJob) !== 'all') return { record: skipUntil(record, schedule, newest - 1, 'Missed'), due: newest };
  const tooLate = Number.isFinite(earliest) ? newestDue(cronJob, schedule, earliest - 1) : undefined;
  const left = tooLate === undefined ? record : skipUntil(record, schedule, tooLate, 'DeadlineExceeded');
  const due = schedule.next(left.settledUntil);
  return { record: left, due: due !== undefined && due <= newest ? due : undefined };
}

/** Whether a tick that was due at a time is too late for `none`. */
export function isPassedOver(cronJob: CronJob, startTime: number, now: number): boolean {
  return catchUpOf(cronJob) === 'none' && now - startTime > LATE_MS;
}

/**
 * Whether a missed tick has to wait for those before it. With concurrencyPolicy Replace a tick takes the place of a Job
 * that ran when it came; one that was started after that is itself catching up, and runs to its end.
 */
export function waitsForTurn(cronJob: CronJob, running: readonly ChildJob[], startTime: number): boolean {
  if (catchUpOf(cronJob) !== 'all') return false;
  const catchingUp = running.filter((job) => (parseTime(job.startTime) ?? Infinity) >= startTime);
  return catchingUp.length >= (cronJob.spec.concurrencyPolicy === 'Replace' ? 1 : CATCHING_UP_MAX);
}
