import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { DEADLINE_MESSAGE, deadlineExceeded, deadlineOf } from './active-deadline-seconds.js';
import { LOST_REASON, type KnownContainer } from './containers.js';
import { initContainerRestarts, restarts } from './restart-policy.js';

/** Why nothing of the pod shall run any longer, and what it is then. */
export interface Ending {
  readonly phase: 'Succeeded' | 'Failed';
  readonly reason?: string;
  readonly message?: string;
  /** The host took the pod away. */
  readonly disrupted?: boolean;
  /** When containers that still run are killed, in ms since 1970. */
  readonly killAt: number;
}

const DEFAULT_GRACE_SECONDS = 30;

/** Undefined: the pod goes on. The first that applies: lost containers, deletion, deadline, a failed init container, a host that took the pod away, the end of all main containers. */
export function endingOf(
  pod: Pod,
  containers: readonly KnownContainer[],
  disruption: { readonly message: string } | undefined,
  now: number,
): Ending | undefined {
  const mains = containers.filter(({ role }) => role === 'main');
  const ended = mains.every((container) => isEnded(pod, container));
  const graceMs = (pod.spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS) * 1000;
  const phase = ended && mains.every(hasSucceeded) ? 'Succeeded' : 'Failed';
  const lost = containers.find(isLost);
  if (lost) return { phase: 'Failed', disrupted: true, killAt: finishOf(lost, now) + graceMs };
  const deleteAt = parseTime(pod.metadata.deletionTimestamp);
  if (deleteAt !== undefined) return { phase: mains.every(hasSucceeded) ? 'Succeeded' : 'Failed', killAt: deleteAt };
  if (deadlineExceeded(pod, containers, ended, now)) {
    return {
      phase: 'Failed',
      reason: 'DeadlineExceeded',
      message: DEADLINE_MESSAGE,
      killAt: deadlineOf(pod)! + graceMs,
    };
  }
  const failedInit = containers.find((container) => isFailedInit(pod, container));
  if (failedInit) return { phase: 'Failed', killAt: finishOf(failedInit, now) + graceMs };
  const isDisrupted = disruption !== undefined && phase === 'Failed';
  if (!ended && !isDisrupted) return undefined;
  if (isDisrupted) return { phase, disrupted: true, killAt: now + graceMs };
  return { phase, killAt: Math.max(...mains.map((container) => finishOf(container, now))) + graceMs };
}

function isEnded(pod: Pod, { spec, state }: KnownContainer): boolean {
  return state.type === 'terminated' && !restarts(pod, spec, state.exitCode);
}

function hasSucceeded({ state }: KnownContainer): boolean {
  return state.type === 'terminated' && state.exitCode === 0;
}

function isLost({ state }: KnownContainer): boolean {
  return state.type === 'terminated' && state.reason === LOST_REASON;
}

function isFailedInit(pod: Pod, { role, spec, state }: KnownContainer): boolean {
  if (role !== 'init' || state.type !== 'terminated' || state.exitCode === 0) return false;
  return !initContainerRestarts(pod, spec, state.exitCode);
}

function finishOf({ state }: KnownContainer, now: number): number {
  return state.type === 'terminated' ? state.finishedAt : now;
}
