import type { Job, JobSpec } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { deletionAskedAt } from './finish-time.js';
import { isTerminating } from './pods.js';

/** A pod is replaced only once it has ended; otherwise already when its deletion begins. */
export function onlyReplaceFailed(spec: JobSpec): boolean {
  return spec.podReplacementPolicy === 'Failed' || spec.podFailurePolicy !== undefined;
}

/**
 * Whether a pod counts as failed. Where terminating pods are replaced at once they count at once, too; but not when it is
 * the deletion of the Job that takes them along.
 */
export function isFailed(pod: Pod, job: Job): boolean {
  if (pod.status.phase === 'Failed') return true;
  return isTerminating(pod) && !onlyReplaceFailed(job.spec) && !isTakenAlong(pod, job);
}

function isTakenAlong(pod: Pod, { metadata }: Job): boolean {
  const jobDeletedAt = parseTime(metadata.deletionTimestamp);
  return jobDeletedAt !== undefined && deletionAskedAt(pod)! >= jobDeletedAt;
}
