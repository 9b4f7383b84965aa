import { templateCells, templateColumns } from '../../../core/v1/pod/template-columns.js';
import { ageColumn, column, nameColumn, timeSince, type Columns } from '../../../meta/v1/columns.js';
import { humanDuration } from '../../../meta/v1/human-duration.js';
import { parseTime } from '../../../meta/v1/time.js';
import type { Job } from './types.js';

export const jobColumns: Columns<Job> = {
  columns: [
    nameColumn,
    column('Status', 'Status of the job.'),
    column(
      'Completions',
      'The number of pods which reached phase Succeeded. The value increases monotonically for a given spec. However, it may decrease in reaction to scale down of elastic indexed jobs.',
    ),
    column('Duration', 'Time required to complete the job.'),
    ageColumn,
    ...templateColumns,
  ],
  cells: (job, now) => [
    job.metadata.name,
    statusText(job),
    completionsText(job),
    durationText(job, now),
    timeSince(job.metadata.creationTimestamp, now),
    ...templateCells(job.spec.template, job.spec.selector),
  ],
};

function statusText({ metadata, status }: Job): string {
  const holds = (type: string): boolean =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  const verdict = ['Complete', 'Failed'].find(holds);
  if (verdict !== undefined) return verdict;
  if (metadata.deletionTimestamp !== undefined) return 'Terminating';
  return ['Suspended', 'FailureTarget', 'SuccessCriteriaMet'].find(holds) ?? 'Running';
}

/** `2/5`; a work queue, which has no completions, is done with one success: `0/1 of 3`. */
function completionsText({ spec, status }: Job): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, now: number): string {
  const start = parseTime(status.startTime);
  return start === undefined ? '' : humanDuration((parseTime(status.completionTime) ?? now) - start);
}
