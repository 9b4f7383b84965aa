import type { Job } from '../../apis/batch/v1/job/types.js';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../../apis/batch/v1/job/well-known.js';
import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { PodSpec, PodTemplateSpec } from '../../apis/core/v1/pod/types.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { NewObject } from '../decision.js';

const INDEX_VARIABLE = {
  name: 'JOB_COMPLETION_INDEX',
  valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.labels['${COMPLETION_INDEX}']` } },
};

/** What is particular to one pod of a Job. */
export interface PodIdentity {
  readonly name: string;
  readonly generateName: string;
  /** Only of Indexed Jobs. */
  readonly index?: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** The pod made from the Job's template. All pods of a Job share the template's parts; nothing is copied deeply. */
export function podFromTemplate(job: Job, { name, generateName, index, annotations }: PodIdentity): NewObject {
  const { metadata = {}, spec } = job.spec.template;
  const indexed = index === undefined ? undefined : { [COMPLETION_INDEX]: String(index) };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName,
      namespace: job.metadata.namespace,
      labels: { ...metadata.labels, ...indexed },
      ...((metadata.annotations ?? indexed) && {
        annotations: { ...metadata.annotations, ...indexed, ...annotations },
      }),
      finalizers: withTracking(metadata.finalizers),
      ownerReferences: [controllerReference(job)],
    },
    spec: index === undefined ? spec : { ...indexedSpec(job.spec.template), hostname: `${job.metadata.name}-${index}` },
    status: {},
  };
}

export function controllerReference({ apiVersion, kind, metadata: { name, uid } }: Job): OwnerReference {
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

function withTracking(finalizers: readonly string[] = []): readonly string[] {
  return finalizers.includes(TRACKING_FINALIZER) ? finalizers : [...finalizers, TRACKING_FINALIZER];
}

const indexedSpecs = new WeakMap<PodTemplateSpec, PodSpec>();

/** The template's spec with JOB_COMPLETION_INDEX in all containers, made once per template. */
function indexedSpec(template: PodTemplateSpec): PodSpec {
  let spec = indexedSpecs.get(template);
  if (spec === undefined) {
    spec = withIndexVariable(template.spec!);
    indexedSpecs.set(template, spec);
  }
  return spec;
}

function withIndexVariable({ containers, initContainers, ...rest }: PodSpec): PodSpec {
  return {
    ...rest,
    ...(initContainers && { initContainers: initContainers.map(withVariable) }),
    containers: containers.map(withVariable),
  };
}

function withVariable(container: Container): Container {
  const env = container.env ?? [];
  if (env.some(({ name }) => name === INDEX_VARIABLE.name)) return container;
  return { ...container, env: [...env, INDEX_VARIABLE] };
}
