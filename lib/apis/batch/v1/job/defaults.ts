import { defaultPodTemplate } from '../../../core/v1/pod/defaults.js';
import { change, each, fill, items } from '../../../meta/v1/defaults.js';
import type {
  Job,
  JobSpec,
  PodFailurePolicy,
  PodFailurePolicyOnPodConditionsPattern,
  PodFailurePolicyRule,
} from './types.js';

/** What the defaults are where a Job's failures are counted per index: the whole Job has no limit of its own then. */
const noBackoffLimit = 2 ** 31 - 1;

export function defaultJob(job: Job): Job {
  const spec = defaultJobSpec(defaultJobTemplateSpec(job.spec));
  const { labels } = spec.template.metadata ?? {};
  const labelled = labels === undefined || hasLabels(job) ? job : { ...job, metadata: { ...job.metadata, labels } };
  return change(labelled, { spec });
}

function hasLabels(job: Job): boolean {
  return Object.keys(job.metadata.labels ?? {}).length > 0;
}

/** The defaults that hold inside a CronJob's template too: those of the pods, none of the Job's own. */
export function defaultJobTemplateSpec(spec: JobSpec): JobSpec {
  return each(spec, { template: defaultPodTemplate, podFailurePolicy: defaultPodFailurePolicy });
}

function defaultJobSpec(spec: JobSpec): JobSpec {
  const oneOfEach = spec.completions === undefined && spec.parallelism === undefined;
  return fill(spec, {
    ...(oneOfEach ? { completions: 1 } : {}),
    parallelism: 1,
    backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : noBackoffLimit,
    completionMode: 'NonIndexed',
    suspend: false,
    podReplacementPolicy: spec.podFailurePolicy === undefined ? 'TerminatingOrFailed' : 'Failed',
    manualSelector: false,
  });
}

function defaultPodFailurePolicy(policy: PodFailurePolicy): PodFailurePolicy {
  return each(policy, { rules: defaultRules });
}

const defaultRules = items<PodFailurePolicyRule>((rule) => each(rule, { onPodConditions: items(defaultPattern) }));

function defaultPattern(pattern: PodFailurePolicyOnPodConditionsPattern): PodFailurePolicyOnPodConditionsPattern {
  return pattern.status ? pattern : { ...pattern, status: 'True' };
}
