import { invalidValue, requiredValue, unsupportedValue, type FieldError } from '../../../meta/v1/field-error.js';
import { byteLength } from '../../../meta/v1/go-text.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import { checkNonnegative, printedSelector } from '../../../meta/v1/validation/rules.js';
import { validateJobSpecForm } from '../job/validation/job-spec.js';
import type { JobSpec } from '../job/types.js';
import { scheduleProblem } from './schedule-syntax.js';
import { validateTimeZone } from './time-zone.js';
import type { CronJob, CronJobSpec, JobTemplateSpec } from './types.js';
import { validateAnnotations } from './validation/annotations.js';

/** Its Jobs' names are its own and eleven characters more, and must still be labels. */
const nameMax = 63 - 11;

const concurrencyPolicies = ['Allow', 'Forbid', 'Replace'];

export function validateCronJob(cronJob: CronJob): FieldError[] {
  const errors = validateObjectMeta(cronJob.metadata, { namespaced: true });
  validateAnnotations(cronJob, errors);
  validateCronJobSpec(cronJob.spec, undefined, errors);
  const { name = '' } = cronJob.metadata;
  if (byteLength(name) > nameMax) {
    errors.push(invalidValue('metadata.name', name, `must be no more than ${nameMax} characters`));
  }
  return errors;
}

export function validateCronJobUpdate(next: CronJob, previous: CronJob): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  validateAnnotations(next, errors);
  validateCronJobSpec(next.spec, previous.spec, errors);
  return errors;
}

/** Anything may be reported. */
export function validateCronJobStatusUpdate(): FieldError[] {
  return [];
}

function validateCronJobSpec(spec: CronJobSpec, previous: CronJobSpec | undefined, errors: FieldError[]): void {
  if (!spec.schedule) errors.push(requiredValue('spec.schedule'));
  else validateSchedule(spec, previous, 'spec.schedule', errors);
  checkNonnegative(spec.startingDeadlineSeconds, 'spec.startingDeadlineSeconds', errors);
  if (spec.timeZone !== undefined && spec.timeZone !== previous?.timeZone) {
    validateTimeZone(spec.timeZone, 'spec.timeZone', errors);
  }
  const { concurrencyPolicy } = spec;
  if (!concurrencyPolicy) errors.push(requiredValue('spec.concurrencyPolicy'));
  else if (!concurrencyPolicies.includes(concurrencyPolicy)) {
    errors.push(unsupportedValue('spec.concurrencyPolicy', concurrencyPolicy, concurrencyPolicies));
  }
  validateJobTemplate(spec.jobTemplate ?? {}, previous?.jobTemplate, 'spec.jobTemplate.spec', errors);
  checkNonnegative(spec.successfulJobsHistoryLimit, 'spec.successfulJobsHistoryLimit', errors);
  checkNonnegative(spec.failedJobsHistoryLimit, 'spec.failedJobsHistoryLimit', errors);
}

/** A zone inside the schedule is let pass where it was there before `timeZone` came to be. */
function validateSchedule(
  { schedule, timeZone }: CronJobSpec,
  previous: CronJobSpec | undefined,
  path: string,
  errors: FieldError[],
): void {
  const problem = scheduleProblem(schedule);
  if (problem !== undefined) errors.push(invalidValue(path, schedule, problem));
  if (!schedule.includes('TZ')) return;
  if (previous?.schedule?.includes('TZ') !== true) {
    const use = 'cannot use TZ or CRON_TZ in schedule, use timeZone field instead';
    errors.push(invalidValue(path, schedule, use));
  } else if (timeZone !== undefined) {
    errors.push(invalidValue(path, schedule, 'cannot use both timeZone field and TZ or CRON_TZ in schedule'));
  }
}

/** The selectors of its Jobs are always made for them. */
function validateJobTemplate(
  { spec = {} as JobSpec }: JobTemplateSpec,
  previous: JobTemplateSpec | undefined,
  path: string,
  errors: FieldError[],
): void {
  validateJobSpecForm(spec, path, errors, previous?.spec?.template);
  if (spec.selector !== undefined) {
    const printed = printedSelector(spec.selector);
    errors.push(invalidValue(`${path}.selector`, printed, '`selector` will be auto-generated'));
  }
  if (spec.manualSelector === true) {
    errors.push(unsupportedValue(`${path}.manualSelector`, true, ['nil', 'false']));
  }
}
