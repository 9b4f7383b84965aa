import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import type { LabelSelector } from '../../../../meta/v1/types.js';
import { validateLabelName, validateLabelSelector } from '../../../../meta/v1/validation/labels.js';
import type { TopologySpreadConstraint } from '../scheduling.js';
import type { PodOptions } from './options.js';

const actions = ['DoNotSchedule', 'ScheduleAnyway'];
const inclusionPolicies = ['Honor', 'Ignore'];

export function validateTopologySpreadConstraints(
  constraints: readonly TopologySpreadConstraint[],
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  constraints.forEach((constraint, i) => {
    const at = `${path}[${i}]`;
    validateConstraint(constraint, constraints.slice(i + 1), at, errors);
    const { labelSelector, matchLabelKeys } = constraint;
    if (options.legacyMatchLabelKeys) {
      validateLegacyMatchLabelKeys(`${at}.matchLabelKeys`, matchLabelKeys, labelSelector, errors);
    } else validateMatchLabelKeys(at, matchLabelKeys, undefined, labelSelector, errors);
    if (!options.invalidSpreadSelector) validateLabelSelector(labelSelector, `${at}.labelSelector`, errors);
  });
}

function validateConstraint(
  constraint: TopologySpreadConstraint,
  others: readonly TopologySpreadConstraint[],
  path: string,
  errors: FieldError[],
): void {
  const { maxSkew = 0, topologyKey = '', whenUnsatisfiable = '', minDomains } = constraint;
  if (maxSkew <= 0) errors.push(invalidValue(`${path}.maxSkew`, maxSkew, 'must be greater than zero'));
  if (topologyKey === '') errors.push(requiredValue(`${path}.topologyKey`, 'can not be empty'));
  if (!actions.includes(whenUnsatisfiable)) {
    errors.push(unsupportedValue(`${path}.whenUnsatisfiable`, whenUnsatisfiable, actions));
  }
  const same = (other: TopologySpreadConstraint) =>
    (other.topologyKey ?? '') === topologyKey && (other.whenUnsatisfiable ?? '') === whenUnsatisfiable;
  if (others.some(same)) {
    const pair = `{${topologyKey}, ${whenUnsatisfiable}}`;
    errors.push(duplicateValue(`${path}.{topologyKey, whenUnsatisfiable}`, pair));
  }
  if (minDomains !== undefined) checkMinDomains(minDomains, whenUnsatisfiable, `${path}.minDomains`, errors);
  for (const field of ['nodeAffinityPolicy', 'nodeTaintsPolicy'] as const) {
    const policy = constraint[field];
    if (policy === undefined || inclusionPolicies.includes(policy)) continue;
    errors.push(unsupportedValue(`${path}.${field}`, policy, inclusionPolicies));
  }
}

function checkMinDomains(minDomains: number, action: string, path: string, errors: FieldError[]): void {
  if (minDomains <= 0) errors.push(invalidValue(path, minDomains, 'must be greater than zero'));
  if (action === 'DoNotSchedule') return;
  const problem = `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`;
  errors.push(invalidValue(path, minDomains, problem));
}

/** `matchLabelKeys` and `mismatchLabelKeys` of a constraint or of an affinity term at `path`. */
export function validateMatchLabelKeys(
  path: string,
  matchKeys: readonly string[] = [],
  mismatchKeys: readonly string[] = [],
  selector: LabelSelector | undefined,
  errors: FieldError[],
): void {
  validateKeys(`${path}.matchLabelKeys`, matchKeys, selector, errors);
  validateKeys(`${path}.mismatchLabelKeys`, mismatchKeys, selector, errors);
  const selected = new Set(Object.keys(selector?.matchLabels ?? {}));
  for (const { key } of selector?.matchExpressions ?? []) {
    const i = matchKeys.lastIndexOf(key);
    if (i >= 0 && selected.has(key)) {
      errors.push(invalidValue(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
    }
    selected.add(key);
  }
  matchKeys.forEach((key, i) => {
    if (!mismatchKeys.includes(key)) return;
    const problem = 'exists in both matchLabelKeys and mismatchLabelKeys';
    errors.push(invalidValue(`${path}.matchLabelKeys[${i}]`, key, problem));
  });
}

function validateKeys(
  path: string,
  keys: readonly string[],
  selector: LabelSelector | undefined,
  errors: FieldError[],
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.push(forbiddenValue(path, 'must not be specified when labelSelector is not set'));
  } else keys.forEach((key, i) => validateLabelName(key, `${path}[${i}]`, errors));
}

function validateLegacyMatchLabelKeys(
  path: string,
  keys: readonly string[] = [],
  selector: LabelSelector | undefined,
  errors: FieldError[],
): void {
  if (keys.length === 0) return;
  if (selector === undefined) {
    errors.push(forbiddenValue(path, 'must not be specified when labelSelector is not set'));
  }
  const selected = new Set([
    ...Object.keys(selector?.matchLabels ?? {}),
    ...(selector?.matchExpressions ?? []).map(({ key }) => key),
  ]);
  keys.forEach((key, i) => {
    validateLabelName(key, `${path}[${i}]`, errors);
    if (!selected.has(key)) return;
    errors.push(invalidValue(`${path}[${i}]`, key, 'exists in both matchLabelKeys and labelSelector'));
  });
}
