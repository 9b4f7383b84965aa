import type { ContainerStatus, PodStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { EventToRecord } from '../decision.js';
import { deadlineOf } from './active-deadline-seconds.js';
import { isFinal, podConditions, type Phase } from './conditions.js';
import { containerStatus } from './container-status.js';
import {
  knownContainers,
  LOST_EXIT_CODE,
  LOST_REASON,
  type KnownContainer,
  type ObservedReport,
} from './containers.js';
import { endingOf, type Ending } from './ending.js';
import { podEvents } from './events.js';
import type { ContainerStep } from './failed-start.js';
import { heldPod, holdPod, type HeldFor, type ObservedHold } from './hold.js';
import { isInitialized } from './init-containers.js';
import type { ContainerRecord, PodRecord } from './record.js';
import { containerSteps, type StartProblem } from './steps.js';

export interface ObservedPod {
  readonly pod: Pod;
  readonly record: PodRecord | undefined;
  readonly report: ObservedReport;
  /** The address of the node, for `status.hostIP`; empty where the pod's host has none of its own. */
  readonly nodeIP: string;
  /** Containers whose start has been asked for and not been answered yet. */
  readonly starting: ReadonlySet<string>;
  /** By container: why it cannot be started now. */
  readonly problems: ReadonlyMap<string, StartProblem>;
  /** What the start of the whole pod waits for, when it has just been asked for in vain. */
  readonly hold?: ObservedHold;
}

/**
 * What the kubelet's part does about one pod. When something is to `start`, that is all: look again right after it,
 * as a container may have come and gone already. Otherwise in this order: `stop`; `status` and `record` in one write; then, when `finished`, the pod's containers may go (their logs stay), and a pod that is being deleted goes.
 */
export interface PodDecision {
  /** Left out: unchanged. */
  readonly status?: PodStatus;
  readonly record?: PodRecord;
  readonly start: readonly { readonly container: string; readonly attempt: number }[];
  /** These still run and shall end: TERM now, KILL at `killAt` (ms since 1970). */
  readonly stop?: { readonly containers: readonly string[]; readonly killAt: number };
  /** The phase is final. */
  readonly finished: boolean;
  readonly events: readonly EventToRecord[];
  readonly requeueAt?: number;
}

export function reconcilePod(observed: ObservedPod, now: number): PodDecision {
  const { pod } = observed;
  if (isFinal(pod.status.phase)) return { start: [], finished: true, events: [] };
  const containers = knownContainers(pod, observed.report, now);
  const ending = endingOf(pod, containers, observed.report.disruption, now);
  if (!ending && observed.hold) {
    return { ...holdPod(pod, observed.record, observed.hold, now), start: [], finished: false, events: [] };
  }
  return ending ? end(observed, containers, ending, now) : goOn(observed, containers, now);
}

function goOn(observed: ObservedPod, containers: readonly KnownContainer[], now: number): PodDecision {
  const { pod, record } = observed;
  const steps = containerSteps(containers, record?.containers ?? {}, { ...observed, now });
  const start = startsOf(steps);
  // What the pod waits for stands until its start has been answered.
  const held = start.length > 0 ? heldPod(pod, record) : undefined;
  const nextRecord = recordOf(record, steps, held?.until);
  const remember = nextRecord === record ? {} : { record: nextRecord };
  const restarts = start.some(({ attempt }) => attempt > 0);
  if (start.length > 0 && !restarts) return { ...remember, start, finished: false, events: [] };
  const status = statusOf(observed, containers, steps, phaseOf(containers), { held }, now);
  if (restarts) return restart({ ...remember, start, finished: false, events: [] }, changed(pod, status), now);
  const wakeTimes = Array.from(steps.values(), (step) => step.requeueAt ?? Infinity);
  const requeueAt = Math.min(...wakeTimes, deadlineOf({ ...pod, status }) ?? Infinity);
  return {
    ...changed(pod, status),
    ...remember,
    start,
    finished: false,
    events: podEvents(pod, status),
    ...(requeueAt !== Infinity && { requeueAt }),
  };
}

/** How a container ended is durable before it is started again: the runtime tells of the newest start only. */
function restart(decision: PodDecision, status: Pick<PodDecision, 'status'>, now: number): PodDecision {
  if (status.status === undefined) return decision;
  return { ...status, start: [], finished: false, events: [], requeueAt: now };
}

function startsOf(steps: ReadonlyMap<string, ContainerStep>): PodDecision['start'] {
  return [...steps].flatMap(([container, { startAttempt: attempt }]) =>
    attempt === undefined ? [] : [{ container, attempt }],
  );
}

/** Stops what runs; the final phase is only written when nothing does, so that nobody replaces a pod that still works. */
function end(observed: ObservedPod, containers: readonly KnownContainer[], ending: Ending, now: number): PodDecision {
  const { pod, starting } = observed;
  const running = containers.filter((c) => c.state.type === 'running' || starting.has(c.spec.name));
  const over = running.length === 0;
  const shown = over ? containers.map((c) => neverStarted(c, isInitialized(containers), ending, now)) : containers;
  const phase = over ? ending.phase : phaseOf(containers);
  const status = statusOf(observed, shown, new Map(), phase, { ending: over ? ending : undefined }, now);
  return {
    ...changed(pod, status),
    start: [],
    ...(!over && { stop: { containers: running.map((c) => c.spec.name), killAt: ending.killAt } }),
    finished: over,
    events: podEvents(pod, status),
  };
}

/** In a pod that failed after its initialization a container that was never seen is one that could not be found. */
function neverStarted(known: KnownContainer, initialized: boolean, ending: Ending, now: number): KnownContainer {
  if (known.role !== 'main' || !initialized || ending.phase !== 'Failed') return known;
  if (known.state.type !== 'none' && known.state.type !== 'waiting') return known;
  const message = 'The container could not be located when the pod was terminated';
  return {
    ...known,
    state: {
      type: 'terminated',
      exitCode: LOST_EXIT_CODE,
      reason: LOST_REASON,
      message,
      startedAt: undefined,
      finishedAt: now,
    },
  };
}

/** The phase of a pod that has not ended. */
function phaseOf(containers: readonly KnownContainer[]): Phase {
  const mains = containers.filter(({ role }) => role === 'main');
  const started = mains.every(
    ({ state, attempt }) => attempt > 0 || (state.type !== 'none' && state.type !== 'waiting'),
  );
  return isInitialized(containers) && started ? 'Running' : 'Pending';
}

function statusOf(
  { pod, report, nodeIP }: ObservedPod,
  containers: readonly KnownContainer[],
  steps: ReadonlyMap<string, ContainerStep>,
  phase: Phase,
  { ending, held }: { readonly ending?: Ending | undefined; readonly held?: HeldFor | undefined },
  now: number,
): PodStatus {
  const before = pod.status;
  const podIP = report.podIP ?? before.podIP;
  const nothingYet = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const statuses = (main: boolean): ContainerStatus[] =>
    containers
      .filter(({ role }) => (role === 'main') === main)
      .map((known) => containerStatus(known, steps.get(known.spec.name)?.waiting, nothingYet));
  const disruption = ending?.disrupted
    ? ({
        type: 'DisruptionTarget',
        status: 'True',
        reason: 'TerminationByKubelet',
        message: report.disruption?.message ?? 'The pod lost a container that had been started',
      } as const)
    : undefined;
  const initStatuses = statuses(false);
  return {
    ...before,
    conditions: podConditions(pod, phase, containers, disruption, report.unscheduled ?? held, now),
    containerStatuses: statuses(true).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(nodeIP !== '' && { hostIP: nodeIP, hostIPs: [{ ip: nodeIP }] }),
    ...(initStatuses.length > 0 && { initContainerStatuses: initStatuses }),
    ...(ending?.message !== undefined && { message: ending.message }),
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    phase,
    ...(podIP !== undefined && { podIP, podIPs: [{ ip: podIP }] }),
    ...(ending?.reason !== undefined && { reason: ending.reason }),
    startTime: before.startTime ?? formatTime(now),
  };
}

function changed(pod: Pod, status: PodStatus): { readonly status?: PodStatus } {
  return deepEqual(pod.status, status) ? {} : { status };
}

/** The same object where nothing has to be remembered anew. */
function recordOf(
  record: PodRecord | undefined,
  steps: ReadonlyMap<string, ContainerStep>,
  heldUntil: number | undefined,
): PodRecord | undefined {
  const containers: Record<string, ContainerRecord> = { ...record?.containers };
  for (const [name, step] of steps) {
    if (step.record && Object.keys(step.record).length > 0) containers[name] = step.record;
    else delete containers[name];
  }
  if (deepEqual(containers, record?.containers ?? {}) && record?.heldUntil === heldUntil) return record;
  return { containers, ...(heldUntil !== undefined && { heldUntil }) };
}
