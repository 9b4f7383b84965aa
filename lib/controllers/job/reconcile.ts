import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job, JobCondition, JobStatus } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { foregroundFinalizer } from '../../apis/meta/v1/deletion.js';
import type { Decision, DeleteObject } from '../decision.js';
import { activeDeadlineSeconds, deadlineOf } from './active-deadline-seconds.js';
import { allIndexesEnded } from './backoff-limit-per-index.js';
import { backoffLimit } from './backoff-limit.js';
import { withNewlyFinished } from './backoff.js';
import { claimPods } from './claim.js';
import { completionsReached } from './completions.js';
import { finalCondition, standingVerdict, withFinal, withInterim, type Verdict } from './conditions.js';
import { finishedEvents } from './finished.js';
import { isManagedElsewhere } from './managed-by.js';
import { maxFailedIndexes } from './max-failed-indexes.js';
import { untrack } from './orphans.js';
import { firstFreeSlot, MAX_PODS_PER_DECISION, NO_PODS, planPods, type Plan } from './parallelism.js';
import { podFailurePolicy } from './pod-failure-policy.js';
import { isReady, isTracked, referenceTo } from './pods.js';
import { interruptionsLeft, withInterrupted } from './spot-attempts.js';
import { isSameRecord, isSameStatus, newStatus } from './status.js';
import { successPolicy } from './success-policy.js';
import { suspendChange } from './suspend.js';
import { count, lookAt, type Sync } from './sync.js';
import { track, type Tracking } from './tracking.js';

export interface ObservedJob {
  readonly job: Job;
  readonly record: JobRecord | undefined;
  /**
   * The pods that the Job controls and those of its selector that have no controller, without those of its own that
   * have finished and lost their tracking finalizer.
   */
  readonly pods: readonly Pod[];
  /** Names among the Job's next ones that belong to somebody else's pods. */
  readonly takenNames?: ReadonlySet<string>;
}

type JobDecision = Decision<JobStatus, JobRecord>;

const NOTHING: JobDecision = { before: [], after: [], events: [] };

/** The rules by which a Job ends while pods may still run, in the order in which Kubernetes weighs them. */
const RULES: readonly ((sync: Sync) => Verdict | undefined)[] = [
  ({ status }) => standingVerdict(status),
  podFailurePolicy,
  backoffLimit,
  activeDeadlineSeconds,
  maxFailedIndexes,
  allIndexesEnded,
  successPolicy,
];

/** What to do for a Job, given all that is known of it. `now` in ms since 1970. */
export function reconcileJob({ job, record, pods, takenNames = new Set() }: ObservedJob, now: number): JobDecision {
  if (isManagedElsewhere(job)) return NOTHING;
  if (finalCondition(job.status) !== undefined) return { ...NOTHING, before: pods.filter(isTracked).map(untrack) };
  if (pods.length === 0 && goesWithItsPods(job)) return NOTHING;
  const { owned, commands } = claimPods(job, pods);
  // Claims first and alone: who the pods belong to decides everything else.
  if (commands.length > 0) return { ...NOTHING, before: commands };
  return decide(lookAt(job, record, owned, now), takenNames);
}

function decide(sync: Sync, takenNames: ReadonlySet<string>): JobDecision {
  const record = withInterrupted(sync, withNewlyFinished(sync));
  const early = firstVerdict(sync);
  const plan = early || isBeingDeleted(sync) ? NO_PODS : planPods(sync, record, takenNames);
  // A Job that has ended lets go of what still runs, some pods at a time.
  const dismissed = early ? sync.active.slice(0, MAX_PODS_PER_DECISION) : [];
  const spared = early ? sync.active.slice(MAX_PODS_PER_DECISION) : [];
  const active = sync.active.length - plan.remove.length - dismissed.length + plan.create.length;
  const verdict = early ?? completionsReached(sync, active);
  const tracking = track(sync, verdict, new Set([...plan.remove, ...spared]), plan.indexes);
  return toDecision(sync, { record, plan, dismissed, active, verdict, tracking });
}

