import type { JobSpec } from '../../apis/batch/v1/job/types.js';
import type { ContainerStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { hasValidIndex, isIndexed } from './completion-mode.js';
import { completionIndexOf, isReady, sidecarsOf } from './pods.js';

/**
 * The active pods to delete so that at least `surplus` go: first those that should not be there at all (no index, an
 * index out of range, all but one of the same index), then the least advanced ones.
 */
export function podsToRemove(spec: JobSpec, active: readonly Pod[], surplus: number): readonly Pod[] {
  const inOrder = !isIndexed(spec) || hasOnePodPerIndex(spec, active);
  const { misplaced, rest } = inOrder ? { misplaced: [], rest: active } : splitMisplaced(spec, active);
  if (surplus <= misplaced.length) return misplaced;
  return [...misplaced, ...rest.toSorted(byProgress).slice(0, surplus - misplaced.length)];
}

function hasOnePodPerIndex({ completions = 0 }: JobSpec, active: readonly Pod[]): boolean {
  const seen = new Set<number>();
  for (const pod of active) {
    const index = completionIndexOf(pod) ?? completions;
    if (index >= completions) return false;
    seen.add(index);
  }
  return seen.size === active.length;
}

function splitMisplaced(
  spec: JobSpec,
  active: readonly Pod[],
): { readonly misplaced: readonly Pod[]; readonly rest: readonly Pod[] } {
  const misplaced: Pod[] = [];
  const byIndex = new Map<number, Pod>();
  for (const pod of active) {
    if (!hasValidIndex(pod, spec)) {
      misplaced.push(pod);
      continue;
    }
    const index = completionIndexOf(pod)!;
    const twin = byIndex.get(index);
    const [less, more] = twin === undefined || byProgress(twin, pod) <= 0 ? [twin, pod] : [pod, twin];
    byIndex.set(index, more);
    if (less !== undefined) misplaced.push(less);
  }
  return { misplaced, rest: [...byIndex.values()] };
}

/**
 * Kubernetes' order of pods to give up (`ActivePods`): without a node first; then pending, unknown, running; not ready;
 * ready for the shortest time; with the container, then the sidecar, that restarted most often; youngest. What is left is ours, so that the choice is always the
 * same: the highest index, then by name.
 */
function byProgress(a: Pod, b: Pod): number {
  return (
    Number(hasNode(a)) - Number(hasNode(b)) ||
    phaseRank(a) - phaseRank(b) ||
    Number(isReady(a)) - Number(isReady(b)) ||
    (isReady(a) ? later(readySince(a), readySince(b)) : 0) ||
    restarts(b) - restarts(a) ||
    sidecarRestarts(b) - sidecarRestarts(a) ||
    later(parseTime(a.metadata.creationTimestamp), parseTime(b.metadata.creationTimestamp)) ||
    (completionIndexOf(b) ?? 0) - (completionIndexOf(a) ?? 0) ||
    (a.metadata.name < b.metadata.name ? -1 : 1)
  );
}

function hasNode({ spec }: Pod): boolean {
  return spec.nodeName !== undefined && spec.nodeName !== '';
}

const PHASES = ['Pending', 'Unknown', 'Running'];

function phaseRank({ status }: Pod): number {
  return Math.max(0, PHASES.indexOf(status.phase ?? 'Pending'));
}

function readySince(pod: Pod): number | undefined {
  return parseTime(pod.status.conditions?.find(({ type }) => type === 'Ready')?.lastTransitionTime);
}

/** Orders the later time first; an unknown one counts as latest. */
function later(a: number | undefined, b: number | undefined): number {
  if (a === b) return 0;
  if (a === undefined) return -1;
  if (b === undefined) return 1;
  return b - a;
}

function restarts({ status: { containerStatuses = [] } }: Pod): number {
  return mostRestarts(containerStatuses);
}

function sidecarRestarts(pod: Pod): number {
  const { initContainerStatuses = [] } = pod.status;
  if (initContainerStatuses.length === 0) return 0;
  const sidecars = sidecarsOf(pod);
  return mostRestarts(initContainerStatuses.filter(({ name }) => sidecars.has(name)));
}

function mostRestarts(statuses: readonly ContainerStatus[]): number {
  return Math.max(0, ...statuses.map(({ restartCount }) => restartCount));
}
