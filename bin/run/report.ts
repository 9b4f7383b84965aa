import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { ApiClient } from '../local/api-client.js';
import { failureOf, outcomeOf, type Progress } from './progress.js';
import { lastLines } from './pod-logs.js';

/** A Job with thousands of failures is told by its newest few. */
const failedPodsShown = 3;
const logLinesShown = 10;

/** Says of each failed Job why, and what its newest failed pods last wrote. */
export async function reportFailures(client: ApiClient, progress: Progress, out: NodeJS.WritableStream): Promise<void> {
  for (const job of progress.jobs.values()) {
    const outcome = outcomeOf(job);
    if (outcome === undefined || outcome.complete) continue;
    out.write(`\njob/${job.metadata.name} failed: ${outcome.reason}: ${outcome.message}\n`);
    const failed = progress.failedPods.get(job.metadata.uid) ?? [];
    for (const pod of failed.slice(-failedPodsShown)) {
      out.write(`  pod/${pod.metadata.name}: ${failureOf(pod)}\n`);
      for (const line of await lastLines(client, pod, logLinesShown)) out.write(`    ${line}\n`);
    }
    const more = failed.length - failedPodsShown;
    if (more > 0) out.write(`  … and ${more} more failed ${more === 1 ? 'pod' : 'pods'}\n`);
  }
}

/** The result of `finite run --output json`. */
interface RunReport {
  readonly exitCode: number;
  readonly jobs: readonly JobReport[];
}

interface JobReport {
  readonly namespace: string;
  readonly name: string;
  readonly outcome: 'Complete' | 'Failed' | 'Unfinished';
  readonly reason?: string;
  readonly message?: string;
  readonly succeeded: number;
  readonly failed: number;
  /** RFC 3339. */
  readonly startTime?: string;
  readonly completionTime?: string;
  readonly failedPods: readonly { readonly name: string; readonly failure: string }[];
}

export function runReport(progress: Progress, exitCode: number): RunReport {
  return { exitCode, jobs: [...progress.jobs.values()].map((job) => jobReport(progress, job)) };
}

function jobReport(progress: Progress, job: Job): JobReport {
  const outcome = outcomeOf(job);
  const { succeeded = 0, failed = 0, startTime, completionTime } = job.status;
  return {
    namespace: job.metadata.namespace ?? '',
    name: job.metadata.name,
    outcome: outcome === undefined ? 'Unfinished' : outcome.complete ? 'Complete' : 'Failed',
    ...(outcome?.reason ? { reason: outcome.reason } : {}),
    ...(outcome?.message ? { message: outcome.message } : {}),
    succeeded,
    failed,
    ...(startTime === undefined ? {} : { startTime }),
    ...(completionTime === undefined ? {} : { completionTime }),
    failedPods: (progress.failedPods.get(job.metadata.uid) ?? []).map((pod) => ({
      name: pod.metadata.name,
      failure: failureOf(pod),
    })),
  };
}