function firstVerdict(sync: Sync): Verdict | undefined {
  for (const rule of RULES) {
    const verdict = rule(sync);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

interface Outcome {
  readonly record: JobRecord;
  readonly plan: Plan;
  readonly dismissed: readonly Pod[];
  /** Active pods once the decision's commands are done. */
  readonly active: number;
  readonly verdict: Verdict | undefined;
  readonly tracking: Tracking;
}

function toDecision(sync: Sync, outcome: Outcome): JobDecision {
  const { plan, dismissed, active, verdict, tracking } = outcome;
  const suspended = verdict || isBeingDeleted(sync) ? undefined : suspendChange(sync);
  const leaving = [...plan.remove, ...dismissed];
  const terminating = sync.terminating.length + leaving.length;
  const finished = verdict !== undefined && active + terminating === 0 && hasLetGo(tracking);
  const startedAt = suspended ? suspended.startedAt : sync.startedAt;
  const conditions = suspended?.conditions ?? newConditions(sync, verdict, finished);
  const ready = sync.ready - count(leaving, isReady);
  const complete = finished && verdict.interim === 'SuccessCriteriaMet';
  const status = newStatus(sync, { conditions, startedAt, active, ready, terminating, tracking, complete });
  const record = newRecord(sync, outcome, startedAt);
  return {
    ...(!isSameStatus(sync.status, status) && { status }),
    ...(!isSameRecord(sync.record, record) && { record }),
    before: [...plan.remove.map(untrack), ...plan.remove.map(deletion), ...plan.create],
    after: [...dismissed.map(deletion), ...tracking.release.map(untrack)],
    events: [
      ...(suspended ? [suspended.event] : []),
      ...(finished ? finishedEvents(sync.spec, verdict, status.succeeded ?? 0) : []),
    ],
    requeueAt: finished ? undefined : nextLook(sync, outcome),
  };
}

function newConditions(
  { status, now }: Sync,
  verdict: Verdict | undefined,
  finished: boolean,
): readonly JobCondition[] {
  const before = status.conditions ?? [];
  if (verdict === undefined) return before;
  const interim = withInterim(before, verdict, now);
  return finished ? withFinal(interim, verdict, now) : interim;
}

function newRecord(sync: Sync, { record, plan, tracking }: Outcome, startedAt: number | undefined): JobRecord {
  const { ignoredFailures: _i, startedAt: _s, interruptions: _n, ...rest } = record;
  const ignored = [...new Set([...stillTracked(sync, record.ignoredFailures ?? []), ...tracking.ignored])];
  const leaves = tracking.release.length + plan.remove.length > 0;
  const created = plan.create.map(({ object }) => object);
  const interruptions = interruptionsLeft(sync, tracking.release, created);
  return {
    ...rest,
    nextSlot: plan.nextSlot ?? (leaves ? firstFreeSlot(sync, record) : record.nextSlot),
    ...(startedAt !== undefined && { startedAt }),
    ...(ignored.length > 0 && { ignoredFailures: ignored }),
    ...(interruptions && { interruptions }),
  };
}

function stillTracked({ tracked }: Sync, uids: readonly string[]): readonly string[] {
  if (uids.length === 0) return uids;
  const there = new Set(tracked.map(({ metadata }) => metadata.uid));
  return uids.filter((uid) => there.has(uid));
}

/** The earliest moment at which the decision would be another one although nothing happened. */
function nextLook(sync: Sync, { plan, dismissed, verdict, tracking }: Outcome): number | undefined {
  if (tracking.more || dismissed.length < (verdict ? sync.active.length : 0)) return sync.now;
  const times = [plan.againAt, verdict ? undefined : deadlineOf(sync)].filter((time) => time !== undefined);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function hasLetGo({ release, uncounted, more }: Tracking): boolean {
  return release.length === 0 && !more && uncounted.succeeded === undefined && uncounted.failed === undefined;
}

/** Once its pods are gone the garbage collector takes the Job away: in Kubernetes before its end could be told. */
function goesWithItsPods({ metadata: { deletionTimestamp, finalizers } }: Job): boolean {
  return deletionTimestamp !== undefined && finalizers?.includes(foregroundFinalizer) === true;
}

function isBeingDeleted({ job }: Sync): boolean {
  return job.metadata.deletionTimestamp !== undefined;
}

function deletion(pod: Pod): DeleteObject {
  const event = { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted pod: ${pod.metadata.name}` } as const;
  return { do: 'delete', target: referenceTo(pod), event };
}
