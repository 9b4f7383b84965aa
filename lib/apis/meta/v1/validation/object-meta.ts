import {
  forbiddenValue,
  invalidValue,
  PrintedValue,
  requiredValue,
  tooLongValue,
  type FieldError,
} from '../field-error.js';
import { byteLength, goJson, goQuote } from '../go-text.js';
import type { ObjectMeta, OwnerReference } from '../types.js';
import { validateAnnotations, validateLabels } from './labels.js';
import { labelName, qualifiedNameProblems, subdomainName, type NameRule } from './names.js';
import { addInvalid, checkImmutable, checkNonnegative } from './rules.js';

export interface ObjectMetaOptions {
  readonly namespaced: boolean;
  /** A DNS subdomain unless said otherwise. */
  readonly nameRule?: NameRule;
  /** Where the metadata lie: `metadata` unless said otherwise. */
  readonly path?: string;
}

/** Finalizers that need no domain. */
const standardFinalizers = new Set(['kubernetes', 'orphan', 'foregroundDeletion']);

/** The metadata of a new object, whose name has been generated if it was to be. */
export function validateObjectMeta(meta: ObjectMeta, options: ObjectMetaOptions): FieldError[] {
  const errors = validateCommonMeta(meta, options);
  validateStandardFinalizers(meta, options.path ?? 'metadata', errors);
  return errors;
}

/** The rules of every kind's metadata, which the registry keeps; most kinds' own have one more. */
export function validateCommonMeta(meta: ObjectMeta, options: ObjectMetaOptions): FieldError[] {
  const errors: FieldError[] = [];
  const { nameRule = subdomainName, path = 'metadata', namespaced } = options;
  if (meta.generateName)
    addInvalid(errors, `${path}.generateName`, meta.generateName, nameRule(meta.generateName, true));
  if (!meta.name) errors.push(requiredValue(`${path}.name`, 'name or generateName is required'));
  else addInvalid(errors, `${path}.name`, meta.name, nameRule(meta.name));
  if (namespaced) {
    if (!meta.namespace) errors.push(requiredValue(`${path}.namespace`));
    else addInvalid(errors, `${path}.namespace`, meta.namespace, labelName(meta.namespace));
  } else if (meta.namespace) errors.push(forbiddenValue(`${path}.namespace`, 'not allowed on this type'));
  checkNonnegative(meta.generation, `${path}.generation`, errors);
  validateLabels(meta.labels, `${path}.labels`, errors);
  validateAnnotations(meta.annotations, `${path}.annotations`, errors);
  validateOwnerReferences(meta.ownerReferences ?? [], `${path}.ownerReferences`, errors);
  validateFinalizers(meta.finalizers ?? [], `${path}.finalizers`, errors);
  validateManagedFields(meta, `${path}.managedFields`, errors);
  return errors;
}

/** What a change of an object may do to its metadata. */
export function validateObjectMetaUpdate(next: ObjectMeta, previous: ObjectMeta): FieldError[] {
  const errors = validateCommonMetaUpdate(next, previous);
  validateStandardFinalizers(next, 'metadata', errors);
  return errors;
}

