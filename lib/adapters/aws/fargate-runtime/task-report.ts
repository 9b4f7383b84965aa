import type { ContainerStatus } from '../../../apis/core/v1/pod/status.js';
import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { parseTime } from '../../../apis/meta/v1/time.js';
import type { ContainerReport, ContainerReportState, PodReport, RuntimeEvent } from '../../../ports/pod-runtime.js';
import { ANNOTATIONS, containerIdOf, HELPERS } from './names.js';
import { isOutOfMemory, OWN_STOP, startFailure, stopCause, type StopCause } from './stop-causes.js';
import { isOver, type ContainerFacts, type TaskFacts } from './task-facts.js';

const LOST_EXIT_CODE = 137;
const LOST_REASON = 'ContainerStatusUnknown';
/** As a waiting reason: the container was to run again while the others of its task still run. */
const WAITS_FOR_TASK = 'WaitingForTaskEnd';

/** What a task tells of its pod. `pod` is the object as stored; of a container that ended it knows the time. */
export function taskReport(task: TaskFacts, pod: Pod, now: number): PodReport {
  const cause = isOver(task) ? stopCause(task) : undefined;
  const context: Context = { task, pod, cause, now };
  const { initContainers = [], containers } = pod.spec;
  const reports = [...initContainers, ...containers].flatMap((spec) => containerReport(spec, context));
  return {
    containers: reports,
    events: reports.flatMap((report) => failureEvents(report, pod)),
    annotations: { [ANNOTATIONS.taskArn]: task.arn },
    ...(task.podIP !== undefined && { podIP: task.podIP }),
    ...(cause === 'no-place' && { unscheduled: { reason: 'Unschedulable', message: task.stoppedReason } }),
    ...(cause === 'disruption' && { disruption: { message: task.stoppedReason || `stopped: ${task.stopCode}` } }),
  };
}

/** What is left to say of a pod whose task ECS does not know any more, an hour after its end. */
export function lostReport(pod: Pod, now: number): PodReport {
  const statuses = statusesOf(pod);
  const unended = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].filter(
    ({ name }) => !hasEnded(statuses.get(name)),
  );
  const message = 'The task is not known to ECS any more: how it ended was not seen in time';
  return {
    containers: unended.map(({ name }) => {
      const status = statuses.get(name);
      return { name, attempt: status?.restartCount ?? 0, state: lost(startOf(status), now, message) };
    }),
    events: [],
  };
}

interface Context {
  readonly task: TaskFacts;
  readonly pod: Pod;
  /** Undefined: the task goes on. */
  readonly cause: StopCause | undefined;
  readonly now: number;
}

/** None for a container of which the pod's status knows the end: nothing changes it any more. */
function containerReport(spec: Container, context: Context): readonly ContainerReport[] {
  const { task, pod } = context;
  const { name } = spec;
  const status = statusesOf(pod).get(name);
  const facts = task.containers.find((container) => container.name === name);
  const restarts = status?.restartCount ?? 0;
  if (facts === undefined || facts.attempt < restarts) return awaitedReport(name, status, context);
  if (facts.attempt === restarts && hasEnded(status)) return [];
  const state = stateOf(spec, facts, status, context);
  return [
    {
      name,
      attempt: facts.attempt,
      ...(state.type !== 'waiting' && { containerID: containerIdOf(task.arn, name) }),
      ...(facts.imageDigest !== undefined && { imageID: facts.imageDigest }),
      state,
    },
  ];
}

/** A container that is to run again, but not in this task. */
function awaitedReport(
  name: string,
  status: ContainerStatus | undefined,
  { cause }: Context,
): readonly ContainerReport[] {
  if (hasEnded(status)) return [];
  const reason = cause === undefined ? 'ContainerCreating' : WAITS_FOR_TASK;
  return [{ name, attempt: status?.restartCount ?? 0, state: { type: 'waiting', reason } }];
}

function stateOf(
  spec: Container,
  facts: ContainerFacts,
  status: ContainerStatus | undefined,
  context: Context,
): ContainerReportState {
  const { task, cause, now } = context;
  const startedAt = startOf(status) ?? task.startedAt;
  if (facts.lastStatus === 'RUNNING' && cause === undefined) return { type: 'running', startedAt: startedAt ?? now };
  const stopped = facts.lastStatus === 'STOPPED' || cause !== undefined;
  if (!stopped) return { type: 'waiting', reason: notYet(context.pod) };
  if (isBlocked(spec, context)) return waitingState(spec, context);
  if (isOutOfMemory(facts)) return ended(137, 'OOMKilled', facts.reason, startedAt, context);
  const failure = startFailure(facts);
  if (failure === 'StartError') return ended(128, failure, facts.reason, undefined, context);
  if (failure !== undefined) return { type: 'waiting', reason: failure, message: facts.reason };
  if (neverRan(facts, context)) return waitingState(spec, context);
  if (facts.exitCode === undefined) {
    return lost(startedAt, task.endedAt ?? now, task.stoppedReason || 'The task ended without its exit code');
  }
  return ended(facts.exitCode, facts.exitCode === 0 ? 'Completed' : 'Error', facts.reason, startedAt, context);
}

