import type { JobCondition } from '../../apis/batch/v1/job/types.js';
import type { EventToRecord } from '../decision.js';
import { conditionOf, withCondition } from './conditions.js';
import type { Sync } from './sync.js';

export interface SuspendChange {
  readonly conditions: readonly JobCondition[];
  readonly event: EventToRecord;
  /**
   * The Job's new start, in ms since 1970: none while it is suspended, and anew when it is resumed, so that its deadline
   * does not run meanwhile.
   */
  readonly startedAt: number | undefined;
}

/** Brings the condition Suspended in line with `spec.suspend`; undefined: it is. A Job never suspended has none. */
export function suspendChange({ spec, status, now }: Sync): SuspendChange | undefined {
  const suspended = spec.suspend === true;
  const conditions = status.conditions ?? [];
  if (!suspended && conditionOf(status, 'Suspended') === undefined) return undefined;
  const text = suspended
    ? { reason: 'JobSuspended', message: 'Job suspended' }
    : { reason: 'JobResumed', message: 'Job resumed' };
  const changed = withCondition(conditions, 'Suspended', suspended ? 'True' : 'False', text, now);
  if (changed === conditions) return undefined;
  return {
    conditions: changed,
    event: { type: 'Normal', reason: suspended ? 'Suspended' : 'Resumed', message: text.message },
    startedAt: suspended ? undefined : now,
  };
}
