import { podTemplateWarnings } from '../../../core/v1/pod/warnings.js';
import { dnsLabelProblems } from '../../../meta/v1/validation/names.js';
import type { Job, JobSpec } from './types.js';

/** What is let in but should be written otherwise: the texts of `Warning` headers for a new Job. */
export function jobWarnings(job: Job): string[] {
  return [...jobNameWarnings(job.metadata.name ?? ''), ...jobSpecWarnings(job.spec, 'spec')];
}

/** A change is looked at only when the spec has changed. */
export function jobUpdateWarnings(next: Job, previous: Job): string[] {
  return next.metadata.generation === previous.metadata.generation ? [] : jobSpecWarnings(next.spec, 'spec');
}

export function jobNameWarnings(name: string): string[] {
  const problems = dnsLabelProblems(name);
  if (problems.length === 0) return [];
  const advice =
    'this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended';
  return [`metadata.name: ${advice}: [${problems.join(' ')}]`];
}

export function jobSpecWarnings(spec: JobSpec, path: string): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec;
  const tooMany = completionMode === 'Indexed' && completions > 100_000 && parallelism > 10_000;
  const advice =
    'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';
  return [...(tooMany ? [`${path}: ${advice}`] : []), ...podTemplateWarnings(spec.template ?? {}, `${path}.template`)];
}
