import {
  forbiddenValue,
  invalidValue,
  PrintedValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { parseQuantity } from '../../../../meta/v1/quantity.js';
import { validateAnnotations, validateLabels, validateLabelSelector } from '../../../../meta/v1/validation/labels.js';
import { dnsSubdomainProblems, labelName, subdomainName } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { ObjectMeta } from '../../../../meta/v1/types.js';
import type { TypedObjectReference } from '../../references.js';
import type { PersistentVolumeClaimSpec, PersistentVolumeClaimTemplate } from '../volumes.js';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const volumeModes = ['Block', 'Filesystem'];

/** In the order of Kubernetes' struct; a template has labels and annotations, nothing else. */
const otherMetaFields = [
  'name',
  'generateName',
  'namespace',
  'selfLink',
  'uid',
  'resourceVersion',
  'generation',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
  'managedFields',
] as const;

export function validateClaimTemplate(
  template: PersistentVolumeClaimTemplate,
  path: string,
  errors: FieldError[],
): void {
  const meta: ObjectMeta = template.metadata ?? {};
  validateAnnotations(meta.annotations, `${path}.metadata.annotations`, errors);
  validateLabels(meta.labels, `${path}.metadata.labels`, errors);
  for (const field of otherMetaFields) {
    const value = meta[field];
    if (!value || (Array.isArray(value) && value.length === 0)) continue;
    // Go's name with its first letter lowered.
    const name = field === 'uid' ? 'uID' : field;
    errors.push(forbiddenValue(`${path}.metadata.${name}`, 'cannot be set'));
  }
  validateClaimSpec(template.spec ?? {}, `${path}.spec`, errors);
}

function validateClaimSpec(spec: PersistentVolumeClaimSpec, path: string, errors: FieldError[]): void {
  validateAccessModes(spec, path, errors);
  const storage = spec.resources?.requests?.['storage'];
  const storagePath = `${path}.resources[storage]`;
  if (storage === undefined) errors.push(requiredValue(storagePath));
  else if (parseQuantity(storage).value <= 0n) {
    errors.push(invalidValue(storagePath, storage, 'must be greater than zero'));
  }
  if (spec.storageClassName) {
    addInvalid(errors, `${path}.storageClassName`, spec.storageClassName, subdomainName(spec.storageClassName));
  }
  if (spec.volumeMode !== undefined && !volumeModes.includes(spec.volumeMode)) {
    errors.push(unsupportedValue(`${path}.volumeMode`, spec.volumeMode, volumeModes));
  }
  if (spec.dataSource !== undefined) validateDataSource(spec.dataSource, `${path}.dataSource`, errors);
  if (spec.dataSourceRef !== undefined) validateDataSource(spec.dataSourceRef, `${path}.dataSourceRef`, errors);
  validateBothSources(spec, path, errors);
  const attributes = spec.volumeAttributesClassName;
  if (attributes) addInvalid(errors, `${path}.volumeAttributesClassName`, attributes, subdomainName(attributes));
}

function validateAccessModes(spec: PersistentVolumeClaimSpec, path: string, errors: FieldError[]): void {
  const modes = spec.accessModes ?? [];
  if (modes.length === 0) errors.push(requiredValue(`${path}.accessModes`, 'at least 1 access mode is required'));
  validateLabelSelector(spec.selector, `${path}.selector`, errors);
  for (const mode of modes) {
    if (!accessModes.includes(mode)) errors.push(unsupportedValue(`${path}.accessModes`, mode, accessModes));
  }
  const known = modes.filter((mode) => accessModes.includes(mode));
  if (known.includes('ReadWriteOncePod') && known.some((mode) => mode !== 'ReadWriteOncePod')) {
    const problem = 'may not use ReadWriteOncePod with other access modes';
    errors.push(forbiddenValue(`${path}.accessModes`, problem));
  }
}

function validateDataSource(source: TypedObjectReference, path: string, errors: FieldError[]): void {
  if (!source.name) errors.push(requiredValue(`${path}.name`));
  if (!source.kind) errors.push(requiredValue(`${path}.kind`));
  if (source.apiGroup) {
    addInvalid(errors, `${path}.apiGroup`, source.apiGroup, dnsSubdomainProblems(source.apiGroup));
  } else if (source.kind !== 'PersistentVolumeClaim') {
    const problem = "must be 'PersistentVolumeClaim' when referencing the default apiGroup";
    errors.push(invalidValue(path, source.kind ?? '', problem));
  }
  if (source.namespace) addInvalid(errors, `${path}.namespace`, source.namespace, labelName(source.namespace));
}

function validateBothSources(
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
  path: string,
  errors: FieldError[],
): void {
  if (dataSource === undefined || dataSourceRef === undefined) return;
  // The message prints a path where others print a value.
  const printed = new PrintedValue('{}');
  if (dataSourceRef.namespace) {
    const problem = 'may not be specified when dataSourceRef.namespace is specified';
    errors.push(invalidValue(path, printed, problem));
  } else if ((['apiGroup', 'kind', 'name'] as const).some((field) => dataSource[field] !== dataSourceRef[field])) {
    errors.push(invalidValue(path, printed, 'must match dataSourceRef'));
  }
}
