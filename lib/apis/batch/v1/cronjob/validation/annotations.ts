import type { FieldError } from '../../../../meta/v1/field-error.js';
import { catchUpAnnotation, validateCatchUp } from '../catch-up.js';
import { jitterAnnotation, validateJitter } from '../jitter.js';
import { scheduledTimeAnnotation, validateScheduledTime } from '../scheduled-time.js';
import type { CronJob } from '../types.js';

const rules = [
  [catchUpAnnotation, validateCatchUp],
  [jitterAnnotation, validateJitter],
  [scheduledTimeAnnotation, validateScheduledTime],
] as const;

/** The annotations that finite understands; Kubernetes keeps them without a look. */
export function validateAnnotations({ metadata }: Pick<CronJob, 'metadata'>, errors: FieldError[]): void {
  for (const [name, validate] of rules) {
    const value = metadata.annotations?.[name];
    if (value !== undefined) validate(value, `metadata.annotations[${name}]`, errors);
  }
}
