import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { ApiClient } from '../../local/api-client.js';
import { listAll } from '../kubernetes.js';
import { wakeUpOf, type WakeUpTimes } from './wake-ups.js';

export interface JobsStatus {
  readonly active: number;
  readonly suspended: number;
  readonly complete: number;
  readonly failed: number;
  /** Jobs that have not ended and of which no pod is there. */
  readonly waiting: readonly WaitingJob[];
}

export interface WaitingJob {
  /** `namespace/name`. */
  readonly job: string;
  readonly why: string;
  /** When it is looked at again, where that is known: RFC 3339. */
  readonly nextLook?: string;
}

type State = 'active' | 'suspended' | 'complete' | 'failed';

export async function jobsStatus(client: ApiClient, times: WakeUpTimes | undefined): Promise<JobsStatus> {
  const counts: Record<State, number> = { active: 0, suspended: 0, complete: 0, failed: 0 };
  const waiting: WaitingJob[] = [];
  for await (const job of listAll<Job>(client, '/apis/batch/v1/jobs')) {
    const state = stateOf(job);
    counts[state] += 1;
    if (state !== 'active' || (job.status.active ?? 0) > 0) continue;
    const name = `${job.metadata.namespace}/${job.metadata.name}`;
    const at = times && wakeUpOf(times, { controller: 'job', key: name });
    waiting.push({ job: name, why: whyNoPods(job), ...(at !== undefined && { nextLook: new Date(at).toISOString() }) });
  }
  return { ...counts, waiting };
}

function stateOf({ spec, status }: Job): State {
  const has = (type: string): boolean =>
    status.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;
  if (has('Complete')) return 'complete';
  if (has('Failed')) return 'failed';
  return spec.suspend === true ? 'suspended' : 'active';
}

function whyNoPods({ spec, status }: Job): string {
  if (spec.managedBy !== undefined && spec.managedBy !== 'kubernetes.io/job-controller') {
    return `managed by ${spec.managedBy}`;
  }
  const { failed = 0, terminating = 0 } = status;
  if (terminating > 0) return `pods that are being stopped: ${terminating}`;
  if (spec.parallelism === 0) return 'parallelism is 0';
  if (failed > 0) return `back-off; pods that failed: ${failed}`;
  return 'its pods are being made';
}
