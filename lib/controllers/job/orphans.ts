import type { Job } from '../../apis/batch/v1/job/types.js';
import { TRACKING_FINALIZER } from '../../apis/batch/v1/job/well-known.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { Command } from '../decision.js';
import { finalCondition } from './conditions.js';
import { isManagedElsewhere } from './managed-by.js';
import { isTracked, referenceTo } from './pods.js';

export function untrack(pod: Pod): Command {
  return { do: 'change-metadata', target: referenceTo(pod), change: { removeFinalizers: [TRACKING_FINALIZER] } };
}

/**
 * Frees a pod that nobody will count any more: without a controller, or whose Job is gone or has finished. `job` is the
 * Job that the pod's controller reference names, if one with that UID exists. Pods of other controllers are left alone.
 */
export function releaseOrphan(pod: Pod, job: Job | undefined): readonly Command[] {
  if (!isTracked(pod)) return [];
  const controller = pod.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller !== undefined && (controller.kind !== 'Job' || controller.apiVersion !== 'batch/v1')) return [];
  const counts = controller !== undefined && job !== undefined && finalCondition(job.status) === undefined;
  if (counts || (job !== undefined && isManagedElsewhere(job))) return [];
  return [untrack(pod)];
}
