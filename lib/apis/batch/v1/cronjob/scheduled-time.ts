import { unsupportedValue, type FieldError } from '../../../meta/v1/field-error.js';
import { catchUpAnnotation } from './catch-up.js';
import { jitterAnnotation } from './jitter.js';
import type { CronJob } from './types.js';

/** On a Job: the tick it was made for, in RFC 3339, as Kubernetes has it. */
export const scheduledTimestampAnnotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Whether containers are told the tick they run for, as the variable `FINITE_SCHEDULED_TIME`: `true` or `false`. */
export const scheduledTimeAnnotation = 'finite.dev/scheduled-time';

const values = ['true', 'false'];

/** Without an answer of its own, a CronJob whose Jobs may start at other times than their ticks tells them. */
export function tellsScheduledTime({ metadata }: Pick<CronJob, 'metadata'>): boolean {
  const { annotations = {} } = metadata;
  const own = annotations[scheduledTimeAnnotation];
  return own === undefined ? catchUpAnnotation in annotations || jitterAnnotation in annotations : own === 'true';
}

export function validateScheduledTime(value: string, path: string, errors: FieldError[]): void {
  if (!values.includes(value)) errors.push(unsupportedValue(path, value, values));
}
