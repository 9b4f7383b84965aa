import { invalidValue, type FieldError } from '../../../meta/v1/field-error.js';
import { labelName, qualifiedNameProblems } from '../../../meta/v1/validation/names.js';
import {
  validateObjectMeta,
  validateObjectMetaUpdate,
  validateStandardFinalizer,
} from '../../../meta/v1/validation/object-meta.js';
import { addInvalid } from '../../../meta/v1/validation/rules.js';
import type { Namespace } from './types.js';

export function validateNamespace(namespace: Namespace): FieldError[] {
  const errors = validateObjectMeta(namespace.metadata, { namespaced: false, nameRule: labelName });
  for (const finalizer of namespace.spec.finalizers ?? []) validateFinalizer(finalizer, 'spec.finalizers', errors);
  return errors;
}

export function validateNamespaceUpdate(next: Namespace, previous: Namespace): FieldError[] {
  return validateObjectMetaUpdate(next.metadata, previous.metadata);
}

/** The phase says whether the namespace is being deleted, nothing else. */
export function validateNamespaceStatusUpdate(next: Namespace, previous: Namespace): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  const deleted = next.metadata.deletionTimestamp !== undefined;
  const expected = deleted ? 'Terminating' : 'Active';
  const phase = next.status.phase ?? '';
  if (phase === expected) return errors;
  const when = deleted ? '`deletionTimestamp` is not empty' : '`deletionTimestamp` is empty';
  errors.push(invalidValue('status.Phase', phase, `may only be '${expected}' if ${when}`));
  return errors;
}

/** `spec.finalizers`: what must be done before the namespace goes. */
export function validateNamespaceFinalizeUpdate(next: Namespace, previous: Namespace): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  next.spec.finalizers?.forEach((finalizer, i) => validateFinalizer(finalizer, `spec.finalizers[${i}]`, errors));
  return errors;
}

function validateFinalizer(finalizer: string, path: string, errors: FieldError[]): void {
  addInvalid(errors, path, finalizer, qualifiedNameProblems(finalizer));
  validateStandardFinalizer(finalizer, path, errors);
}