function ended(
  exitCode: number,
  reason: string,
  message: string,
  startedAt: number | undefined,
  { task, cause, now }: Context,
): ContainerReportState {
  // Of a container that ends before its task only the time at which that was heard is known.
  const finishedAt = Math.max((cause !== undefined ? task.endedAt : undefined) ?? now, startedAt ?? 0);
  return { type: 'terminated', exitCode, reason, ...(message && { message }), startedAt, finishedAt };
}

/**
 * ECS gives exit codes and errors of their own to containers that waited for another in vain: what counts is whether
 * everything before them went well.
 */
function isBlocked(spec: Container, { task, pod }: Context): boolean {
  const inits = pod.spec.initContainers ?? [];
  const at = inits.findIndex(({ name }) => name === spec.name);
  const before = at === -1 ? inits : inits.slice(0, at);
  const facts = (wanted: string) => task.containers.find(({ name }) => name === wanted);
  const helper = facts(HELPERS.volumes);
  if (helper && helper.exitCode !== 0) return true;
  return before.some(({ name, restartPolicy }) => {
    const other = facts(name);
    if (other === undefined) return false;
    return restartPolicy === 'Always' ? startFailure(other) !== undefined : other.exitCode !== 0;
  });
}

/** Whatever the reason that is not its own. */
function neverRan({ exitCode }: ContainerFacts, { task, cause }: Context): boolean {
  if (exitCode !== undefined) return false;
  return cause === 'no-place' || cause === 'failed-start' || (cause === 'own' && task.startedAt === undefined);
}

/** Of a container that did not come to run before its task was over. A failed start is tried again. */
function waitingState(spec: Container, context: Context): ContainerReportState {
  const { task, pod, cause } = context;
  const { stoppedReason } = task;
  if (cause === 'no-place') return { type: 'waiting', reason: 'Unschedulable', message: stoppedReason };
  const inits = (pod.spec.initContainers ?? []).map(({ name }) => name);
  const others = task.containers.filter(({ name }) => name !== spec.name);
  const failedInit = others.some(({ name, exitCode = 0 }) => inits.includes(name) && exitCode !== 0);
  if (cause === undefined || failedInit || stoppedReason.startsWith(OWN_STOP)) {
    return { type: 'waiting', reason: notYet(pod) };
  }
  const specs = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const failed = others.find(({ name, ...facts }) => {
    const other = specs.find((each) => each.name === name);
    return startFailure({ name, ...facts }) !== undefined && !(other && isBlocked(other, context));
  });
  const isOfPod = specs.some(({ name }) => name === failed?.name);
  // The one that failed is tried again, and this one with it. But only an init container's own failure makes it due.
  if (failed && isOfPod && !inits.includes(spec.name)) return { type: 'waiting', reason: notYet(pod) };
  const message = failed ? `${failed.name}: ${failed.reason}` : stoppedReason;
  return { type: 'waiting', reason: 'CreateContainerError', message };
}

function lost(startedAt: number | undefined, finishedAt: number, message: string): ContainerReportState {
  return { type: 'terminated', exitCode: LOST_EXIT_CODE, reason: LOST_REASON, message, startedAt, finishedAt };
}

function notYet({ spec }: Pod): string {
  return spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
}

/** The attempt that the status counts has ended. */
function hasEnded(status: ContainerStatus | undefined): boolean {
  return status?.state?.terminated !== undefined || status?.state?.waiting?.reason === 'CrashLoopBackOff';
}

function startOf(status: ContainerStatus | undefined): number | undefined {
  return parseTime(status?.state?.running?.startedAt);
}

export function statusesOf({ status }: Pod): ReadonlyMap<string, ContainerStatus> {
  const all = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  return new Map(all.map((each) => [each.name, each]));
}

/** Told once: when the status does not show the failure yet. */
function failureEvents({ name, state }: ContainerReport, pod: Pod): readonly RuntimeEvent[] {
  const failed =
    state.type === 'terminated' ? state.reason === 'StartError' : state.type === 'waiting' && state.message;
  const { waiting, terminated } = statusesOf(pod).get(name)?.state ?? {};
  if (!failed || state.type === 'running') return [];
  const told = [waiting?.reason, terminated?.reason];
  if (told.includes(state.reason) || (state.reason === 'ErrImagePull' && told.includes('ImagePullBackOff'))) return [];
  const message = `Error: ${state.reason}: ${state.message}`;
  return [{ type: 'Warning', reason: 'Failed', message, container: name }];
}
