import { internalDifference } from '../../../internal-difference.js';
import { forbiddenValue, type FieldError } from '../../../meta/v1/field-error.js';
import { goQuote } from '../../../meta/v1/go-text.js';
import type { ObjectMeta } from '../../../meta/v1/types.js';
import { validateAnnotations, validateLabels } from '../../../meta/v1/validation/labels.js';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../../meta/v1/validation/object-meta.js';
import { semanticallyEqual } from '../../../meta/v1/validation/rules.js';
import { ephemeralContainer } from './containers.js';
import type { Pod, PodSpec, PodTemplateSpec } from './types.js';
import {
  MIRROR_POD,
  validateKeptAnnotations,
  validatePodAnnotations,
  validateProfilesMatch,
} from './validation/annotations.js';
import { changedPodOptions } from './validation/changed-options.js';
import { validateImageBlanks } from './validation/containers.js';
import { newPodOptions, type PodOptions } from './validation/options.js';
import { validatePodSpec } from './validation/pod-spec.js';
import { validatePodStatusChange } from './validation/pod-status.js';
import { validatePodSpecUpdate } from './validation/pod-update.js';

/** A new pod. */
export function validatePod(pod: Pod): FieldError[] {
  const errors: FieldError[] = [];
  const { metadata, spec } = pod;
  validateMetaAndSpec(pod, errors, newPodOptions(true));
  if (spec.ephemeralContainers?.length) {
    errors.push(forbiddenValue('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (spec.nodeName && spec.schedulingGates?.length) {
    errors.push(forbiddenValue('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'));
  }
  validateProfilesMatch(metadata.annotations, spec, 'spec', errors);
  return errors;
}

export function validatePodUpdate(next: Pod, previous: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  const options = changedPodOptions(true, previous.spec, previous.metadata.annotations);
  validateMetaAndSpec(next, errors, options);
  validateAnnotationChange(next, previous, errors, options);
  validatePodSpecUpdate(next.spec, previous.spec, errors, options);
  return errors;
}

export function validatePodStatusUpdate(next: Pod, previous: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  const options = changedPodOptions(true, previous.spec, previous.metadata.annotations);
  validateAnnotationChange(next, previous, errors, options);
  validatePodStatusChange(next, previous, errors);
  return errors;
}

/** Ephemeral containers may be added, never changed or removed. */
export function validateEphemeralContainersUpdate(next: Pod, previous: Pod): FieldError[] {
  const errors = validateObjectMetaUpdate(next.metadata, previous.metadata);
  const options = changedPodOptions(true, previous.spec, previous.metadata.annotations);
  validateMetaAndSpec(next, errors, options);
  validateAnnotationChange(next, previous, errors, options);
  if (previous.metadata.annotations?.[MIRROR_POD] !== undefined) {
    return [forbiddenValue('[]', 'static pods do not support ephemeral containers')];
  }
  const path = 'spec.ephemeralContainers';
  const after = next.spec.ephemeralContainers ?? [];
  (previous.spec.ephemeralContainers ?? []).forEach((container) => {
    const i = after.findIndex(({ name }) => name === container.name);
    if (i < 0) {
      errors.push(
        forbiddenValue(path, `existing ephemeral containers ${goQuote(container.name)} may not be removed\n`),
      );
    } else if (!semanticallyEqual(after[i], container)) {
      const difference = internalDifference(ephemeralContainer, container, after[i]!);
      const problem = `existing ephemeral containers ${goQuote(container.name)} may not be changed\n${difference}`;
      errors.push(forbiddenValue(path, problem));
    }
  });
  return errors;
}

/** A pod template at `path`; `previous`: the template it replaces, whose old faults are let pass. */
export function validatePodTemplateSpec(
  template: PodTemplateSpec,
  path: string,
  errors: FieldError[],
  previous?: PodTemplateSpec,
): void {
  const meta: ObjectMeta = template.metadata ?? {};
  const spec: PodSpec = template.spec ?? { containers: [] };
  const options =
    previous === undefined
      ? newPodOptions(false)
      : changedPodOptions(false, previous.spec ?? { containers: [] }, previous.metadata?.annotations);
  // The paths leave out `metadata`: Kubernetes' own do.
  validateLabels(meta.labels, `${path}.labels`, errors);
  validateAnnotations(meta.annotations, `${path}.annotations`, errors);
  validatePodAnnotations(meta.annotations, spec, `${path}.annotations`, errors, options);
  validatePodSpec(spec, undefined, `${path}.spec`, errors, options);
  validateProfilesMatch(meta.annotations, spec, `${path}.spec`, errors);
  if (spec.ephemeralContainers?.length) {
    const problem = 'ephemeral containers not allowed in pod template';
    errors.push(forbiddenValue(`${path}.spec.ephemeralContainers`, problem));
  }
}

function validateMetaAndSpec({ metadata, spec }: Pod, errors: FieldError[], options: PodOptions): void {
  errors.push(...validateObjectMeta(metadata, { namespaced: true }));
  validatePodAnnotations(metadata.annotations, spec, 'metadata.annotations', errors, options);
  validatePodSpec(spec, metadata, 'spec', errors, options);
  if (!spec.serviceAccountName) refuseTokens(spec, errors);
  for (const list of ['containers', 'initContainers'] as const) {
    spec[list]?.forEach((container, i) => validateImageBlanks(container, `spec.${list}[${i}]`, errors));
  }
}

function refuseTokens(spec: PodSpec, errors: FieldError[]): void {
  spec.volumes?.forEach(({ projected }, i) => {
    projected?.sources?.forEach(({ serviceAccountToken }, j) => {
      if (serviceAccountToken === undefined) return;
      const path = `spec.volumes[${i}].projected.sources[${j}].serviceAccountToken`;
      errors.push(forbiddenValue(path, 'must not be specified when serviceAccountName is not set'));
    });
  });
}

function validateAnnotationChange(next: Pod, previous: Pod, errors: FieldError[], options: PodOptions): void {
  const path = 'metadata.annotations';
  validateKeptAnnotations(next.metadata.annotations, previous.metadata.annotations, path, errors);
  validatePodAnnotations(next.metadata.annotations, next.spec, path, errors, options);
}
