import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { ContainerState, ContainerStateTerminated, ContainerStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { isSidecar } from './restart-policy.js';

/** What a pod runtime says of a pod; the shape of `PodReport` in `ports/pod-runtime.ts`. */
export interface ObservedReport {
  readonly podIP?: string;
  readonly containers: readonly ObservedContainer[];
  readonly unscheduled?: { readonly reason: string; readonly message: string };
  readonly disruption?: { readonly message: string };
}

export interface ObservedContainer {
  readonly name: string;
  readonly attempt: number;
  readonly containerID?: string;
  readonly imageID?: string;
  readonly state: Waiting | Running | Terminated;
}

interface Waiting {
  readonly type: 'waiting';
  readonly reason: string;
  readonly message?: string;
}
interface Running {
  readonly type: 'running';
  readonly startedAt: number;
}
export interface Terminated {
  readonly type: 'terminated';
  readonly exitCode: number;
  readonly signal?: number;
  readonly reason: string;
  readonly message?: string;
  readonly startedAt: number | undefined;
  readonly finishedAt: number;
}

export type Role = 'init' | 'sidecar' | 'main';

/** A container of the pod with all that is known of it, from the report and from the pod's own status. */
export interface KnownContainer {
  readonly spec: Container;
  readonly role: Role;
  /** Of the newest start that is known: the restart count. */
  readonly attempt: number;
  /** `none`: never started, as far as anybody knows. */
  readonly state: { readonly type: 'none' } | Waiting | Running | Terminated;
  /** How the attempt before ended, as it stands in the status. */
  readonly lastState: ContainerState;
  readonly containerID: string;
  readonly imageID: string;
  /** The container's status so far. */
  readonly previous: ContainerStatus | undefined;
}

export const LOST_REASON = 'ContainerStatusUnknown';
export const LOST_EXIT_CODE = 137;

/** Init containers in order, then the others. */
export function knownContainers(pod: Pod, report: ObservedReport, now: number): readonly KnownContainer[] {
  const { initContainers = [], containers } = pod.spec;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status;
  return [
    ...initContainers.map((spec) =>
      know(spec, isSidecar(spec) ? 'sidecar' : 'init', initContainerStatuses, report, now),
    ),
    ...containers.map((spec) => know(spec, 'main', containerStatuses, report, now)),
  ];
}

function know(
  spec: Container,
  role: Role,
  statuses: readonly ContainerStatus[],
  report: ObservedReport,
  now: number,
): KnownContainer {
  const previous = statuses.find((status) => status.name === spec.name);
  const reported = report.containers.find((container) => container.name === spec.name);
  if (!reported || isStepBack(previous, reported)) return { spec, role, ...remembered(previous, now), previous };
  const { attempt, state, containerID = '', imageID = '' } = reported;
  return { spec, role, attempt, state, containerID, imageID, lastState: lastState(previous, attempt), previous };
}

/** One that ran does not wait again under the same attempt: its start would be run a second time. It is lost. */
function isStepBack(previous: ContainerStatus | undefined, { attempt, state }: ObservedContainer): boolean {
  return previous?.state?.running !== undefined && state.type === 'waiting' && attempt <= previous.restartCount;
}

/** A container the runtime does not know (any more) is as its status says; one that was running is lost. */
function remembered(previous: ContainerStatus | undefined, now: number) {
  const attempt = previous?.restartCount ?? 0;
  const ids = { containerID: previous?.containerID ?? '', imageID: previous?.imageID ?? '' };
  const last = previous?.lastState ?? {};
  if (previous?.state?.running) return { attempt, state: lost(previous, now), lastState: last, ...ids };
  const ended = previous?.state?.terminated ?? (previous?.state?.waiting ? last.terminated : undefined);
  if (!ended) return { attempt, state: { type: 'none' } as const, lastState: last, ...ids };
  return { attempt, state: fromStatus(ended), lastState: last, ...ids };
}

function lost(previous: ContainerStatus, now: number): Terminated {
  return {
    type: 'terminated',
    exitCode: LOST_EXIT_CODE,
    reason: LOST_REASON,
    message: 'The container could not be located when the pod was terminated',
    startedAt: parseTime(previous.state?.running?.startedAt),
    finishedAt: now,
  };
}

function fromStatus(ended: ContainerStateTerminated): Terminated {
  return {
    type: 'terminated',
    exitCode: ended.exitCode,
    ...(ended.signal !== undefined && { signal: ended.signal }),
    reason: ended.reason ?? 'Error',
    ...(ended.message !== undefined && { message: ended.message }),
    startedAt: parseTime(ended.startedAt),
    finishedAt: parseTime(ended.finishedAt) ?? 0,
  };
}

/** When a newer attempt is reported than the status knew, how that one ended becomes the last state. */
function lastState(previous: ContainerStatus | undefined, attempt: number): ContainerState {
  if (!previous) return {};
  const ended = previous.state?.terminated;
  return attempt > previous.restartCount && ended ? { terminated: ended } : (previous.lastState ?? {});
}
