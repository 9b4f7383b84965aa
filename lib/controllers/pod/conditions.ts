import type { PodCondition } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { KnownContainer } from './containers.js';
import { isInitialized } from './init-containers.js';

export type Phase = NonNullable<Pod['status']['phase']>;

interface Finding {
  readonly type: string;
  readonly status: 'True' | 'False';
  readonly reason?: string;
  readonly message?: string;
}

/** The conditions the kubelet owns, in its order, then those of others (and `extra`) as they were. */
export function podConditions(
  pod: Pod,
  phase: Phase,
  containers: readonly KnownContainer[],
  extra: Finding | undefined,
  unscheduled: { readonly reason: string; readonly message: string } | undefined,
  now: number,
): readonly PodCondition[] {
  const before = pod.status.conditions ?? [];
  const own = [
    readyToStart(phase, containers),
    initialized(phase, containers),
    ready(pod, phase, containers),
    containersReady(phase, containers),
    scheduled(unscheduled),
    ...(extra ? [extra] : []),
  ];
  const types = new Set(own.map(({ type }) => type));
  const generation = pod.metadata.generation;
  return [
    ...own.map((finding) => condition(finding, before, generation, now)),
    ...before.filter(({ type }) => !types.has(type)),
  ];
}

/** The conditions of a pod that has no place yet: the others are as they were. */
export function unscheduledConditions(
  pod: Pod,
  hold: { readonly reason: string; readonly message: string },
  now: number,
): readonly PodCondition[] {
  const before = pod.status.conditions ?? [];
  const others = before.filter(({ type }) => type !== 'PodScheduled');
  return [...others, condition(scheduled(hold), before, pod.metadata.generation, now)];
}

function scheduled(unscheduled: { readonly reason: string; readonly message: string } | undefined): Finding {
  if (unscheduled === undefined) return { type: 'PodScheduled', status: 'True' };
  const { reason, message } = unscheduled;
  return { type: 'PodScheduled', status: 'False', reason, message };
}

function condition(
  finding: Finding,
  before: readonly PodCondition[],
  observedGeneration: number | undefined,
  now: number,
): PodCondition {
  const old = before.find(({ type }) => type === finding.type);
  const kept = old?.status === finding.status ? old.lastTransitionTime : undefined;
  return {
    lastTransitionTime: kept ?? formatTime(now),
    ...(finding.message !== undefined && { message: finding.message }),
    ...(observedGeneration !== undefined && { observedGeneration }),
    ...(finding.reason !== undefined && { reason: finding.reason }),
    status: finding.status,
    type: finding.type,
  };
}

export function isFinal(phase: string | undefined): boolean {
  return phase === 'Succeeded' || phase === 'Failed';
}

function readyToStart(phase: Phase, containers: readonly KnownContainer[]): Finding {
  const up = !isFinal(phase) && containers.some(({ state }) => state.type === 'running' || state.type === 'terminated');
  return { type: 'PodReadyToStartContainers', status: up ? 'True' : 'False' };
}

function initialized(phase: Phase, containers: readonly KnownContainer[]): Finding {
  const type = 'Initialized';
  if (phase === 'Succeeded') return { type, status: 'True', reason: 'PodCompleted' };
  if (isInitialized(containers)) return { type, status: 'True' };
  const names = containers.filter((c) => c.role !== 'main' && !isInitialized([c])).map((c) => c.spec.name);
  const message = `containers with incomplete status: [${names.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotInitialized', message };
}

function containersReady(phase: Phase, containers: readonly KnownContainer[]): Finding {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = containers.filter((c) => c.role !== 'init' && c.state.type !== 'running').map((c) => c.spec.name);
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

/** All containers ready, and all readiness gates, whose conditions others write. */
function ready(pod: Pod, phase: Phase, containers: readonly KnownContainer[]): Finding {
  const all = { ...containersReady(phase, containers), type: 'Ready' };
  if (all.status === 'False') return all;
  const closed = (pod.spec.readinessGates ?? []).filter(
    (gate) => !pod.status.conditions?.some((c) => c.type === gate.conditionType && c.status === 'True'),
  );
  if (closed.length === 0) return all;
  const messages = closed.map(
    (gate) => `corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`,
  );
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: messages.join(', ') };
}
