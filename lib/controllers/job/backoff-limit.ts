import type { ContainerStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { failure, type Verdict } from './conditions.js';
import type { Sync } from './sync.js';

/** More pods failed than allowed, or, where containers are restarted in place, they were restarted too often. */
export function backoffLimit(sync: Sync): Verdict | undefined {
  const limit = sync.spec.backoffLimit ?? Infinity;
  if (sync.failed <= limit && !restartsReach(limit, sync)) return undefined;
  return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit');
}

function restartsReach(limit: number, { spec, pods }: Sync): boolean {
  if (spec.template.spec?.restartPolicy !== 'OnFailure') return false;
  const restarts = pods.filter(mayRestart).reduce((sum, pod) => sum + restartsOf(pod), 0);
  return restarts >= Math.max(limit, 1);
}

function mayRestart({ status }: Pod): boolean {
  return status.phase === 'Running' || status.phase === 'Pending';
}

function restartsOf({ status }: Pod): number {
  const sum = (statuses: readonly ContainerStatus[] = []) =>
    statuses.reduce((total, { restartCount }) => total + restartCount, 0);
  return sum(status.initContainerStatuses) + sum(status.containerStatuses);
}
