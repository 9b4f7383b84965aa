import type { ContainerStatus } from '../../../apis/core/v1/pod/status.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { LOG_STREAM_PREFIX } from '../fargate-runtime/names.js';

/**
 * The log stream of one attempt of a container, by the IDs that its status keeps of the newest attempt and of the one
 * before. Undefined: neither of these, or not begun.
 */
export function logStreamOf(pod: Pod, container: string, attempt: number): string | undefined {
  const status = statusOf(pod, container);
  if (status === undefined) return undefined;
  const { restartCount, containerID, state, lastState } = status;
  const before = lastState?.terminated?.containerID;
  // One that waits to be started again shows the attempt before, under its own number until the new one has begun.
  const newest = state?.waiting ? before : (state?.terminated?.containerID ?? containerID);
  const id = attempt === restartCount ? newest : attempt === restartCount - 1 ? before : undefined;
  return id === undefined ? undefined : streamOfId(id);
}

/** Whether nothing more will be written by that attempt. */
export function hasAttemptEnded(pod: Pod | undefined, container: string, attempt: number): boolean {
  const status = pod && statusOf(pod, container);
  if (pod === undefined || status === undefined) return pod === undefined || isFinal(pod);
  return isFinal(pod) || status.restartCount > attempt || status.state?.running === undefined;
}

/** `ecs://<task ID>/<container>`. */
function streamOfId(containerId: string): string | undefined {
  const [, task, container] = /^ecs:\/\/([^/]+)\/(.+)$/.exec(containerId) ?? [];
  return task && container && `${LOG_STREAM_PREFIX}/${container}/${task}`;
}

function statusOf({ status }: Pod, container: string): ContainerStatus | undefined {
  const all = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])];
  return all.find(({ name }) => name === container);
}

function isFinal({ status }: Pod): boolean {
  return status.phase === 'Succeeded' || status.phase === 'Failed';
}
