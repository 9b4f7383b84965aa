import type { JobStatus } from '../types.js';

export function conditionIs({ conditions = [] }: JobStatus, type: string, status: 'True' | 'False'): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === status);
}

/** Complete or failed: a verdict that stands. */
export function isFinished(status: JobStatus): boolean {
  return conditionIs(status, 'Complete', 'True') || conditionIs(status, 'Failed', 'True');
}
