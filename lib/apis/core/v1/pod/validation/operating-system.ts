import {
  forbiddenValue,
  invalidValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import type { PodSpec } from '../types.js';
import { allContainers } from './containers-of.js';

const systems = ['linux', 'windows'];

const notOnWindows = {
  pod: [
    'securityContext.appArmorProfile',
    'securityContext.seLinuxOptions',
    'hostUsers',
    'hostPID',
    'hostIPC',
    'securityContext.seccompProfile',
    'securityContext.fsGroup',
    'securityContext.fsGroupChangePolicy',
    'securityContext.sysctls',
    'shareProcessNamespace',
    'securityContext.runAsUser',
    'securityContext.runAsGroup',
    'securityContext.supplementalGroups',
    'securityContext.supplementalGroupsPolicy',
    'securityContext.seLinuxChangePolicy',
  ],
  container: [
    'appArmorProfile',
    'seLinuxOptions',
    'seccompProfile',
    'capabilities',
    'readOnlyRootFilesystem',
    'privileged',
    'allowPrivilegeEscalation',
    'procMount',
    'runAsUser',
    'runAsGroup',
  ],
};
/** These are plain flags and lists: no and none are the same as not there. */
const unsetWhenEmpty = new Set(['hostPID', 'hostIPC', 'securityContext.sysctls']);

/** `os`, and what the operating system it names does not know. */
export function validateOS(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  const name = spec.os?.name;
  if (spec.os === undefined) return;
  if (!name) errors.push(requiredValue(`${specPath}.os.name`));
  else if (!systems.includes(name)) errors.push(unsupportedValue(`${specPath}.os`, name, systems));
  else if (name === 'linux') validateLinux(spec, specPath, errors);
  else validateWindows(spec, specPath, errors);
}

function validateLinux(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  const problem = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions !== undefined) {
    errors.push(forbiddenValue(`${specPath}.securityContext.windowsOptions`, problem));
  }
  for (const { container, path } of allContainers(spec, specPath)) {
    if (container.securityContext?.windowsOptions === undefined) continue;
    errors.push(forbiddenValue(`${path}.securityContext.windowsOptions`, problem));
  }
}

function validateWindows(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  const problem = 'cannot be set for a windows pod';
  for (const field of notOnWindows.pod) {
    const value = valueAt(spec, field);
    const empty = value === false || (Array.isArray(value) && value.length === 0);
    if (value === undefined || (empty && unsetWhenEmpty.has(field))) continue;
    errors.push(forbiddenValue(`${specPath}.${field}`, problem));
  }
  for (const { container, path } of allContainers(spec, specPath)) {
    for (const field of notOnWindows.container) {
      if (valueAt(container.securityContext ?? {}, field) === undefined) continue;
      errors.push(forbiddenValue(`${path}.securityContext.${field}`, problem));
    }
  }
}

function valueAt(object: object, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, field) => (value as Record<string, unknown> | undefined)?.[field], object);
}

/** Windows' host-process containers: all of the pod or none, on the host's network. */
export function validateHostProcess(spec: PodSpec, specPath: string, errors: FieldError[]): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = allContainers(spec, specPath);
  let hostProcesses = 0;
  for (const { container, path } of containers) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const problem = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalidValue(`${path}.securityContext.windowsOptions.hostProcess`, own, problem));
    }
    if (own ?? ofPod ?? false) hostProcesses += 1;
  }
  if (hostProcesses === 0) return;
  if (hostProcesses !== containers.length) {
    const problem = 'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(specPath, '', problem));
  }
  if (spec.hostNetwork !== true) {
    const problem = 'hostNetwork must be true if pod contains any hostProcess containers';
    errors.push(invalidValue(`${specPath}.hostNetwork`, false, problem));
  }
}
