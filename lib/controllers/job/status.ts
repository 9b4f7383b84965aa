import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { JobCondition, JobStatus } from '../../apis/batch/v1/job/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { Sync } from './sync.js';
import type { Tracking } from './tracking.js';

/** What a decision adds to the counters that it looked at. */
export interface StatusChange {
  readonly conditions: readonly JobCondition[];
  readonly startedAt: number | undefined;
  /** Active, ready and terminating pods once the decision's commands are done. */
  readonly active: number;
  readonly ready: number;
  readonly terminating: number;
  readonly tracking: Tracking;
  readonly complete: boolean;
}

export function newStatus({ status, indexes, now }: Sync, change: StatusChange): JobStatus {
  const { tracking, startedAt, active, ready, terminating, conditions } = change;
  const succeeded = indexes?.completed.size ?? (status.succeeded ?? 0) + tracking.countedSucceeded;
  const failed = (status.failed ?? 0) + tracking.countedFailed;
  const completedIndexes = indexes?.completed.toString();
  const completionTime = status.completionTime ?? (change.complete ? formatTime(now) : undefined);
  return {
    ...(conditions.length > 0 && { conditions }),
    ...(startedAt !== undefined && { startTime: formatTime(startedAt) }),
    ...(completionTime !== undefined && { completionTime }),
    ...(active > 0 && { active }),
    ...(succeeded > 0 && { succeeded }),
    ...(failed > 0 && { failed }),
    terminating,
    ...(completedIndexes && { completedIndexes }),
    ...(indexes?.failed && { failedIndexes: indexes.failed.toString() }),
    uncountedTerminatedPods: tracking.uncounted,
    ready,
  };
}

/** Whether writing the new status would change nothing. */
export function isSameStatus(a: JobStatus, b: JobStatus): boolean {
  const { uncountedTerminatedPods: x, ...restA } = a;
  const { uncountedTerminatedPods: y, ...restB } = b;
  const sameLists = isSameList(x?.succeeded, y?.succeeded) && isSameList(x?.failed, y?.failed);
  return (x === undefined) === (y === undefined) && sameLists && isSameShallow(restA, restB);
}

export function isSameRecord(a: JobRecord | undefined, b: JobRecord): boolean {
  const { ignoredFailures: x, ...restA } = a ?? ({} as Partial<JobRecord>);
  const { ignoredFailures: y, ...restB } = b;
  return isSameList(x, y) && isSameShallow(restA, restB);
}

function isSameList(a: readonly string[] = [], b: readonly string[] = []): boolean {
  return a.length === b.length && a.every((uid, position) => uid === b[position]);
}

/** Conditions are compared by identity: a list that changes nothing is the very same list. */
function isSameShallow(a: object, b: object): boolean {
  const [x, y] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = new Set([...Object.keys(x), ...Object.keys(y)]);
  return [...keys].every((key) => x[key] === y[key]);
}
