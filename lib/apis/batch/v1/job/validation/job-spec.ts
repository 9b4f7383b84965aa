import {
  invalidValue,
  PrintedValue,
  requiredValue,
  tooLongValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import { dnsSubdomainProblems, isUrlPath, pathMessage } from '../../../../meta/v1/validation/names.js';
import { addInvalid, checkNonnegative } from '../../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../../internal-form.js';
import type { PodTemplateSpec } from '../../../../core/v1/pod/types.js';
import { validatePodTemplateSpec } from '../../../../core/v1/pod/validation.js';
import { successPolicy, type JobSpec } from '../types.js';
import { validateIndexedLimits } from './indexed-limits.js';
import { validatePodFailurePolicy } from './pod-failure-policy.js';
import { validateSuccessPolicy } from './success-policy.js';

const managedByMax = 63;

/** The rules of a JobSpec that also hold for a CronJob's template. `previousTemplate`: of the spec this one replaces. */
export function validateJobSpecForm(
  spec: JobSpec,
  path: string,
  errors: FieldError[],
  previousTemplate?: PodTemplateSpec,
): void {
  for (const field of [
    'parallelism',
    'completions',
    'activeDeadlineSeconds',
    'backoffLimit',
    'ttlSecondsAfterFinished',
    'backoffLimitPerIndex',
    'maxFailedIndexes',
  ] as const) {
    checkNonnegative(spec[field], `${path}.${field}`, errors);
  }
  if (spec.maxFailedIndexes !== undefined && spec.backoffLimitPerIndex === undefined) {
    errors.push(requiredValue(`${path}.backoffLimitPerIndex`, 'when maxFailedIndexes is specified'));
  }
  if (spec.managedBy !== undefined) validateManagedBy(spec.managedBy, `${path}.managedBy`, errors);
  validateCompletionMode(spec, path, errors);
  if (spec.podFailurePolicy !== undefined) validatePodFailurePolicy(spec, `${path}.podFailurePolicy`, errors);
  if (spec.successPolicy !== undefined) {
    if (spec.completionMode === 'Indexed') validateSuccessPolicy(spec, `${path}.successPolicy`, errors);
    else {
      const printed = new PrintedValue(printInternal(successPolicy, spec.successPolicy));
      errors.push(invalidValue(`${path}.successPolicy`, printed, 'requires indexed completion mode'));
    }
  }
  validatePodReplacementPolicy(spec, `${path}.podReplacementPolicy`, errors);
  validatePodTemplateSpec(spec.template ?? {}, `${path}.template`, errors, previousTemplate);
  validateRestartPolicy(spec, `${path}.template.spec.restartPolicy`, errors);
}

function validateCompletionMode(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { completionMode: mode = 'NonIndexed' } = spec;
  if (mode === 'Indexed') validateIndexedLimits(spec, path, errors);
  else if (mode !== 'NonIndexed') {
    errors.push(unsupportedValue(`${path}.completionMode`, mode, ['NonIndexed', 'Indexed']));
  } else {
    for (const field of ['backoffLimitPerIndex', 'maxFailedIndexes'] as const) {
      const value = spec[field];
      if (value !== undefined) {
        errors.push(invalidValue(`${path}.${field}`, value, 'requires indexed completion mode'));
      }
    }
  }
}

/** `domain/path`, such as `kueue.x-k8s.io/multikueue`. */
function validateManagedBy(managedBy: string, path: string, errors: FieldError[]): void {
  const slash = managedBy.indexOf('/');
  const [domain, rest] = [managedBy.slice(0, Math.max(slash, 0)), managedBy.slice(slash + 1)];
  if (managedBy === '') errors.push(requiredValue(path));
  else if (domain === '' || rest === '') {
    errors.push(invalidValue(path, managedBy, 'must be a domain-prefixed path (such as "acme.io/foo")'));
  } else {
    addInvalid(errors, path, domain, dnsSubdomainProblems(domain));
    if (!isUrlPath(rest)) errors.push(invalidValue(path, rest, pathMessage));
  }
  if (byteLength(managedBy) > managedByMax) errors.push(tooLongValue(path, managedByMax));
}

/** A pod failure policy judges pods that have ended, so that only those may be replaced. */
function validatePodReplacementPolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const { podReplacementPolicy: policy } = spec;
  const supported = spec.podFailurePolicy === undefined ? ['Failed', 'TerminatingOrFailed'] : ['Failed'];
  if (policy !== undefined && !supported.includes(policy)) errors.push(unsupportedValue(path, policy, supported));
}

function validateRestartPolicy(spec: JobSpec, path: string, errors: FieldError[]): void {
  const policy: string = spec.template?.spec?.restartPolicy ?? '';
  if (policy === 'Always' || policy === '') {
    errors.push(requiredValue(path, 'valid values: "OnFailure", "Never"'));
  } else if (policy !== 'OnFailure' && policy !== 'Never') {
    errors.push(unsupportedValue(path, policy, ['OnFailure', 'Never']));
  } else if (spec.podFailurePolicy !== undefined && policy !== 'Never') {
    errors.push(invalidValue(path, policy, 'only "Never" is supported when podFailurePolicy is specified'));
  }
}
