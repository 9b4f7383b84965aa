import { jobNameWarnings, jobSpecWarnings } from '../job/warnings.js';
import type { CronJob } from './types.js';

/** What is let in but should be written otherwise: the texts of `Warning` headers for a new CronJob. */
export function cronJobWarnings(cronJob: CronJob): string[] {
  return [...jobNameWarnings(cronJob.metadata.name ?? ''), ...templateWarnings(cronJob)];
}

export function cronJobUpdateWarnings(next: CronJob, previous: CronJob): string[] {
  const unchanged = next.metadata.generation === previous.metadata.generation;
  const zone =
    'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';
  return [...(unchanged ? [] : templateWarnings(next)), ...(next.spec.schedule?.includes('TZ') ? [zone] : [])];
}

function templateWarnings({ spec }: CronJob): string[] {
  const jobSpec = spec.jobTemplate?.spec;
  return jobSpec === undefined ? [] : jobSpecWarnings(jobSpec, 'spec.jobTemplate.spec');
}
