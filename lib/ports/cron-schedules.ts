import type { CronJob } from '../apis/batch/v1/cronjob/types.js';

/**
 * What wakes CronJobs at their ticks from outside, for a manager that does not run all the time. It may wake one more
 * often than its schedule says, late, and in a night when clocks are changed too seldom; what it leaves out is left to
 * `WakeUps`. Whether a tick starts a Job is decided by whoever is woken.
 */
export interface CronSchedules {
  /** Makes what wakes a CronJob what it should be: nothing while it is suspended or being deleted. Twice is harmless. */
  ensure(cronJob: CronJob): Promise<void>;

  /** Takes away what wakes a CronJob that is gone. */
  remove(uid: string): Promise<void>;

  /** Whether a CronJob is sure to be woken for this time (ms since 1970), so that it needs no wake-up of its own. */
  wakesAt(cronJob: CronJob, atMs: number): Promise<boolean>;
}
