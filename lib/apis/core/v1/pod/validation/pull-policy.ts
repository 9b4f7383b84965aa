import { requiredValue, unsupportedValue, type FieldError } from '../../../../meta/v1/field-error.js';

const policies = ['Always', 'IfNotPresent', 'Never'];

export function validatePullPolicy(policy: string | undefined, path: string, errors: FieldError[]): void {
  if (!policy) errors.push(requiredValue(path));
  else if (!policies.includes(policy)) errors.push(unsupportedValue(path, policy, policies));
}
