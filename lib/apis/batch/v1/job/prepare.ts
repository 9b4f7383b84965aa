import { dropDisabledTemplateFields } from '../../../core/v1/pod/disabled-fields.js';
import type { Job } from './types.js';

/** A new Job, with its defaults, as it begins its life: without status, and with the selector of its pods. */
export function prepareJobForCreate<J extends Job>(job: J): J {
  return firstState(withSelector(withoutDisabled(job)));
}

function firstState<J extends Job>(job: J): J {
  return { ...job, metadata: { ...job.metadata, generation: 1 }, status: {} };
}

/**
 * Unless the user brings a selector of their own, the Job selects its pods by its UID: the label is put on the
 * template and into the selector, under its present and its former name. Labels that are there already stay, for
 * validation to judge.
 */
function withSelector<J extends Job>(job: J): J {
  if (job.spec.manualSelector) return job;
  const { name, uid } = job.metadata;
  const { selector, template } = job.spec;
  const labels = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
    ...template.metadata?.labels,
  };
  // Labels that the defaults took from the template stay the template's.
  const shares = job.metadata.labels !== undefined && job.metadata.labels === template.metadata?.labels;
  const matchLabels = { 'batch.kubernetes.io/controller-uid': uid, ...selector?.matchLabels };
  return {
    ...job,
    metadata: shares ? { ...job.metadata, labels } : job.metadata,
    spec: {
      ...job.spec,
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}

/** A Job without labels of its own has those of its pods. */
export function withPodLabels<J extends Job>(job: J): J {
  const { labels } = job.spec.template.metadata ?? {};
  if (labels === undefined || Object.keys(job.metadata.labels ?? {}).length > 0) return job;
  return { ...job, metadata: { ...job.metadata, labels } };
}

export function withoutDisabled<J extends Job>(job: J): J {
  const template = dropDisabledTemplateFields(job.spec.template);
  return template === job.spec.template ? job : { ...job, spec: { ...job.spec, template } };
}
