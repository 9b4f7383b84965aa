import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';

/** Forbid: a Job that runs holds back the next one. */
export function isForbidden({ spec }: CronJob, active: readonly unknown[]): boolean {
  return spec.concurrencyPolicy === 'Forbid' && active.length > 0;
}

/** Replace: the Jobs that run make room for the next one. */
export function toReplace<T>({ spec }: CronJob, active: readonly T[]): readonly T[] {
  return spec.concurrencyPolicy === 'Replace' ? active : [];
}
