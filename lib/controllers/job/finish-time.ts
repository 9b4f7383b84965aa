import type { ContainerStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { sidecarsOf } from './pods.js';

/**
 * When a pod finished, in ms since 1970. The first of these that is known, as in Kubernetes:
 * the end of its last container; when it stopped being ready; when its deletion was asked for; its creation.
 */
export function finishTimeOf(pod: Pod): number {
  return (
    endOfContainers(pod) ??
    endOfReadiness(pod) ??
    deletionAskedAt(pod) ??
    parseTime(pod.metadata.creationTimestamp) ??
    0
  );
}

function endOfContainers(pod: Pod): number | undefined {
  const sidecars = sidecarsOf(pod);
  // Sidecars outlive the ordinary containers; other init containers ended before these began.
  const last = [
    ...(pod.status.containerStatuses ?? []),
    ...(pod.status.initContainerStatuses ?? []).filter(({ name }) => sidecars.has(name)),
  ];
  const ends = last.map(endOfContainer);
  return ends.length > 0 && ends.every((end) => end !== undefined) ? Math.max(...ends) : undefined;
}

function endOfContainer(status: ContainerStatus): number | undefined {
  return parseTime(status.state?.terminated?.finishedAt);
}

function endOfReadiness(pod: Pod): number | undefined {
  const ready = pod.status.conditions?.find(({ type }) => type === 'Ready');
  return ready?.status === 'False' ? parseTime(ready.lastTransitionTime) : undefined;
}

/** When a pod's deletion was asked for, in ms since 1970. */
export function deletionAskedAt({ metadata }: Pod): number | undefined {
  const end = parseTime(metadata.deletionTimestamp);
  return end === undefined ? undefined : end - (metadata.deletionGracePeriodSeconds ?? 0) * 1000;
}
