import { defaultJob } from '../../../apis/batch/v1/job/defaults.js';
import { jobKind } from '../../../apis/batch/v1/job/kind.js';
import { prepareJobForCreate, withoutDisabled, withPodLabels } from '../../../apis/batch/v1/job/prepare.js';
import { validateJob, validateJobStatusUpdate, validateJobUpdate } from '../../../apis/batch/v1/job/validation.js';
import { jobUpdateWarnings, jobWarnings } from '../../../apis/batch/v1/job/warnings.js';
import type { Job } from '../../../apis/batch/v1/job/types.js';
import { deletionRulesOf } from '../../../apis/deletion-rules.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { Strategy } from '../strategy.js';

export type JobObject = KubeObject & Job;

export const jobStrategy: Strategy<JobObject> = {
  kind: jobKind,
  deletion: deletionRulesOf('jobs'),
  defaults: (object) => defaultJob(object) as JobObject,
  hasGeneration: true,
  prepareForCreate: prepareJobForCreate,
  validate: validateJob,
  warnings: jobWarnings,
  canonicalize: withPodLabels,
  main: {
    prepare: (next, current) => ({ ...withoutDisabled(next), status: current.status }),
    validate: validateJobUpdate,
    warnings: jobUpdateWarnings,
  },
  subresources: {
    status: {
      prepare: (next, current) => ({ ...next, spec: current.spec }),
      validate: validateJobStatusUpdate,
    },
  },
};
