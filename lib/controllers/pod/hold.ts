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
  readonly expectedAt: number;
  readonly retryAt?: number;
}

export interface HeldPod {
  /** Left out: unchanged. */
  readonly status?: PodStatus;
  readonly record?: PodRecord;
  readonly requeueAt?: number;
}

/**
 * A pod that waits for its place says so in a condition. Each time its start is asked for, a somewhat later time may be
 * expected: what the condition says is only replaced when its time has passed or the cause is another.
 */
export function holdPod(pod: Pod, record: PodRecord | undefined, hold: ObservedHold, now: number): HeldPod {
  const at = Math.min(hold.retryAt ?? Infinity, deadlineOf(pod) ?? Infinity);
  const requeue = at === Infinity ? {} : { requeueAt: at };
  const told = heldPod(pod, record);
  if (told?.reason === hold.reason && told.until > now) return requeue;
  const conditions = unscheduledConditions(pod, hold, now);
  const status: PodStatus = { ...pod.status, phase: pod.status.phase ?? 'Pending', conditions };
  return { status, record: { containers: {}, ...record, heldUntil: hold.expectedAt }, ...requeue };
}

/** What a pod has been told to wait for. */
export interface HeldFor {
  readonly reason: string;
  readonly message: string;
  readonly until: number;
}

/** Undefined: the pod does not wait for its place. */
export function heldPod({ status }: Pod, record: PodRecord | undefined): HeldFor | undefined {
  const condition = status.conditions?.find(({ type }) => type === 'PodScheduled');
  if (condition?.status !== 'False' || record?.heldUntil === undefined) return undefined;
  return { reason: condition.reason ?? '', message: condition.message ?? '', until: record.heldUntil };
}