/** The rules of every kind, which the registry keeps. */
export function validateCommonMetaUpdate(next: ObjectMeta, previous: ObjectMeta): FieldError[] {
  const errors: FieldError[] = [];
  const path = 'metadata';
  if (previous.deletionTimestamp !== undefined) refuseNewFinalizers(next, previous, `${path}.finalizers`, errors);
  if (!next.resourceVersion) {
    errors.push(invalidValue(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  if ((next.generation ?? 0) < (previous.generation ?? 0)) {
    errors.push(invalidValue(`${path}.generation`, next.generation ?? 0, 'must not be decremented'));
  }
  for (const field of ['name', 'namespace', 'uid'] as const) {
    checkImmutable(next[field] ?? '', previous[field] ?? '', `${path}.${field}`, errors);
  }
  for (const field of ['creationTimestamp', 'deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    checkImmutable(next[field], previous[field], `${path}.${field}`, errors);
  }
  validateLabels(next.labels, `${path}.labels`, errors);
  validateAnnotations(next.annotations, `${path}.annotations`, errors);
  validateOwnerReferences(next.ownerReferences ?? [], `${path}.ownerReferences`, errors);
  validateManagedFields(next, `${path}.managedFields`, errors);
  return errors;
}

function refuseNewFinalizers(next: ObjectMeta, previous: ObjectMeta, path: string, errors: FieldError[]): void {
  const known = new Set(previous.finalizers);
  const added = [...new Set(next.finalizers)].filter((finalizer) => !known.has(finalizer)).sort();
  if (added.length === 0) return;
  const list = `[]string{${added.map(goQuote).join(', ')}}`;
  const reason = 'no new finalizers can be added if the object is being deleted, found new finalizers';
  errors.push(forbiddenValue(path, `${reason} ${list}`));
}

function validateOwnerReferences(references: readonly OwnerReference[], path: string, errors: FieldError[]): void {
  let controller: string | undefined;
  for (const reference of references) {
    validateOwnerReference(reference, path, errors);
    if (reference.controller !== true) continue;
    const name = `${reference.kind}/${reference.name}`;
    if (controller === undefined) controller = name;
    else {
      const all = new PrintedValue(`[${references.map(printedOwner).join(',')}]`);
      const rule = 'Only one reference can have Controller set to true.';
      errors.push(invalidValue(path, all, `${rule} Found "true" in references for ${controller} and ${name}`));
    }
  }
}

function validateOwnerReference(reference: OwnerReference, path: string, errors: FieldError[]): void {
  const { apiVersion, kind, name, uid } = reference;
  const parts = apiVersion.split('/');
  // More than one slash names no version at all.
  const version = parts.length > 2 ? '' : (parts.at(-1) ?? '');
  if (version === '') errors.push(invalidValue(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
  if (!kind) errors.push(invalidValue(`${path}.kind`, '', 'must not be empty'));
  if (!name) errors.push(invalidValue(`${path}.name`, '', 'must not be empty'));
  if (!uid) errors.push(invalidValue(`${path}.uid`, '', 'must not be empty'));
  if (apiVersion === 'v1' && kind === 'Event') {
    const printed = new PrintedValue(printedOwner(reference));
    errors.push(invalidValue(path, printed, '/v1, Kind=Event is disallowed from being an owner'));
  }
}

function printedOwner({ apiVersion, kind, name, uid, controller, blockOwnerDeletion }: OwnerReference): string {
  return goJson({ apiVersion, kind, name, uid, controller, blockOwnerDeletion });
}

function validateFinalizers(finalizers: readonly string[], path: string, errors: FieldError[]): void {
  for (const finalizer of finalizers) addInvalid(errors, path, finalizer, qualifiedNameProblems(finalizer));
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    errors.push(invalidValue(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'));
  }
}

/** A finalizer without a domain must be one of Kubernetes' own. */
export function validateStandardFinalizer(finalizer: string, path: string, errors: FieldError[]): void {
  if (finalizer.includes('/') || standardFinalizers.has(finalizer)) return;
  const problem = 'name is neither a standard finalizer name nor is it fully qualified';
  errors.push(invalidValue(path, finalizer, problem));
}

function validateStandardFinalizers(meta: ObjectMeta, path: string, errors: FieldError[]): void {
  meta.finalizers?.forEach((finalizer, i) => {
    validateStandardFinalizer(finalizer, `${path}.finalizers[${i}]`, errors);
  });
}

function validateManagedFields(meta: ObjectMeta, path: string, errors: FieldError[]): void {
  meta.managedFields?.forEach((entry, i) => {
    const at = `${path}[${i}]`;
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      errors.push(invalidValue(`${at}.operation`, entry.operation ?? '', 'must be `Apply` or `Update`'));
    }
    if (entry.fieldsType && entry.fieldsType !== 'FieldsV1') {
      errors.push(invalidValue(`${at}.fieldsType`, entry.fieldsType, 'must be `FieldsV1`'));
    }
    if (byteLength(entry.manager ?? '') > 128) errors.push(tooLongValue(`${at}.manager`, 128));
    if (byteLength(entry.subresource ?? '') > 256) errors.push(tooLongValue(`${at}.subresource`, 256));
  });
}
