import { invalidValue, requiredValue, type FieldError } from '../../../../meta/v1/field-error.js';
import type { JobSpec } from '../types.js';

/** These keep `status.completedIndexes` and `status.failedIndexes` short enough to be stored. */
const parallelismMax = 100_000;
const failedIndexesMax = 100_000;
/** Above so many completions, with a back-off per index, both are bounded more closely. */
const completionsManyFrom = 100_000;
const parallelismMaxOfMany = 10_000;
const failedIndexesMaxOfMany = 10_000;

export function validateIndexedLimits(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { completions, parallelism = 0, maxFailedIndexes = 0, backoffLimitPerIndex } = spec;
  const limit = (field: 'parallelism' | 'maxFailedIndexes', max: number | string, circumstances = '') => {
    errors.push(invalidValue(`${path}.${field}`, spec[field], `must be less than or equal to ${max}${circumstances}`));
  };
  if (completions === undefined) errors.push(requiredValue(`${path}.completions`, 'when completion mode is Indexed'));
  if (parallelism > parallelismMax) limit('parallelism', parallelismMax, ' when completion mode is Indexed');
  // Only a count that is there can be above a negative number of completions.
  const bounded = completions !== undefined && spec.maxFailedIndexes !== undefined;
  if (bounded && maxFailedIndexes > completions) limit('maxFailedIndexes', 'completions');
  if (maxFailedIndexes > failedIndexesMax) limit('maxFailedIndexes', failedIndexesMax);
  if (completions === undefined || completions <= completionsManyFrom || backoffLimitPerIndex === undefined) return;
  if (spec.maxFailedIndexes === undefined) {
    const problem = `must be specified when completions is above ${completionsManyFrom}`;
    errors.push(requiredValue(`${path}.maxFailedIndexes`, problem));
  }
  const many = ` when completions are above ${completionsManyFrom} and used with backoff limit per index`;
  if (parallelism > parallelismMaxOfMany) limit('parallelism', parallelismMaxOfMany, many);
  if (maxFailedIndexes > failedIndexesMaxOfMany) limit('maxFailedIndexes', failedIndexesMaxOfMany, many);
}
