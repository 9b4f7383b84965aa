import type { Job } from '../../apis/batch/v1/job/types.js';
import { JOB_CONTROLLER_NAME } from '../../apis/batch/v1/job/well-known.js';

/** Somebody else's controller reconciles the Job: hands off it and its pods. */
export function isManagedElsewhere({ spec: { managedBy } }: Job): boolean {
  return managedBy !== undefined && managedBy !== JOB_CONTROLLER_NAME;
}
