import type { FieldError } from '../../../meta/v1/field-error.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import type { ServiceAccount } from './types.js';

export function validateServiceAccount(serviceAccount: ServiceAccount): FieldError[] {
  return validateObjectMeta(serviceAccount.metadata, { namespaced: true });
}

export function validateServiceAccountUpdate(next: ServiceAccount, previous: ServiceAccount): FieldError[] {
  return [...validateObjectMetaUpdate(next.metadata, previous.metadata), ...validateServiceAccount(next)];
}
