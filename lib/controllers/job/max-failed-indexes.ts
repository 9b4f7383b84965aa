import { failure, type Verdict } from './conditions.js';
import type { Sync } from './sync.js';

/** The Job is given up as soon as more indexes failed than it allows. */
export function maxFailedIndexes({ spec, indexes }: Sync): Verdict | undefined {
  if (spec.maxFailedIndexes === undefined || indexes?.failed === undefined) return undefined;
  if (indexes.failed.size <= spec.maxFailedIndexes) return undefined;
  return failure('MaxFailedIndexesExceeded', 'Job has exceeded the specified maximal number of failed indexes');
}
