import { failure, type Verdict } from './conditions.js';
import type { Sync } from './sync.js';

/** When the Job has been active too long, in ms since 1970; undefined: never, or not while it is suspended. */
export function deadlineOf({ spec, startedAt }: Sync): number | undefined {
  if (spec.activeDeadlineSeconds === undefined || startedAt === undefined || spec.suspend === true) return undefined;
  return startedAt + spec.activeDeadlineSeconds * 1000;
}

export function activeDeadlineSeconds(sync: Sync): Verdict | undefined {
  const deadline = deadlineOf(sync);
  if (deadline === undefined || sync.now < deadline) return undefined;
  return failure('DeadlineExceeded', 'Job was active longer than specified deadline');
}
