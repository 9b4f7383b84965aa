import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { DeleteObject } from '../decision.js';
import type { ChildJob } from './children.js';

/** `successfulJobsHistoryLimit`, `failedJobsHistoryLimit`: of the finished Jobs beyond them, the oldest are deleted. */
export function historyToDelete({ metadata, spec }: CronJob, jobs: readonly ChildJob[]): DeleteObject[] {
  const { namespace = '' } = metadata;
  const tooMany = [
    ...oldest(jobs, 'Complete', spec.successfulJobsHistoryLimit),
    ...oldest(jobs, 'Failed', spec.failedJobsHistoryLimit),
  ];
  return tooMany.filter(({ deleting }) => !deleting).map((job) => deleteJob(namespace, job));
}

export function deleteJob(namespace: string, { name = '', uid = '' }: Partial<ChildJob>): DeleteObject {
  return {
    do: 'delete',
    target: { resource: 'jobs', namespace, name, uid },
    propagationPolicy: 'Background',
    event: { type: 'Normal', reason: 'SuccessfulDelete', message: `Deleted job ${name}` },
  };
}

function oldest(jobs: readonly ChildJob[], ended: ChildJob['ended'], limit: number | undefined): readonly ChildJob[] {
  if (limit === undefined) return [];
  const finished = jobs.filter((job) => job.ended === ended);
  return finished.length <= limit ? [] : finished.sort(byStartTime).slice(0, finished.length - limit);
}

/** Those that never started come last. Times are RFC 3339 in UTC, which sort as texts. */
function byStartTime(a: ChildJob, b: ChildJob): number {
  const [startA, startB] = [a.startTime ?? '~', b.startTime ?? '~'];
  if (startA !== startB) return startA < startB ? -1 : 1;
  return a.name < b.name ? -1 : 1;
}
