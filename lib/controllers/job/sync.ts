import { IndexSet } from '../../apis/batch/v1/job/index-set.js';
import { emptyRecord, type JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job, JobSpec, JobStatus } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { formatTime, parseTime } from '../../apis/meta/v1/time.js';
import { failedIndexes, podsAwaitingReplacement } from './backoff-limit-per-index.js';
import { hasValidIndex, isIndexed } from './completion-mode.js';
import { handlingOf } from './pod-failure-policy.js';
import { isFailed } from './pod-replacement-policy.js';
import { completionIndexOf, isActive, isReady, isTerminating, isTracked } from './pods.js';

/** One look at a Job and its pods: what the rules weigh. Nothing in it changes while a decision is made. */
export interface Sync {
  readonly job: Job;
  readonly spec: JobSpec;
  readonly status: JobStatus;
  readonly record: JobRecord;
  readonly now: number;
  /** `status.startTime` with its milliseconds, in ms since 1970; a Job that begins with this look starts now. */
  readonly startedAt: number | undefined;
  readonly pods: readonly Pod[];
  /** Pods with the tracking finalizer. */
  readonly tracked: readonly Pod[];
  readonly active: readonly Pod[];
  readonly ready: number;
  readonly terminating: readonly Pod[];
  /** Finished since the counters were last written: neither counted nor listed as uncounted. */
  readonly newlySucceeded: readonly Pod[];
  readonly newlyFailed: readonly Pod[];
  /** Successes (of an Indexed Job: succeeded indexes) and counted failures, new ones included. */
  readonly succeeded: number;
  readonly failed: number;
  /** Only of Indexed Jobs. */
  readonly indexes: Indexes | undefined;
}

export interface Indexes {
  readonly completions: number;
  /** As `status.completedIndexes` has them. */
  readonly completedBefore: IndexSet;
  readonly completed: IndexSet;
  /** Only with backoffLimitPerIndex. */
  readonly failed: IndexSet | undefined;
  /** By index, the failed pod that keeps its finalizer until its replacement is there to carry on its failure count. */
  readonly awaitingReplacement: ReadonlyMap<number, Pod>;
}

export function lookAt(job: Job, record: JobRecord | undefined, pods: readonly Pod[], now: number): Sync {
  const { spec, status } = job;
  const tracked = pods.filter(isTracked);
  const active = pods.filter(isActive);
  const completedBefore = isIndexed(spec) ? IndexSet.parse(status.completedIndexes, spec.completions) : undefined;
  const news = newlyFinished(job, record, tracked, completedBefore);
  const indexes = completedBefore && lookAtIndexes(job, tracked, active, completedBefore);
  const { succeeded = [], failed = [] } = status.uncountedTerminatedPods ?? {};
  return {
    job,
    spec,
    status,
    now,
    pods,
    tracked,
    active,
    indexes,
    record: record ?? emptyRecord,
    startedAt: startOf(status, record) ?? (spec.suspend === true ? undefined : now),
    ready: count(active, isReady),
    terminating: pods.filter(isTerminating),
    newlySucceeded: news.succeeded,
    newlyFailed: news.failed,
    succeeded: indexes?.completed.size ?? (status.succeeded ?? 0) + succeeded.length + news.succeeded.length,
    failed: (status.failed ?? 0) + failed.length + count(news.failed, (pod) => isCounted(pod, spec)),
  };
}

/** Whether a failed pod counts against backoffLimit and enters `status.failed`. */
export function isCounted(pod: Pod, spec: JobSpec): boolean {
  return handlingOf(pod, spec).action !== 'Ignore';
}

export function count<T>(items: readonly T[], holds: (item: T) => boolean): number {
  let total = 0;
  for (const item of items) if (holds(item)) total++;
  return total;
}

/** The record has the milliseconds, unless somebody else wrote the status. */
function startOf({ startTime }: JobStatus, record: JobRecord | undefined): number | undefined {
  const recorded = record?.startedAt;
  return recorded !== undefined && formatTime(recorded) === startTime ? recorded : parseTime(startTime);
}

function lookAtIndexes(job: Job, tracked: readonly Pod[], active: readonly Pod[], completedBefore: IndexSet): Indexes {
  const { spec, status } = job;
  // A pod that was cut short by the Job's failure is counted as failed, whatever became of it afterwards.
  const cut = new Set(status.uncountedTerminatedPods?.failed);
  const succeeded = tracked.filter(
    (pod) => pod.status.phase === 'Succeeded' && hasValidIndex(pod, spec) && !cut.has(pod.metadata.uid),
  );
  const completed = completedBefore.union(IndexSet.of(succeeded.map((pod) => completionIndexOf(pod)!)));
  const failed = failedIndexes(job, tracked);
  const awaitingReplacement = podsAwaitingReplacement(
    job,
    tracked,
    active,
    (index) => completed.has(index) || failed!.has(index),
  );
  return { completions: spec.completions ?? 0, completedBefore, completed, failed, awaitingReplacement };
}

function newlyFinished(
  job: Job,
  record: JobRecord | undefined,
  tracked: readonly Pod[],
  completedBefore: IndexSet | undefined,
): { readonly succeeded: readonly Pod[]; readonly failed: readonly Pod[] } {
  const { spec, status } = job;
  const listed = status.uncountedTerminatedPods ?? {};
  const knownSucceeded = new Set(listed.succeeded);
  const knownFailed = new Set([...(listed.failed ?? []), ...(record?.ignoredFailures ?? [])]);
  const succeeded: Pod[] = [];
  const failed: Pod[] = [];
  for (const pod of tracked) {
    const { uid } = pod.metadata;
    const ended = pod.status.phase === 'Succeeded' ? succeeded : isFailed(pod, job) ? failed : undefined;
    if (ended === undefined || knownFailed.has(uid) || !hasValidIndex(pod, spec)) continue;
    const counted = completedBefore?.has(completionIndexOf(pod)!) ?? knownSucceeded.has(uid);
    if (ended === failed || !counted) ended.push(pod);
  }
  return { succeeded, failed };
}
