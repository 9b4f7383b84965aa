import type { PodStatus } from '../../apis/core/v1/pod/status.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { deadlineOf } from './active-deadline-seconds.js';
import { unscheduledConditions } from './conditions.js';
import type { PodRecord } from './record.js';

/** What a pod waits for that has not been given a place; the shape of `PodHold` in `ports/pod-runtime.ts`. */
export interface ObservedHold {
  readonly reason: string;
  readonly message: string;
  /** In ms since 1970. */
  readonly retryAt: number;
}

export interface HeldPod {
  /** Left out: unchanged. */
  readonly status?: PodStatus;
  readonly record?: PodRecord;
  readonly requeueAt: number;
}

/**
 * A pod that waits for its place says so in a condition. Its start is asked for again and again, and each answer may
 * name a somewhat later time: what the condition says is only replaced when its time has passed or the cause is another.
 */
export function holdPod(pod: Pod, record: PodRecord | undefined, hold: ObservedHold, now: number): HeldPod {
  const requeueAt = Math.min(hold.retryAt, deadlineOf(pod) ?? Infinity);
  const told = pod.status.conditions?.find(({ type }) => type === 'PodScheduled');
  const isTold = told?.status === 'False' && told.reason === hold.reason && (record?.heldUntil ?? 0) > now;
  if (isTold) return { requeueAt };
  const status = {
    ...pod.status,
    phase: pod.status.phase ?? 'Pending',
    conditions: unscheduledConditions(pod, hold, now),
  };
  return { status, record: { containers: {}, ...record, heldUntil: hold.retryAt }, requeueAt };
}
