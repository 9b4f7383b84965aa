import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import { finishTimeOf } from './finish-time.js';
import type { Sync } from './sync.js';

const FIRST_DELAY_MS = 10_000;
const LONGEST_DELAY_MS = 600_000;

/** How long after the last of `failures` failures in a row a pod may be created again, in ms. */
export function delayAfter(failures: number): number {
  return failures === 0 ? 0 : Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
}

/** When pods may be created again, in ms since 1970. */
export function backoffEnd({ consecutiveFailures, lastFailureAt = 0 }: JobRecord): number {
  return lastFailureAt + delayAfter(consecutiveFailures);
}

/**
 * The record with the newly finished pods in it, as Kubernetes keeps it: a success ends the row of failures, of which
 * those that are seen together with it count if they came later. The failures seen last say when the last one was, also
 * where one before finished later.
 */
export function withNewlyFinished({ record, newlySucceeded, newlyFailed, spec }: Sync): JobRecord {
  // With backoffLimitPerIndex each index waits for itself, by its failed pod's own count.
  if (spec.backoffLimitPerIndex !== undefined) return record;
  if (newlySucceeded.length === 0 && newlyFailed.length === 0) return record;
  const { consecutiveFailures, lastFailureAt: _, ...rest } = record;
  const success = latest(newlySucceeded.map(finishTimeOf));
  const failures = newlyFailed.map(finishTimeOf).filter((time) => success === undefined || time > success);
  const last = latest(failures);
  return {
    ...rest,
    consecutiveFailures: failures.length + (success === undefined ? consecutiveFailures : 0),
    ...(last !== undefined && { lastFailureAt: last }),
  };
}

function latest(times: readonly number[]): number | undefined {
  let result: number | undefined;
  for (const time of times) if (result === undefined || time > result) result = time;
  return result;
}
