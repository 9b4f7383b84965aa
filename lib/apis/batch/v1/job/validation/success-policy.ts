import {
  invalidValue,
  requiredValue,
  tooLongValue,
  tooManyValues,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import { checkNonnegative } from '../../../../meta/v1/validation/rules.js';
import type { JobSpec, SuccessPolicyRule } from '../types.js';
import { readIndexes } from './index-text.js';

const rulesMax = 20;
const indexesBytesMax = 64 * 1024;

/** Of an indexed Job. */
export function validateSuccessPolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const rules = spec.successPolicy?.rules ?? [];
  if (rules.length === 0) {
    const problem = 'at least one rules must be specified when the successPolicy is specified';
    errors.push(requiredValue(`${path}.rules`, problem));
  }
  if (rules.length > rulesMax) errors.push(tooManyValues(`${path}.rules`, rules.length, rulesMax));
  rules.forEach((rule, i) => validateRule(rule, spec.completions ?? 0, `${path}.rules[${i}]`, errors));
}

function validateRule(rule: SuccessPolicyRule, completions: number, path: string, errors: FieldError[]): void {
  const { succeededCount: count, succeededIndexes: text } = rule;
  if (count === undefined && text === undefined) {
    const problem = 'at least one of succeededCount or succeededIndexes must be specified';
    errors.push(requiredValue(path, problem));
  }
  const indexes =
    text === undefined ? undefined : validateIndexes(text, completions, `${path}.succeededIndexes`, errors);
  if (count === undefined) return;
  const at = `${path}.succeededCount`;
  checkNonnegative(count, at, errors);
  const atMost = (max: number, what: string) => {
    if (count > max)
      errors.push(invalidValue(at, count, `must be less than or equal to ${max} (the number of ${what})`));
  };
  atMost(completions, 'specified completions');
  if (indexes !== undefined) atMost(indexes, 'indexes in the specified succeededIndexes field');
}

/** How many indexes the text names: none if it cannot be read. */
function validateIndexes(text: string, completions: number, path: string, errors: FieldError[]): number {
  if (byteLength(text) > indexesBytesMax) errors.push(tooLongValue(path, indexesBytesMax));
  const read = readIndexes(text, completions);
  if (typeof read === 'number') return read;
  errors.push(invalidValue(path, text, `error parsing succeededIndexes: ${read.problem}`));
  return 0;
}
