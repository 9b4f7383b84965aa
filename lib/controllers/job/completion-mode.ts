import type { JobSpec } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { completionIndexOf } from './pods.js';

export function isIndexed(spec: JobSpec): boolean {
  return spec.completionMode === 'Indexed';
}

/** Whether a pod belongs to an index of the Job; always true of a Job without indexes. */
export function hasValidIndex(pod: Pod, spec: JobSpec): boolean {
  if (!isIndexed(spec)) return true;
  const index = completionIndexOf(pod);
  return index !== undefined && index < (spec.completions ?? 0);
}
