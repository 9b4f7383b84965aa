import type { LabelSelector } from '../../../../meta/v1/types.js';
import { labelValueProblems, qualifiedNameProblems } from '../../../../meta/v1/validation/names.js';

/** Whether a selector is sound enough to be compared with labels at all. */
export function isSelectable(selector: LabelSelector): boolean {
  const soundKey = (key: string) => qualifiedNameProblems(key).length === 0;
  const soundValue = (value: string) => labelValueProblems(value).length === 0;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  if (!Object.entries(matchLabels).every(([key, value]) => soundKey(key) && soundValue(value))) return false;
  return matchExpressions.every(({ key, operator, values = [] }) => {
    const needsValues = operator === 'In' || operator === 'NotIn';
    const known = needsValues || operator === 'Exists' || operator === 'DoesNotExist';
    return known && values.length > 0 === needsValues && soundKey(key) && values.every(soundValue);
  });
}
