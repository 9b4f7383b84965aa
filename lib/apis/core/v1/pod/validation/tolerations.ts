import { forbiddenValue, invalidValue, unsupportedValue, type FieldError } from '../../../../meta/v1/field-error.js';
import { validateLabelName } from '../../../../meta/v1/validation/labels.js';
import { labelValueProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid, semanticallyEqual } from '../../../../meta/v1/validation/rules.js';
import type { Toleration } from '../scheduling.js';
import type { PodOptions } from './options.js';

const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];

export function validateTolerations(
  tolerations: readonly Toleration[],
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  tolerations.forEach((toleration, i) => {
    const at = `${path}[${i}]`;
    const { key = '', operator = '', effect = '', tolerationSeconds } = toleration;
    if (key !== '') validateLabelName(key, `${at}.key`, errors);
    else if (operator !== 'Exists') {
      const problem = 'operator must be Exists when `key` is empty, which means "match all values and all keys"';
      errors.push(invalidValue(`${at}.operator`, operator, problem));
    }
    if (tolerationSeconds !== undefined && effect !== 'NoExecute') {
      const problem = "effect must be 'NoExecute' when `tolerationSeconds` is set";
      errors.push(invalidValue(`${at}.effect`, effect, problem));
    }
    validateOperator(toleration, at, errors, options);
    if (effect !== '' && !effects.includes(effect)) errors.push(unsupportedValue(`${at}.effect`, effect, effects));
  });
}

function validateOperator(
  { operator, value = '' }: Toleration,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  const at = `${path}.operator`;
  const given: string = operator ?? '';
  if (given === 'Equal' || given === '') {
    const problems = labelValueProblems(value);
    if (problems.length > 0) errors.push(invalidValue(at, value, problems.join(';')));
  } else if (given === 'Exists') {
    if (value !== '') errors.push(invalidValue(at, value, "value must be empty when `operator` is 'Exists'"));
  } else if (given !== 'Lt' && given !== 'Gt') errors.push(unsupportedValue(at, given, ['Equal', 'Exists']));
  else if (options.tolerationComparisons) addInvalid(errors, `${path}.value`, value, integerProblems(value));
  else errors.push(unsupportedValue(at, given, ['Equal', 'Exists', 'Lt', 'Gt']));
}

function integerProblems(value: string): string[] {
  if (value === '') return ['must be non-empty', 'strconv.ParseInt: parsing "": invalid syntax'];
  return /^(0|-?[1-9]\d*)$/.test(value) ? [] : ['must be a valid decimal integer in canonical form'];
}

/** Tolerations of a pod may be added and change their seconds, nothing else. */
export function validateAddedTolerations(
  next: readonly Toleration[],
  previous: readonly Toleration[],
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  const kept = (before: Toleration) => {
    const anyTime = ({ tolerationSeconds: _seconds, ...rest }: Toleration) => rest;
    return next.some((after) => semanticallyEqual(anyTime(after), anyTime(before)));
  };
  if (!previous.every(kept)) {
    const problem = 'existing toleration can not be modified except its tolerationSeconds';
    errors.push(forbiddenValue(path, problem));
    return;
  }
  validateTolerations(next, path, errors, options);
}
