import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../../apis/batch/v1/job/well-known.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { ObjectReference } from '../decision.js';

export function isFinished(pod: Pod): boolean {
  return pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
}

/** Runs or may still run: neither finished nor being deleted. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** Being deleted, but its containers have not all ended yet. */
export function isTerminating(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp !== undefined;
}

export function isReady(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;
}

/** A pod with the tracking finalizer has not been counted for good yet. */
export function isTracked(pod: Pod): boolean {
  return pod.metadata.finalizers?.includes(TRACKING_FINALIZER) ?? false;
}

/** The pod's completion index; undefined when the annotation is missing or no index. */
export function completionIndexOf(pod: Pod): number | undefined {
  const text = pod.metadata.annotations?.[COMPLETION_INDEX];
  return text === undefined ? undefined : readCount(text);
}

/** The names of the init containers that run beside the containers. */
export function sidecarsOf({ spec: { initContainers = [] } }: Pod): ReadonlySet<string> {
  return new Set(initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name));
}

/** A text of digits as a number; undefined for anything else, as people may write into annotations. */
export function readCount(text: string): number | undefined {
  let value = 0;
  for (let i = text.startsWith('+') ? 1 : 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return text === '' || text === '+' ? undefined : value;
}

export function referenceTo(pod: Pod): ObjectReference {
  const { namespace = '', name, uid } = pod.metadata;
  return { resource: 'pods', namespace, name, uid };
}
