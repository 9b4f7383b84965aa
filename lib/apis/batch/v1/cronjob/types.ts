import {
  always,
  boolean,
  int32,
  int64,
  list,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { objectReference } from '../../../core/v1/references.js';
import { objectFields, objectMeta } from '../../../meta/v1/types.js';
import { jobSpec } from '../job/types.js';
import type { Served } from '../../../meta/v1/object.js';

export const jobTemplateSpec = struct(
  'io.k8s.api.batch.v1.JobTemplateSpec',
  'The Job that a CronJob creates at each of its times.',
  {
    metadata: always(ref(objectMeta, 'Labels and annotations given to every Job made from the template.')),
    spec: always(ref(jobSpec, 'What each Job made from the template is to do.')),
  },
);
export type JobTemplateSpec = InferStruct<typeof jobTemplateSpec>;

export const cronJobSpec = struct(
  'io.k8s.api.batch.v1.CronJobSpec',
  'When a CronJob runs, what it runs, and what happens when runs overlap or are missed.',
  {
    concurrencyPolicy: oneOf(
      ['Allow', 'Forbid', 'Replace'],
      'Whether a run may start while the one before still runs (Allow), is left out (Forbid) or takes its place (Replace).',
      { goType: 'v1.ConcurrencyPolicy' },
    ),
    failedJobsHistoryLimit: pointer(int32('How many failed Jobs are kept; 1 unless given, 0 keeps none.')),
    jobTemplate: required(ref(jobTemplateSpec, 'The Job to create at each scheduled time.')),
    schedule: required(string("The times to run at, in cron's five fields or as a macro such as `@daily`.")),
    startingDeadlineSeconds: pointer(int64('How many seconds late a run may still start; without it, however late.')),
    successfulJobsHistoryLimit: pointer(int32('How many completed Jobs are kept; 3 unless given, 0 keeps none.')),
    suspend: pointer(boolean('Whether further runs are held back; those already started go on.')),
    timeZone: pointer(
      string(
        'Name of the time zone in which the schedule is read, such as `Europe/Berlin`; that of the controller without it.',
      ),
    ),
  },
);
export type CronJobSpec = InferStruct<typeof cronJobSpec>;

export const cronJobStatus = struct('io.k8s.api.batch.v1.CronJobStatus', 'What a CronJob has started so far.', {
  active: list(ref(objectReference), 'The Jobs that are running now.', { listType: 'atomic' }),
  lastScheduleTime: time('The latest scheduled time for which a Job was started.'),
  lastSuccessfulTime: time('When a Job of this CronJob last completed.'),
});
export type CronJobStatus = InferStruct<typeof cronJobStatus>;

export const cronJob = struct('io.k8s.api.batch.v1.CronJob', 'Creates Jobs at the times of a schedule.', {
  ...objectFields,
  spec: required(ref(cronJobSpec, 'When to run, and what.')),
  status: always(ref(cronJobStatus, 'What has been started so far, as the controller last saw it.')),
});
export type CronJob = Served<InferStruct<typeof cronJob>>;
