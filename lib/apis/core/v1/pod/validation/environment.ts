import {
  invalidValue,
  notFoundValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { parseQuantity } from '../../../../meta/v1/quantity.js';
import {
  configMapKeyProblems,
  dnsLabelProblems,
  environmentNameProblems,
  qualifiedNameProblems,
  subdomainName,
} from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type {
  ConfigMapKeySelector,
  EnvFromSource,
  EnvVar,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../environment.js';
import type { PodSpec } from '../types.js';
import { allContainers } from './containers-of.js';
import { validateNoBacksteps } from './paths.js';

const environmentFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** The fields that can be written down at all; each place takes some of them. */
const knownFields = new Set([
  ...environmentFields,
  'metadata.annotations',
  'metadata.labels',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);
const resourceFields = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const byteDivisors = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function validateEnv(variables: readonly EnvVar[], path: string, errors: FieldError[]): void {
  variables.forEach((variable, i) => {
    const at = `${path}[${i}]`;
    if (!variable.name) errors.push(requiredValue(`${at}.name`));
    else addInvalid(errors, `${at}.name`, variable.name, environmentNameProblems(variable.name));
    if (variable.valueFrom !== undefined) validateValueFrom(variable, `${at}.valueFrom`, errors);
  });
}

function validateValueFrom({ value, valueFrom = {} }: EnvVar, path: string, errors: FieldError[]): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = valueFrom;
  if (fieldRef !== undefined) validateFieldRef(fieldRef, environmentFields, `${path}.fieldRef`, errors);
  if (resourceFieldRef !== undefined) validateResourceFieldRef(resourceFieldRef, `${path}.resourceFieldRef`, errors);
  if (configMapKeyRef !== undefined) validateKeyRef(configMapKeyRef, `${path}.configMapKeyRef`, errors);
  if (secretKeyRef !== undefined) validateKeyRef(secretKeyRef, `${path}.secretKeyRef`, errors);
  if (fileKeyRef !== undefined) validateFileKeyRef(fileKeyRef, `${path}.fileKeyRef`, errors);
  const sources = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef];
  const count = sources.filter((source) => source !== undefined).length;
  if (count === 0) {
    const kinds = '`fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
    errors.push(invalidValue(path, '', `must specify one of: ${kinds}`));
  } else if (value) errors.push(invalidValue(path, '', 'may not be specified when `value` is not empty'));
  else if (count > 1) errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
}

/** `fields`: what may be referred to here, sorted. */
export function validateFieldRef(
  ref: ObjectFieldSelector,
  fields: readonly string[],
  path: string,
  errors: FieldError[],
): void {
  if (!ref.apiVersion) errors.push(requiredValue(`${path}.apiVersion`));
  else if (!ref.fieldPath) errors.push(requiredValue(`${path}.fieldPath`));
  else {
    const subscripted = /^(.+?)\['(.*)'\]$/s.exec(ref.fieldPath);
    const problem = unknownField(ref.apiVersion, ref.fieldPath, subscripted?.[1]);
    if (problem !== undefined) {
      errors.push(invalidValue(`${path}.fieldPath`, ref.fieldPath, `error converting fieldPath: ${problem}`));
    } else if (subscripted !== null) {
      const [, field, key = ''] = subscripted;
      // Annotations may be in any case.
      const name = field === 'metadata.annotations' ? key.toLowerCase() : key;
      addInvalid(errors, path, name, qualifiedNameProblems(name));
    } else {
      const field = ref.fieldPath === 'spec.host' ? 'spec.nodeName' : ref.fieldPath;
      if (!fields.includes(field)) errors.push(unsupportedValue(`${path}.fieldPath`, field, fields));
    }
  }
}

function unknownField(apiVersion: string, fieldPath: string, subscripted: string | undefined): string | undefined {
  if (apiVersion !== 'v1') return `unsupported pod version: ${apiVersion}`;
  if (subscripted !== undefined) {
    const known = subscripted === 'metadata.annotations' || subscripted === 'metadata.labels';
    return known ? undefined : `field label does not support subscript: ${fieldPath}`;
  }
  return knownFields.has(fieldPath) || fieldPath === 'spec.host'
    ? undefined
    : `field label not supported: ${fieldPath}`;
}

/** `ofVolume`: files say which container they mean. */
export function validateResourceFieldRef(
  ref: ResourceFieldSelector,
  path: string,
  errors: FieldError[],
  ofVolume = false,
): void {
  const { resource } = ref;
  const pages = /^(requests|limits)\.hugepages-/.test(resource ?? '');
  if (ofVolume && !ref.containerName) errors.push(requiredValue(`${path}.containerName`));
  else if (!resource) errors.push(requiredValue(`${path}.resource`));
  else if (!resourceFields.includes(resource) && !pages) {
    errors.push(unsupportedValue(`${path}.resource`, resource, resourceFields));
  }
  const divisor = parseQuantity(ref.divisor || '0');
  if (divisor.value === 0n) return;
  const kind = pages ? 'hugepages' : divisorKinds.get(resource ?? '');
  const allowed = kind === 'cpu' ? ['1m', '1'] : byteDivisors;
  if (kind === undefined || allowed.includes(divisor.text)) return;
  const list = kind === 'cpu' ? '1m and 1' : byteDivisors.join(', ');
  const problem = `only divisor's values ${list} are supported with the ${kind} resource`;
  errors.push(invalidValue(`${path}.divisor`, resource ?? '', problem));
}

const divisorKinds = new Map([
  ['limits.cpu', 'cpu'],
  ['requests.cpu', 'cpu'],
  ['limits.memory', 'memory'],
  ['requests.memory', 'memory'],
  ['limits.ephemeral-storage', 'local ephemeral storage'],
  ['requests.ephemeral-storage', 'local ephemeral storage'],
]);

function validateKeyRef({ name = '', key }: ConfigMapKeySelector, path: string, errors: FieldError[]): void {
  addInvalid(errors, `${path}.name`, name, subdomainName(name));
  if (!key) errors.push(requiredValue(`${path}.key`));
  else addInvalid(errors, `${path}.key`, key, configMapKeyProblems(key));
}

function validateFileKeyRef(ref: FileKeySelector, path: string, errors: FieldError[]): void {
  if (!ref.key) errors.push(requiredValue(`${path}.key`));
  else addInvalid(errors, `${path}.key`, ref.key, environmentNameProblems(ref.key));
  if (!ref.volumeName) errors.push(requiredValue(`${path}.volumeName`));
  else addInvalid(errors, `${path}.volumeName`, ref.volumeName, dnsLabelProblems(ref.volumeName));
  if (!ref.path) errors.push(requiredValue(`${path}.path`));
  else validateNoBacksteps(ref.path, `${path}.path`, errors);
}

export function validateEnvFrom(sources: readonly EnvFromSource[], path: string, errors: FieldError[]): void {
  sources.forEach(({ prefix, configMapRef, secretRef }, i) => {
    const at = `${path}[${i}]`;
    if (prefix) addInvalid(errors, `${at}.prefix`, prefix, environmentNameProblems(prefix));
    if (configMapRef !== undefined) validateWholeRef(configMapRef.name, `${at}.configMapRef.name`, errors);
    if (secretRef !== undefined) validateWholeRef(secretRef.name, `${at}.secretRef.name`, errors);
    if (configMapRef === undefined && secretRef === undefined) {
      errors.push(invalidValue(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef !== undefined && secretRef !== undefined) {
      errors.push(invalidValue(path, '', 'may not have more than one field specified at a time'));
    }
  });
}

function validateWholeRef(name: string | undefined, path: string, errors: FieldError[]): void {
  if (!name) errors.push(requiredValue(path));
  else addInvalid(errors, path, name, subdomainName(name, true));
}

/** Files with variables lie on volumes of type `emptyDir` only. */
export function validateFileKeyRefVolumes(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  for (const { container, path } of allContainers(spec, specPath)) {
    (container.env ?? []).forEach(({ valueFrom }, i) => {
      const name = valueFrom?.fileKeyRef === undefined ? undefined : (valueFrom.fileKeyRef.volumeName ?? '');
      if (name === undefined) return;
      const at = `${path}.env[${i}].valueFrom.fileKeyRef.volumeName`;
      const volume = (spec.volumes ?? []).findLast((candidate) => candidate.name === name);
      if (volume === undefined) errors.push(notFoundValue(at, name));
      else if (volume.emptyDir === undefined) {
        errors.push(invalidValue(at, name, 'referenced volume must be of type emptyDir'));
      }
    });
  }
}
