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
 * The record with the newly finished pods in it. A success ends the row of failures: of those that are seen together
 * with it only later ones count, and one that is seen afterwards counts unless it is older.
 */
export function withNewlyFinished({ record, newlySucceeded, newlyFailed, spec }: Sync): JobRecord {
  // With backoffLimitPerIndex each index waits for itself, by its failed pod's own count.
  if (spec.backoffLimitPerIndex !== undefined) return record;
  if (newlySucceeded.length === 0 && newlyFailed.length === 0) return record;
  const { consecutiveFailures, lastFailureAt, lastSuccessAt, ...rest } = record;
  const failures = newlyFailed.map(finishTimeOf);
  if (newlySucceeded.length === 0) {
    const counting = failures.filter((time) => time >= (lastSuccessAt ?? -Infinity));
    const all = counting.length + consecutiveFailures;
    const last = latest(counting, lastFailureAt);
    return { ...rest, consecutiveFailures: all, ...defined({ lastFailureAt: last, lastSuccessAt }) };
  }
  const success = latest(newlySucceeded.map(finishTimeOf), lastSuccessAt)!;
  const counting = failures.filter((time) => time > success);
  const last = latest(counting, undefined);
  return { ...rest, consecutiveFailures: counting.length, ...defined({ lastFailureAt: last, lastSuccessAt: success }) };
}

function latest(times: readonly number[], known: number | undefined): number | undefined {
  let result = known;
  for (const time of times) if (result === undefined || time > result) result = time;
  return result;
}

function defined<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
