import { defaultCronJob } from '../../../apis/batch/v1/cronjob/defaults.js';
import { cronJobKind } from '../../../apis/batch/v1/cronjob/kind.js';
import { recordOfChange, type CronJobRecord } from '../../../apis/batch/v1/cronjob/record.js';
import {
  validateCronJob,
  validateCronJobStatusUpdate,
  validateCronJobUpdate,
} from '../../../apis/batch/v1/cronjob/validation.js';
import { cronJobUpdateWarnings, cronJobWarnings } from '../../../apis/batch/v1/cronjob/warnings.js';
import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import { dropDisabledTemplateFields } from '../../../apis/core/v1/pod/disabled-fields.js';
import { deletionRulesOf } from '../../../apis/deletion-rules.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { JsonObject } from '../../../ports/store.js';
import type { Strategy } from '../strategy.js';

type CronJobObject = KubeObject & CronJob;

export const cronJobStrategy: Strategy<CronJobObject> = {
  kind: cronJobKind,
  deletion: deletionRulesOf('cronjobs'),
  defaults: (object) => defaultCronJob(object) as CronJobObject,
  hasGeneration: true,
  prepareForCreate: (cronJob) => firstState(withoutDisabled(cronJob)),
  validate: validateCronJob,
  warnings: cronJobWarnings,
  main: {
    prepare: (next, current) => ({ ...withoutDisabled(next), status: current.status }),
    validate: validateCronJobUpdate,
    warnings: cronJobUpdateWarnings,
    record: (next, current, record, now) =>
      recordOfChange(next, current, record as CronJobRecord | undefined, now) as JsonObject | undefined,
  },
  subresources: {
    status: {
      prepare: (next, current) => ({ ...next, spec: current.spec }),
      validate: validateCronJobStatusUpdate,
    },
  },
};

function firstState(cronJob: CronJobObject): CronJobObject {
  return { ...cronJob, metadata: { ...cronJob.metadata, generation: 1 }, status: {} };
}

function withoutDisabled(cronJob: CronJobObject): CronJobObject {
  const { jobTemplate } = cronJob.spec;
  const before = jobTemplate.spec?.template;
  const template = before && dropDisabledTemplateFields(before);
  if (template === undefined || template === before) return cronJob;
  return {
    ...cronJob,
    spec: { ...cronJob.spec, jobTemplate: { ...jobTemplate, spec: { ...jobTemplate.spec, template } } },
  };
}
