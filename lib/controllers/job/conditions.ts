import type { JobCondition, JobStatus } from '../../apis/batch/v1/job/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';

/** How the Job ends. It is written first as the interim condition, then, when no pod is left, as the final one. */
export interface Verdict {
  readonly interim: 'FailureTarget' | 'SuccessCriteriaMet';
  readonly reason: string;
  readonly message: string;
}

const FINAL = { FailureTarget: 'Failed', SuccessCriteriaMet: 'Complete' } as const;

export function failure(reason: string, message: string): Verdict {
  return { interim: 'FailureTarget', reason, message };
}

export function success(reason: string, message: string): Verdict {
  return { interim: 'SuccessCriteriaMet', reason, message };
}

export function isTrue(status: JobStatus, type: string): boolean {
  return conditionOf(status, type)?.status === 'True';
}

export function conditionOf(status: JobStatus, type: string): JobCondition | undefined {
  return status.conditions?.find((condition) => condition.type === type);
}

/** The condition that ended the Job. */
export function finalCondition(status: JobStatus): JobCondition | undefined {
  return status.conditions?.find(
    ({ type, status: value }) => value === 'True' && (type === 'Complete' || type === 'Failed'),
  );
}

/** A verdict once written is never weighed again. */
export function standingVerdict(status: JobStatus): Verdict | undefined {
  for (const interim of ['SuccessCriteriaMet', 'FailureTarget'] as const) {
    const condition = conditionOf(status, interim);
    if (condition?.status === 'True') {
      return { interim, reason: condition.reason ?? '', message: condition.message ?? '' };
    }
  }
  return undefined;
}

export function withInterim(
  conditions: readonly JobCondition[],
  verdict: Verdict,
  now: number,
): readonly JobCondition[] {
  return withCondition(conditions, verdict.interim, 'True', verdict, now);
}

export function withFinal(conditions: readonly JobCondition[], verdict: Verdict, now: number): readonly JobCondition[] {
  return withCondition(conditions, FINAL[verdict.interim], 'True', verdict, now);
}

/** The list with this condition set; the very same list when it says so already. */
export function withCondition(
  conditions: readonly JobCondition[],
  type: string,
  status: 'True' | 'False',
  { reason, message }: { readonly reason: string; readonly message: string },
  now: number,
): readonly JobCondition[] {
  const position = conditions.findIndex((condition) => condition.type === type);
  const old = conditions[position];
  if (old?.status === status && old.reason === reason && old.message === message) return conditions;
  const time = formatTime(now);
  const condition = { type, status, lastProbeTime: time, lastTransitionTime: time, reason, message };
  return old === undefined ? [...conditions, condition] : conditions.with(position, condition);
}
