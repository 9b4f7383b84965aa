import { change, each, fill } from '../../../meta/v1/defaults.js';
import { defaultJobTemplateSpec } from '../job/defaults.js';
import type { CronJob, CronJobSpec } from './types.js';

export function defaultCronJob(cronJob: CronJob): CronJob {
  return change(cronJob, { spec: defaultCronJobSpec(cronJob.spec) });
}

function defaultCronJobSpec(spec: CronJobSpec): CronJobSpec {
  const defaulted = each(spec, { jobTemplate: (template) => each(template, { spec: defaultJobTemplateSpec }) });
  return fill(defaulted, {
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
}
