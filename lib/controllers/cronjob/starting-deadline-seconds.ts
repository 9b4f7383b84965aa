import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';

/** The earliest time (ms since 1970) whose tick may still be started `now`. */
export function earliestStart({ spec }: CronJob, now: number): number {
  const { startingDeadlineSeconds } = spec;
  return startingDeadlineSeconds === undefined ? Number.NEGATIVE_INFINITY : now - startingDeadlineSeconds * 1000;
}
