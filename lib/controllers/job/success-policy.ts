import { IndexSet } from '../../apis/batch/v1/job/index-set.js';
import type { SuccessPolicyRule } from '../../apis/batch/v1/job/types.js';
import { success, type Verdict } from './conditions.js';
import type { Indexes, Sync } from './sync.js';

/** The Job has succeeded as soon as the indexes that succeeded satisfy one of its rules. */
export function successPolicy({ spec, indexes }: Sync): Verdict | undefined {
  if (spec.successPolicy === undefined || indexes === undefined || indexes.completed.size === 0) return undefined;
  const position = (spec.successPolicy.rules ?? []).findIndex((rule) => isSatisfied(rule, indexes));
  return position < 0 ? undefined : success('SuccessPolicy', `Matched rules at index ${position}`);
}

function isSatisfied(rule: SuccessPolicyRule, { completed, completions }: Indexes): boolean {
  const { succeededIndexes, succeededCount = Infinity } = rule;
  if (succeededIndexes === undefined) return completed.size >= succeededCount;
  const wanted = IndexSet.parse(succeededIndexes, completions);
  // Elastic Jobs may have shrunk below every index of the rule: it can never be satisfied then.
  if (wanted.size === 0) return false;
  return wanted.overlap(completed) >= Math.min(wanted.size, succeededCount);
}
