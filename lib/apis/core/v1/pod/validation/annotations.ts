import { forbiddenValue, invalidValue, type FieldError } from '../../../../meta/v1/field-error.js';
import { goQuote } from '../../../../meta/v1/go-text.js';
import { labelOf, type Labels } from '../../../../meta/v1/label-selector.js';
import type { AppArmorProfile, SeccompProfile } from '../security.js';
import type { PodSpec } from '../types.js';
import { allContainers } from './containers-of.js';
import { DELETION_COST, deletionCostIsInteger } from './deletion-cost.js';
import type { PodOptions } from './options.js';
import { validateDescendingPath } from './paths.js';

export const MIRROR_POD = 'kubernetes.io/config.mirror';
export const SECCOMP_POD = 'seccomp.security.alpha.kubernetes.io/pod';
export const SECCOMP_CONTAINER = 'container.seccomp.security.alpha.kubernetes.io/';
export const APPARMOR_CONTAINER = 'container.apparmor.security.beta.kubernetes.io/';
const localhost = 'localhost/';

/** The annotations that once were fields, and those that Kubernetes still reads. */
export function validatePodAnnotations(
  annotations: Labels | undefined,
  spec: PodSpec,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): void {
  if (annotations === undefined) return;
  const mirror = labelOf(annotations, MIRROR_POD);
  if (mirror !== undefined && !spec.nodeName) {
    const problem = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalidValue(`${path}[${MIRROR_POD}]`, mirror, problem));
  }
  if (!options.invalidDeletionCost && !deletionCostIsInteger(annotations)) {
    errors.push(invalidValue(`${path}[${DELETION_COST}]`, annotations[DELETION_COST], 'must be a 32bit integer'));
  }
  validateSeccompAnnotations(annotations, path, errors);
  validateAppArmorAnnotations(annotations, spec, path, errors);
}

function validateSeccompAnnotations(annotations: Labels, path: string, errors: FieldError[]): void {
  const ofPod = labelOf(annotations, SECCOMP_POD);
  if (ofPod !== undefined) validateSeccompText(ofPod, `${path}.${SECCOMP_POD}`, errors);
  for (const key in annotations) {
    if (key.startsWith(SECCOMP_CONTAINER)) validateSeccompText(annotations[key] ?? '', `${path}.${key}`, errors);
  }
}

function validateSeccompText(profile: string, path: string, errors: FieldError[]): void {
  if (profile === 'runtime/default' || profile === 'docker/default' || profile === 'unconfined') return;
  if (profile.startsWith(localhost)) validateDescendingPath(profile.slice(localhost.length), path, errors);
  else errors.push(invalidValue(path, profile, 'must be a valid seccomp profile'));
}

function validateAppArmorAnnotations(annotations: Labels, spec: PodSpec, path: string, errors: FieldError[]): void {
  for (const key in annotations) {
    if (!key.startsWith(APPARMOR_CONTAINER)) continue;
    const name = key.slice(APPARMOR_CONTAINER.length);
    const profile = annotations[key] ?? '';
    if (!allContainers(spec, '').some(({ container }) => container.name === name)) {
      errors.push(invalidValue(`${path}[${key}]`, name, 'container not found'));
    }
    if (['', 'runtime/default', 'unconfined'].includes(profile) || profile.startsWith(localhost)) continue;
    errors.push(invalidValue(`${path}[${key}]`, profile, `invalid AppArmor profile name: ${goQuote(profile)}`));
  }
}

/** Where a profile is given as an annotation and as a field, both say the same. */
export function validateProfilesMatch(
  annotations: Labels | undefined,
  spec: PodSpec,
  specPath: string,
  errors: FieldError[],
): void {
  if (annotations === undefined) return;
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {};
  const ofPod = labelOf(annotations, SECCOMP_POD);
  checkSame(ofPod, seccompProfile, 'seccomp', `${specPath}.securityContext.seccompProfile`, errors);
  const containers = allContainers(spec, specPath);
  for (const { container, path } of containers) {
    const annotation = labelOf(annotations, SECCOMP_CONTAINER + container.name);
    const field = container.securityContext?.seccompProfile;
    checkSame(annotation, field, 'seccomp', `${path}.securityContext.seccompProfile`, errors);
  }
  if (spec.os?.name === 'windows') return;
  for (const { container, path } of containers) {
    const annotation = labelOf(annotations, APPARMOR_CONTAINER + container.name);
    const field = container.securityContext?.appArmorProfile ?? appArmorProfile;
    checkSame(annotation, field, 'apparmor', `${path}.securityContext.appArmorProfile`, errors);
  }
}

function checkSame(
  annotation: string | undefined,
  profile: SeccompProfile | AppArmorProfile | undefined,
  kind: 'seccomp' | 'apparmor',
  path: string,
  errors: FieldError[],
): void {
  if (annotation === undefined || profile === undefined) return;
  const differs = () => errors.push(forbiddenValue(`${path}.type`, `${kind} type in annotation and field must match`));
  if (profile.type === 'Unconfined') {
    if (annotation !== 'unconfined') differs();
  } else if (profile.type === 'RuntimeDefault') {
    const docker = kind === 'seccomp' && annotation === 'docker/default';
    if (annotation !== 'runtime/default' && !docker) differs();
  } else if (profile.type === 'Localhost') {
    if (!annotation.startsWith(localhost)) differs();
    else if (annotation.slice(localhost.length) !== profile.localhostProfile) {
      const problem = `${kind} profile in annotation and field must match`;
      errors.push(forbiddenValue(`${path}.localhostProfile`, problem));
    }
  }
}

/** The annotations of a pod that never change. */
export function validateKeptAnnotations(
  next: Labels = {},
  previous: Labels = {},
  path: string,
  errors: FieldError[],
): void {
  for (const key in previous) {
    if (labelOf(next, key) === previous[key]) continue;
    if (key.startsWith(APPARMOR_CONTAINER)) {
      errors.push(forbiddenValue(`${path}[${key}]`, 'may not remove or update AppArmor annotations'));
    }
    if (key === MIRROR_POD) {
      errors.push(forbiddenValue(`${path}[${key}]`, 'may not remove or update mirror pod annotation'));
    }
  }
  for (const key in next) {
    if (Object.hasOwn(previous, key)) continue;
    if (key.startsWith(APPARMOR_CONTAINER)) {
      errors.push(forbiddenValue(`${path}[${key}]`, 'may not add AppArmor annotations'));
    }
    if (key === MIRROR_POD) errors.push(forbiddenValue(`${path}[${key}]`, 'may not add mirror pod annotation'));
  }
}
