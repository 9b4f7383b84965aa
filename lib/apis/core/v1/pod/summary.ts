import type { ContainerStatus } from './status.js';
import type { Pod } from './types.js';

/** A pod in one line, as `kubectl get pods` shows it. */
export interface PodSummary {
  /** Containers that are ready, of those that count: all but init containers which end. */
  readonly ready: number;
  readonly total: number;
  /** The phase, or what says more: `CrashLoopBackOff`, `Init:1/2`, `Terminating` … */
  readonly status: string;
  readonly restarts: number;
  /** When the container that restarted last had ended. */
  readonly lastRestart: string | undefined;
}

interface Restarts {
  readonly count: number;
  readonly last: string | undefined;
}

export function podSummary(pod: Pod): PodSummary {
  const { spec, status } = pod;
  const sidecars = new Set(
    spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const initStatuses = status.initContainerStatuses ?? [];
  const initializing = initStatuses.findIndex((container) => holdsInitialization(container, sidecars));
  const passed = initializing < 0 ? initStatuses : initStatuses.slice(0, initializing + 1);
  const initReason = initializing < 0 ? undefined : initText(initStatuses[initializing]!, initializing, spec);
  const readySidecars = passed.filter((c) => sidecars.has(c.name) && c.started && c.ready && !succeeded(c)).length;
  const total = spec.containers.length + sidecars.size;
  if (initReason !== undefined && !isTrue(pod, 'Initialized')) {
    const restarts = restartsOf(passed);
    const shown = overruled(pod, initReason);
    return { ready: readySidecars, total, status: shown, restarts: restarts.count, lastRestart: restarts.last };
  }
  const containers = status.containerStatuses ?? [];
  const restarts = restartsOf([...passed.filter(({ name }) => sidecars.has(name)), ...containers]);
  return {
    ready: readySidecars + containers.filter(runsReady).length,
    total,
    status: overruled(pod, containersText(pod, initReason ?? phaseText(pod))),
    restarts: restarts.count,
    lastRestart: restarts.last,
  };
}

function holdsInitialization(container: ContainerStatus, sidecars: ReadonlySet<string>): boolean {
  return !succeeded(container) && !(sidecars.has(container.name) && container.started === true);
}

function succeeded({ state }: ContainerStatus): boolean {
  return state?.terminated !== undefined && (state.terminated.exitCode ?? 0) === 0;
}

function phaseText({ status }: Pod): string {
  const gated = status.conditions?.some(({ type, reason }) => type === 'PodScheduled' && reason === 'SchedulingGated');
  return gated ? 'SchedulingGated' : status.reason || (status.phase ?? '');
}

function initText({ state }: ContainerStatus, index: number, { initContainers = [] }: Pod['spec']): string {
  if (state?.terminated !== undefined) return `Init:${terminationText(state.terminated)}`;
  const waiting = state?.waiting?.reason;
  return waiting && waiting !== 'PodInitializing' ? `Init:${waiting}` : `Init:${index}/${initContainers.length}`;
}

/** The first container that waits or has ended speaks for the pod. */
function containersText(pod: Pod, otherwise: string): string {
  const containers = pod.status.containerStatuses ?? [];
  const telling = containers.map(containerText).find((text) => text !== undefined);
  const text = telling ?? otherwise;
  if (text !== 'Completed' || !containers.some(runsReady)) return text;
  return isTrue(pod, 'Ready') ? 'Running' : 'NotReady';
}

function containerText({ state }: ContainerStatus): string | undefined {
  if (state?.waiting?.reason) return state.waiting.reason;
  return state?.terminated === undefined ? undefined : terminationText(state.terminated);
}

function terminationText(state: { reason?: string; signal?: number; exitCode?: number }): string {
  if (state.reason) return state.reason;
  return state.signal ? `Signal:${state.signal}` : `ExitCode:${state.exitCode ?? 0}`;
}

function runsReady(container: ContainerStatus): boolean {
  return container.ready && container.state?.running !== undefined && containerText(container) === undefined;
}

/** Being deleted matters more than what the containers do. */
function overruled({ metadata, status }: Pod, text: string): string {
  if (metadata.deletionTimestamp === undefined) return text;
  if (status.reason === 'NodeLost') return 'Unknown';
  return status.phase === 'Succeeded' || status.phase === 'Failed' ? text : 'Terminating';
}

function restartsOf(containers: readonly ContainerStatus[]): Restarts {
  let count = 0;
  let last: string | undefined;
  for (const { restartCount, lastState } of containers) {
    count += restartCount ?? 0;
    const end = lastState?.terminated?.finishedAt;
    if (end && (last === undefined || end > last)) last = end;
  }
  return { count, last };
}

function isTrue({ status }: Pod, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
}
