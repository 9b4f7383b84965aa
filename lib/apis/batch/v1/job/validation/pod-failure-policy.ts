import {
  duplicateValue,
  invalidValue,
  omittedValue,
  requiredValue,
  tooManyValues,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { goQuote } from '../../../../meta/v1/go-text.js';
import { qualifiedNameProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type {
  JobSpec,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from '../types.js';

const rulesMax = 20;
const patternsMax = 20;
const exitCodesMax = 255;

const actions = ['Count', 'FailIndex', 'FailJob', 'Ignore'];
const operators = ['In', 'NotIn'];
const statuses = ['False', 'True', 'Unknown'];

export function validatePodFailurePolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const rules = spec.podFailurePolicy?.rules ?? [];
  if (rules.length > rulesMax) errors.push(tooManyValues(`${path}.rules`, rules.length, rulesMax));
  const { containers = [], initContainers = [] } = spec.template?.spec ?? {};
  const names = new Set([...containers, ...initContainers].map(({ name }) => name ?? ''));
  rules.forEach((rule, i) => {
    const at = `${path}.rules[${i}]`;
    validateAction(rule, spec, `${at}.action`, errors);
    validateRule(rule, names, at, errors);
  });
}

function validValues(values: readonly string[]): string {
  return `valid values: [${values.map(goQuote).join(' ')}]`;
}

function validateAction({ action }: PodFailurePolicyRule, spec: JobSpec, path: string, errors: FieldError[]): void {
  if (!action) errors.push(requiredValue(path, validValues(actions)));
  else if (!actions.includes(action)) errors.push(unsupportedValue(path, action, actions));
  else if (action === 'FailIndex' && spec.backoffLimitPerIndex === undefined) {
    errors.push(invalidValue(path, action, 'requires the backoffLimitPerIndex to be set'));
  }
}

function validateRule(
  { onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  names: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  if (onExitCodes !== undefined) validateExitCodes(onExitCodes, names, `${path}.onExitCodes`, errors);
  if (onPodConditions.length > 0) validatePatterns(onPodConditions, `${path}.onPodConditions`, errors);
  const count = (onExitCodes === undefined ? 0 : 1) + (onPodConditions.length === 0 ? 0 : 1);
  if (count === 1) return;
  const problem =
    count === 2
      ? 'specifying both OnExitCodes and OnPodConditions is not supported'
      : 'specifying one of OnExitCodes and OnPodConditions is required';
  errors.push(invalidValue(path, omittedValue, problem));
}

function validateExitCodes(
  requirement: PodFailurePolicyOnExitCodesRequirement,
  names: ReadonlySet<string>,
  path: string,
  errors: FieldError[],
): void {
  const { operator, containerName } = requirement;
  if (!operator) errors.push(requiredValue(`${path}.operator`, validValues(operators)));
  else if (!operators.includes(operator)) errors.push(unsupportedValue(`${path}.operator`, operator, operators));
  if (containerName !== undefined && !names.has(containerName)) {
    const problem = 'must be one of the container or initContainer names in the pod template';
    errors.push(invalidValue(`${path}.containerName`, containerName, problem));
  }
  validateCodes(requirement, `${path}.values`, errors);
}

/** Codes are sorted and each is there once; with `In` success is none of them. */
function validateCodes(
  { operator, values: given }: PodFailurePolicyOnExitCodesRequirement,
  path: string,
  errors: FieldError[],
): void {
  const values = given ?? [];
  if (values.length === 0) errors.push(invalidValue(path, given, 'at least one value is required'));
  else if (values.length > exitCodesMax) errors.push(tooManyValues(path, values.length, exitCodesMax));
  const seen = new Set<number>();
  values.forEach((value, i) => {
    if (operator === 'In' && value === 0) {
      errors.push(invalidValue(`${path}[${i}]`, value, 'must not be 0 for the In operator'));
    }
    if (seen.has(value)) errors.push(duplicateValue(`${path}[${i}]`, value));
    seen.add(value);
  });
  if (values.some((value, i) => i > 0 && (values[i - 1] ?? 0) > value)) {
    errors.push(invalidValue(path, values, 'must be ordered'));
  }
}

function validatePatterns(
  patterns: readonly PodFailurePolicyOnPodConditionsPattern[],
  path: string,
  errors: FieldError[],
): void {
  if (patterns.length > patternsMax) errors.push(tooManyValues(path, patterns.length, patternsMax));
  patterns.forEach(({ type = '', status }, i) => {
    addInvalid(errors, `${path}[${i}].type`, type, qualifiedNameProblems(type));
    const at = `${path}[${i}].status`;
    if (!status) errors.push(requiredValue(at, validValues(statuses)));
    else if (!statuses.includes(status)) errors.push(unsupportedValue(at, status, statuses));
  });
}
