import type { Job } from '../../apis/batch/v1/job/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { Decision } from '../decision.js';
import { finalCondition } from '../job/conditions.js';

/**
 * Deletes a finished Job, its pods first, `ttlSecondsAfterFinished` after its end. The end is when the condition Complete
 * or Failed became true; the TTL may still be changed until the moment it is over. `now` in ms since 1970.
 */
export function reconcileTtlAfterFinished({ metadata, spec, status }: Job, now: number): Decision<never> {
  const nothing = { before: [], after: [], events: [] };
  const end = parseTime(finalCondition(status)?.lastTransitionTime);
  if (end === undefined || spec.ttlSecondsAfterFinished === undefined) return nothing;
  if (metadata.deletionTimestamp !== undefined) return nothing;
  const expiresAt = end + spec.ttlSecondsAfterFinished * 1000;
  if (now < expiresAt) return { ...nothing, requeueAt: expiresAt };
  const { namespace = '', name, uid } = metadata;
  const target = { resource: 'jobs', namespace, name, uid };
  return { ...nothing, before: [{ do: 'delete', target, propagationPolicy: 'Foreground' }] };
}
