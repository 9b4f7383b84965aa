import type { FieldError } from '../../../../meta/v1/field-error.js';
import { checkImmutable } from '../../../../meta/v1/validation/rules.js';
import { printInternal } from '../../../../internal-form.js';
import type { Container } from '../../../../core/v1/pod/containers.js';
import type { Affinity } from '../../../../core/v1/pod/scheduling.js';
import { podSpec, podTemplateSpec, type PodSpec, type PodTemplateSpec } from '../../../../core/v1/pod/types.js';
import type { Job, JobSpec } from '../types.js';
import { conditionIs } from './conditions.js';

/**
 * A Job's template is fixed, except while the Job is suspended and has no pods: then where its pods go and what they
 * may use can still be decided.
 */
export function validateTemplateChange(next: JobSpec, previous: Job, errors: FieldError[]): void {
  const template = next.template ?? {};
  if (!mayChangeTemplate(previous)) {
    checkImmutable(template, previous.spec.template, 'spec.template', errors, () =>
      printInternal(podTemplateSpec, template),
    );
    return;
  }
  const spec: PodSpec = template.spec ?? { containers: [] };
  const allowed = withResources(withPlacement(previous.spec.template, template).spec ?? { containers: [] }, spec);
  checkImmutable(spec, allowed, 'spec.template.spec', errors, () => printInternal(podSpec, spec));
}

function mayChangeTemplate({ spec, status }: Job): boolean {
  const neverStarted = status.startTime === undefined;
  return spec.suspend === true && (neverStarted || conditionIs(status, 'Suspended', 'True')) && !status.active;
}

/** The previous template with all that places pods taken from the next. */
function withPlacement(previous: PodTemplateSpec, next: PodTemplateSpec): PodTemplateSpec {
  const { nodeSelector, tolerations, schedulingGates, affinity } = next.spec ?? ({} as Partial<PodSpec>);
  const before: PodSpec = previous.spec ?? { containers: [] };
  return {
    metadata: { ...previous.metadata, labels: next.metadata?.labels, annotations: next.metadata?.annotations },
    spec: {
      ...before,
      affinity: withNodeAffinity(before.affinity, affinity),
      nodeSelector,
      tolerations,
      schedulingGates,
    },
  };
}

function withNodeAffinity(previous: Affinity | undefined, next: Affinity | undefined): Affinity | undefined {
  const affinity = { ...previous, nodeAffinity: next?.nodeAffinity };
  const empty = Object.values(affinity).every((part) => part === undefined);
  return empty && next === undefined ? undefined : affinity;
}

function withResources(previous: PodSpec, next: PodSpec): PodSpec {
  return {
    ...previous,
    containers: takeResources(previous.containers, next.containers) ?? [],
    initContainers: takeResources(previous.initContainers, next.initContainers),
  };
}

function takeResources(
  previous: readonly Container[] | undefined,
  next: readonly Container[] | undefined,
): readonly Container[] | undefined {
  if (previous === undefined || next?.length !== previous.length) return previous;
  return previous.map((container, i) => {
    const after = next[i];
    return after?.name === container.name ? { ...container, resources: after.resources } : container;
  });
}
