import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { KnownContainer } from './containers.js';

export const DEADLINE_MESSAGE = 'Pod was active on the node longer than the specified deadline';

/** When the pod's time is up, in ms since 1970. */
export function deadlineOf(pod: Pod): number | undefined {
  const started = parseTime(pod.status.startTime);
  const { activeDeadlineSeconds } = pod.spec;
  return started === undefined || activeDeadlineSeconds === undefined
    ? undefined
    : started + activeDeadlineSeconds * 1000;
}

/** The deadline has passed, and not all had ended of themselves before it. */
export function deadlineExceeded(
  pod: Pod,
  containers: readonly KnownContainer[],
  ended: boolean,
  now: number,
): boolean {
  const deadline = deadlineOf(pod);
  if (deadline === undefined || now < deadline) return false;
  const finishes = containers.map(({ state }) => (state.type === 'terminated' ? state.finishedAt : 0));
  return !ended || Math.max(...finishes) >= deadline;
}
