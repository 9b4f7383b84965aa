import { IndexSet } from '../../apis/batch/v1/job/index-set.js';
import type { Job, JobSpec } from '../../apis/batch/v1/job/types.js';
import { INDEX_FAILURE_COUNT, INDEX_IGNORED_FAILURE_COUNT } from '../../apis/batch/v1/job/well-known.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { delayAfter } from './backoff.js';
import { hasValidIndex } from './completion-mode.js';
import { failure, type Verdict } from './conditions.js';
import { finishTimeOf } from './finish-time.js';
import { handlingOf } from './pod-failure-policy.js';
import { isFailed } from './pod-replacement-policy.js';
import { completionIndexOf, isTerminating, readCount } from './pods.js';
import { interruptionsAfter, spotAnnotations } from './spot-attempts.js';
import type { Sync } from './sync.js';

const MAX_INT32 = 2 ** 31 - 1;

/** The indexes given up so far, those that a failed pod has just used up included. */
export function failedIndexes(job: Job, tracked: readonly Pod[]): IndexSet | undefined {
  const { spec, status } = job;
  if (spec.backoffLimitPerIndex === undefined) return undefined;
  const newly = tracked.filter((pod) => hasValidIndex(pod, spec) && usesUpItsIndex(pod, job));
  const before = IndexSet.parse(status.failedIndexes, spec.completions);
  return before.union(IndexSet.of(newly.map((pod) => completionIndexOf(pod)!)));
}

/** All indexes have ended and some of them failed. */
export function allIndexesEnded({ indexes }: Sync): Verdict | undefined {
  if (indexes?.failed === undefined || indexes.failed.size === 0) return undefined;
  const ended = indexes.failed.size + indexes.completed.size >= indexes.completions;
  return ended ? failure('FailedIndexes', 'Job has failed indexes') : undefined;
}

/**
 * By index, the pod whose failure the next pod of that index must carry on: the one with the most failures behind it.
 * Indexes need none that have ended, or that have a pod already: an active one, or one that will be replaced itself once
 * it has terminated.
 */
export function podsAwaitingReplacement(
  job: Job,
  tracked: readonly Pod[],
  active: readonly Pod[],
  hasEnded: (index: number) => boolean,
): ReadonlyMap<number, Pod> {
  const { spec } = job;
  const waiting = new Map<number, Pod>();
  if (spec.backoffLimitPerIndex === undefined) return waiting;
  const carryOn = tracked.filter((pod) => isTerminating(pod) && !isFailed(pod, job));
  const carriedOn = new Set([...active, ...carryOn].map(completionIndexOf));
  for (const pod of tracked) {
    if (!isFailed(pod, job) || !hasValidIndex(pod, spec)) continue;
    const index = completionIndexOf(pod)!;
    if (hasEnded(index) || carriedOn.has(index)) continue;
    const other = waiting.get(index);
    if (other === undefined || isLater(pod, other)) waiting.set(index, pod);
  }
  return waiting;
}

/** When the index of a failed pod may be tried again, in ms since 1970. */
export function retryTimeOf(failedPod: Pod): number {
  return finishTimeOf(failedPod) + delayAfter(allFailures(failedPod) + 1);
}

/** The failure counts a pod starts with when it replaces `failedPod`. */
export function failureAnnotations(spec: JobSpec, failedPod: Pod | undefined): Readonly<Record<string, string>> {
  let counted = failedPod === undefined ? 0 : countIn(failedPod, INDEX_FAILURE_COUNT);
  let ignored = failedPod === undefined ? 0 : countIn(failedPod, INDEX_IGNORED_FAILURE_COUNT);
  if (failedPod !== undefined) {
    if (handlingOf(failedPod, spec).action === 'Ignore') ignored++;
    else counted++;
  }
  return {
    [INDEX_FAILURE_COUNT]: String(counted),
    ...(ignored > 0 && { [INDEX_IGNORED_FAILURE_COUNT]: String(ignored) }),
    ...(failedPod && spotAnnotations(interruptionsAfter(failedPod))),
  };
}

function usesUpItsIndex(pod: Pod, job: Job): boolean {
  if (!isFailed(pod, job)) return false;
  const { action } = handlingOf(pod, job.spec);
  if (action === 'FailIndex') return true;
  return action !== 'Ignore' && countIn(pod, INDEX_FAILURE_COUNT) >= job.spec.backoffLimitPerIndex!;
}

function isLater(pod: Pod, other: Pod): boolean {
  return allFailures(pod) >= allFailures(other) && finishTimeOf(pod) >= finishTimeOf(other);
}

function allFailures(pod: Pod): number {
  return countIn(pod, INDEX_FAILURE_COUNT) + countIn(pod, INDEX_IGNORED_FAILURE_COUNT);
}

/** An annotation that is missing, or was made unreadable by somebody, is 0. */
function countIn(pod: Pod, annotation: string): number {
  const value = readCount(pod.metadata.annotations?.[annotation] ?? '') ?? 0;
  return value <= MAX_INT32 ? value : 0;
}
