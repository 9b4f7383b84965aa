import {
  forbiddenValue,
  invalidValue,
  notFoundValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import type { Container, VolumeMount } from '../containers.js';
import type { Volume } from '../volumes.js';
import { validateDescendingPath } from './paths.js';

const propagations = ['Bidirectional', 'HostToContainer', 'None'];
const recursiveReadOnlyModes = ['Disabled', 'Enabled', 'IfPossible'];

/** The volumes of the spec that are sound, by name. */
export type Volumes = ReadonlyMap<string, Volume>;

export function validateVolumeMounts(container: Container, volumes: Volumes, path: string, errors: FieldError[]): void {
  const devices = new Map(
    (container.volumeDevices ?? []).map((device) => [device.name ?? '', device.devicePath ?? '']),
  );
  const devicePaths = new Set(devices.values());
  const mountPaths = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = `${path}[${i}]`;
    const { name = '', mountPath = '' } = mount;
    if (!name) errors.push(requiredValue(`${at}.name`));
    if (!volumes.has(name)) errors.push(notFoundValue(`${at}.name`, name));
    if (!mountPath) errors.push(requiredValue(`${at}.mountPath`));
    if (mountPaths.has(mountPath)) errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must be unique'));
    mountPaths.add(mountPath);
    if (devices.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeDevices'));
    if (devicePaths.has(mountPath)) {
      errors.push(invalidValue(`${at}.mountPath`, mountPath, 'must not already exist as a path in volumeDevices'));
    }
    validateSubPaths(mount, path, at, errors);
    validatePropagation(mount, container, `${path}.mountPropagation`, errors);
    validateRecursiveReadOnly(mount, `${path}.recursiveReadOnly`, errors);
  });
}

/** Kubernetes names the list, not the item, in most of these errors. */
function validateSubPaths({ subPath, subPathExpr }: VolumeMount, path: string, at: string, errors: FieldError[]): void {
  if (subPath) validateDescendingPath(subPath, `${path}.subPath`, errors);
  if (!subPathExpr) return;
  if (subPath) {
    const problem = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalidValue(`${at}.subPathExpr`, subPathExpr, problem));
  }
  validateDescendingPath(subPathExpr, `${path}.subPathExpr`, errors);
}

function validatePropagation(
  { mountPropagation }: VolumeMount,
  container: Container,
  path: string,
  errors: FieldError[],
): void {
  if (mountPropagation === undefined) return;
  if (!propagations.includes(mountPropagation)) errors.push(unsupportedValue(path, mountPropagation, propagations));
  if (mountPropagation === 'Bidirectional' && container.securityContext?.privileged !== true) {
    const problem = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbiddenValue(path, problem));
  }
}

function validateRecursiveReadOnly(mount: VolumeMount, path: string, errors: FieldError[]): void {
  const { recursiveReadOnly: mode, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return;
  if (!recursiveReadOnlyModes.includes(mode)) errors.push(unsupportedValue(path, mode, recursiveReadOnlyModes));
  else {
    if (mount.readOnly !== true) errors.push(forbiddenValue(path, 'may only be specified when readOnly is true'));
    if (mountPropagation !== 'None') {
      errors.push(forbiddenValue(path, 'may only be specified when mountPropagation is None or not specified'));
    }
  }
}

export function validateVolumeDevices(
  container: Container,
  volumes: Volumes,
  path: string,
  errors: FieldError[],
): void {
  const mounts = new Map((container.volumeMounts ?? []).map((mount) => [mount.name ?? '', mount.mountPath ?? '']));
  const mountPaths = new Set(mounts.values());
  const names = new Set<string>();
  const paths = new Set<string>();
  (container.volumeDevices ?? []).forEach(({ name = '', devicePath = '' }, i) => {
    const at = `${path}[${i}]`;
    if (!name) errors.push(requiredValue(`${at}.name`));
    if (names.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must be unique'));
    validateBlockVolume(volumes.get(name), name, `${at}.name`, errors);
    if (!devicePath) errors.push(requiredValue(`${at}.devicePath`));
    if (paths.has(devicePath)) errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must be unique'));
    if (devicePath.split('/').includes('..')) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, "can not contain backsteps ('..')"));
    } else paths.add(devicePath);
    if (mounts.has(name)) errors.push(invalidValue(`${at}.name`, name, 'must not already exist in volumeMounts'));
    if (mountPaths.has(devicePath)) {
      errors.push(invalidValue(`${at}.devicePath`, devicePath, 'must not already exist as a path in volumeMounts'));
    }
    if (name) names.add(name);
  });
}

function validateBlockVolume(volume: Volume | undefined, name: string, path: string, errors: FieldError[]): void {
  if (volume === undefined) errors.push(notFoundValue(path, name));
  else if (volume.persistentVolumeClaim === undefined && volume.ephemeral === undefined) {
    const problem = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.push(invalidValue(path, name, problem));
  }
}
