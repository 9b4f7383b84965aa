import type { UncountedTerminatedPods } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { hasValidIndex, isIndexed } from './completion-mode.js';
import { isTrue, type Verdict } from './conditions.js';
import { isFailed } from './pod-replacement-policy.js';
import { completionIndexOf, isFinished } from './pods.js';
import { isCounted, type Sync } from './sync.js';

/** Kubernetes' limit: 500 UIDs are below 20 KB of status. */
const MAX_UNCOUNTED = 500;

/**
 * The counting protocol. A pod that ended is counted exactly once although its finalizer and the counters are two
 * objects:
 *   1. its UID is written to `uncountedTerminatedPods` (of an Indexed success: its index to `completedIndexes`);
 *   2. its finalizer is taken off;
 *   3. once it is seen without one, the UID leaves the list and the counter rises, in one write.
 * If the process stops between two steps, the pod still has its finalizer (step 2 again) or its UID is still listed
 * (step 3 again).
 */
export interface Tracking {
  readonly uncounted: UncountedTerminatedPods;
  /** Pods that left the list: they raise the counters in this write. */
  readonly countedSucceeded: number;
  readonly countedFailed: number;
  /** Pods to take the finalizer off once this write is durable. */
  readonly release: readonly Pod[];
  /** UIDs of released pods whose failure is ignored. */
  readonly ignored: readonly string[];
  /** More pods wait than one status may list. */
  readonly more: boolean;
}

/** `leaving`: pods the decision itself takes out of the Job; they are never counted. */
export function track(
  sync: Sync,
  verdict: Verdict | undefined,
  leaving: ReadonlySet<Pod>,
  replaced: ReadonlySet<number>,
): Tracking {
  const lists = new Lists(sync);
  const release: Pod[] = [];
  const ignored: string[] = [];
  let more = false;
  for (const pod of sync.tracked) {
    if (leaving.has(pod) || !mayRelease(pod, sync, verdict, replaced)) continue;
    if (release.length >= MAX_UNCOUNTED) {
      more = true;
      break;
    }
    // Those that are listed go first: without them the lists would stay as full as they are.
    if (lists.length >= MAX_UNCOUNTED && !lists.knows(pod)) {
      more = true;
      continue;
    }
    release.push(pod);
    const outcome = outcomeOf(pod, sync, verdict, lists);
    if (outcome === 'succeeded') lists.addSucceeded(pod);
    else if (outcome === 'failed') lists.addFailed(pod);
    else if (outcome === 'ignored') ignored.push(pod.metadata.uid);
  }
  const { uncounted, countedSucceeded, countedFailed } = lists;
  return { uncounted, countedSucceeded, countedFailed, release, ignored, more };
}

/** A pod's finalizer may go when the Job ends anyway, the pod succeeded, or it failed and nothing waits for it. */
function mayRelease(
  pod: Pod,
  { job, indexes }: Sync,
  verdict: Verdict | undefined,
  replaced: ReadonlySet<number>,
): boolean {
  if (job.metadata.deletionTimestamp !== undefined || verdict !== undefined) return true;
  if (pod.status.phase === 'Succeeded') return true;
  if (!isFailed(pod, job)) return false;
  const index = completionIndexOf(pod);
  return index === undefined || indexes?.awaitingReplacement.get(index) !== pod || replaced.has(index);
}

type Outcome = 'succeeded' | 'failed' | 'ignored' | undefined;

/** What a released pod adds to the lists; undefined: nothing, or it is there already. */
function outcomeOf(pod: Pod, sync: Sync, verdict: Verdict | undefined, lists: Lists): Outcome {
  const { job, spec } = sync;
  if (lists.knows(pod) || !hasValidIndex(pod, spec)) return undefined;
  // An Indexed success is in completedIndexes by now.
  if (pod.status.phase === 'Succeeded') return isIndexed(spec) ? undefined : 'succeeded';
  if (!hasFailed(pod, sync, verdict)) return undefined;
  return isCounted(pod, job.spec) ? 'failed' : 'ignored';
}

/** When a Job fails, what still runs has failed; when it succeeded, what it no longer needs has not. */
function hasFailed(pod: Pod, { job, status }: Sync, verdict: Verdict | undefined): boolean {
  if (verdict?.interim === 'FailureTarget') return job.metadata.deletionTimestamp === undefined || isFinished(pod);
  const dismissed = isTrue(status, 'SuccessCriteriaMet') && pod.metadata.deletionTimestamp !== undefined;
  return isFailed(pod, job) && !dismissed;
}

class Lists {
  readonly #succeeded: string[];
  readonly #failed: string[];
  readonly #known: ReadonlySet<string>;
  readonly countedSucceeded: number;
  readonly countedFailed: number;

  constructor({ status, tracked }: Sync) {
    const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
    const nobody = succeeded.length + failed.length === 0;
    const withFinalizer = new Set(nobody ? [] : tracked.map(({ metadata }) => metadata.uid));
    this.#succeeded = succeeded.filter((uid) => withFinalizer.has(uid));
    this.#failed = failed.filter((uid) => withFinalizer.has(uid));
    this.#known = new Set([...this.#succeeded, ...this.#failed]);
    this.countedSucceeded = succeeded.length - this.#succeeded.length;
    this.countedFailed = failed.length - this.#failed.length;
  }

  get length(): number {
    return this.#succeeded.length + this.#failed.length;
  }

  get uncounted(): UncountedTerminatedPods {
    return {
      ...(this.#succeeded.length > 0 && { succeeded: this.#succeeded }),
      ...(this.#failed.length > 0 && { failed: this.#failed }),
    };
  }

  knows(pod: Pod): boolean {
    return this.#known.has(pod.metadata.uid);
  }

  addSucceeded(pod: Pod): void {
    this.#succeeded.push(pod.metadata.uid);
  }

  addFailed(pod: Pod): void {
    this.#failed.push(pod.metadata.uid);
  }
}
