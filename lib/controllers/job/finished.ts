import type { JobSpec } from '../../apis/batch/v1/job/types.js';
import type { EventToRecord } from '../decision.js';
import type { Verdict } from './conditions.js';

/** The events that tell of the Job's end. */
export function finishedEvents(
  { completions }: JobSpec,
  verdict: Verdict,
  succeeded: number,
): readonly EventToRecord[] {
  const { interim, reason, message } = verdict;
  if (interim === 'FailureTarget') return [{ type: 'Warning', reason, message }];
  const completed: EventToRecord = { type: 'Normal', reason: 'Completed', message: 'Job completed' };
  if (completions === undefined || succeeded <= completions) return [completed];
  const tooMany = 'Too many succeeded pods running after completion count reached';
  return [{ type: 'Warning', reason: 'TooManySucceededPods', message: tooMany }, completed];
}
