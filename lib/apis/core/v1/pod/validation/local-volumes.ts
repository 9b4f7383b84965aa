import { invalidValue, requiredValue, unsupportedValue, type FieldError } from '../../../../meta/v1/field-error.js';
import type { KeyToPath } from '../environment.js';
import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  DownwardAPIVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
  SecretVolumeSource,
} from '../volumes.js';
import { validateFieldRef, validateResourceFieldRef } from './environment.js';
import { validateFileMode, validateLocalPath, validateNoBacksteps } from './paths.js';
import { validatePullPolicy } from './pull-policy.js';

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const fileFields = ['metadata.annotations', 'metadata.labels', 'metadata.name', 'metadata.namespace', 'metadata.uid'];

export function validateHostPath(source: HostPathVolumeSource, path: string, errors: FieldError[]): void {
  if (!source.path) {
    errors.push(requiredValue(`${path}.path`));
    return;
  }
  validateNoBacksteps(source.path, `${path}.path`, errors);
  if (source.type === undefined || hostPathTypes.includes(source.type)) return;
  errors.push(unsupportedValue(`${path}.type`, source.type, hostPathTypes));
}

export function validateSecret(source: SecretVolumeSource, path: string, errors: FieldError[]): void {
  if (!source.secretName) errors.push(requiredValue(`${path}.secretName`));
  validateFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  source.items?.forEach((item, i) => validateKeyToPath(item, `${path}.items[${i}]`, errors));
}

export function validateConfigMap(source: ConfigMapVolumeSource, path: string, errors: FieldError[]): void {
  if (!source.name) errors.push(requiredValue(`${path}.name`));
  validateFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  source.items?.forEach((item, i) => validateKeyToPath(item, `${path}.items[${i}]`, errors));
}

export function validateKeyToPath(item: KeyToPath, path: string, errors: FieldError[]): void {
  if (!item.key) errors.push(requiredValue(`${path}.key`));
  if (!item.path) errors.push(requiredValue(`${path}.path`));
  validateLocalPath(item.path ?? '', `${path}.path`, errors);
  validateFileMode(item.mode, `${path}.mode`, errors);
}

export function validateDownwardAPI(source: DownwardAPIVolumeSource, path: string, errors: FieldError[]): void {
  validateFileMode(source.defaultMode, `${path}.defaultMode`, errors);
  // The errors name the source, not the file.
  for (const file of source.items ?? []) validateDownwardAPIFile(file, path, errors);
}

export function validateDownwardAPIFile(file: DownwardAPIVolumeFile, path: string, errors: FieldError[]): void {
  if (!file.path) errors.push(requiredValue(`${path}.path`));
  validateLocalPath(file.path ?? '', `${path}.path`, errors);
  if (file.fieldRef !== undefined) {
    validateFieldRef(file.fieldRef, fileFields, `${path}.fieldRef`, errors);
    if (file.resourceFieldRef !== undefined) {
      const problem = 'fieldRef and resourceFieldRef can not be specified simultaneously';
      errors.push(invalidValue(path, 'resource', problem));
    }
  } else if (file.resourceFieldRef !== undefined) {
    validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, errors, true);
  } else errors.push(requiredValue(path, 'one of fieldRef and resourceFieldRef is required'));
  validateFileMode(file.mode, `${path}.mode`, errors);
}

/** A template may leave the reference to whoever makes pods of it. */
export function validateImage(source: ImageVolumeSource, path: string, errors: FieldError[], isPod: boolean): void {
  if (isPod && !source.reference) errors.push(requiredValue(`${path}.reference`));
  validatePullPolicy(source.pullPolicy, `${path}.pullPolicy`, errors);
}
