import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';

type Draft = { readonly metadata: Partial<KubeObject['metadata']> } & Record<string, unknown>;
type Spec = Omit<Job['spec'], 'template'> & { readonly template: Job['spec']['template'] };

/** A Job as the server would store it. Only what the controller reads: no defaults inside containers. */
export function admittedJob(draft: Draft, metadata: Pick<KubeObject['metadata'], 'uid' | 'creationTimestamp'>): Job {
  const name = draft.metadata.name!;
  const asked = draft['spec'] as Spec;
  const own = asked.manualSelector === true ? {} : generatedLabels(name, metadata.uid);
  const template = asked.template;
  const labels = { ...template.metadata?.labels, ...own };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      namespace: 'recorded',
      generation: 1,
      ...draft.metadata,
      ...metadata,
      name,
      labels: draft.metadata.labels ?? labels,
    },
    spec: {
      ...asked,
      ...counts(asked),
      completionMode: asked.completionMode ?? 'NonIndexed',
      suspend: asked.suspend ?? false,
      backoffLimit: asked.backoffLimit ?? (asked.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1),
      podReplacementPolicy: asked.podReplacementPolicy ?? (asked.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed'),
      selector: asked.selector ?? { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } },
      template: {
        ...template,
        metadata: { ...template.metadata, labels },
        spec: { terminationGracePeriodSeconds: 30, ...template.spec! },
      },
    },
    status: {},
  };
}

/** Without completions and parallelism a Job has one of each; with parallelism alone it is a work queue. */
function counts({ completions, parallelism }: Spec): Partial<Spec> {
  if (completions === undefined && parallelism === undefined) return { completions: 1, parallelism: 1 };
  return { completions, parallelism: parallelism ?? 1 };
}

function generatedLabels(name: string, uid: string): Readonly<Record<string, string>> {
  return {
    'batch.kubernetes.io/controller-uid': uid,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'job-name': name,
  };
}
