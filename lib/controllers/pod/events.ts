import type { ContainerStatus, PodStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { EventToRecord } from '../decision.js';

/** Events of what the new status shows for the first time. What the runtime itself does, it reports itself. */
export function podEvents(pod: Pod, status: PodStatus): readonly EventToRecord[] {
  const events: EventToRecord[] = [];
  if (status.reason === 'DeadlineExceeded' && pod.status.reason !== status.reason) {
    events.push({ type: 'Normal', reason: 'DeadlineExceeded', message: status.message ?? '' });
  }
  events.push(
    ...containerEvents(pod, 'initContainers', pod.status.initContainerStatuses, status.initContainerStatuses),
  );
  events.push(...containerEvents(pod, 'containers', pod.status.containerStatuses, status.containerStatuses));
  return events;
}

function containerEvents(
  pod: Pod,
  field: string,
  before: readonly ContainerStatus[] | undefined,
  after: readonly ContainerStatus[] | undefined,
): readonly EventToRecord[] {
  return (after ?? []).flatMap(({ name, state, image }) => {
    const reason = state?.waiting?.reason;
    const old = before?.find((status) => status.name === name)?.state?.waiting?.reason;
    if (reason === undefined || reason === old) return [];
    const fieldPath = `spec.${field}{${name}}`;
    if (reason === 'ImagePullBackOff') {
      return [
        { type: 'Normal' as const, reason: 'BackOff', message: `Back-off pulling image "${image}"`, fieldPath },
        { type: 'Warning' as const, reason: 'Failed', message: 'Error: ImagePullBackOff', fieldPath },
      ];
    }
    if (reason !== 'CrashLoopBackOff') return [];
    const { name: podName, namespace, uid } = pod.metadata;
    const message = `Back-off restarting failed container ${name} in pod ${podName}_${namespace}(${uid})`;
    return [{ type: 'Warning' as const, reason: 'BackOff', message, fieldPath }];
  });
}
