import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import { parseTime } from '../../../lib/apis/meta/v1/time.js';
import { nextStartTime } from '../../../lib/controllers/cronjob/jitter.js';
import { parseSchedule } from '../../../lib/controllers/cronjob/schedule.js';
import type { ApiClient } from '../../local/api-client.js';
import { listAll } from '../kubernetes.js';

export interface CronJobStatus {
  /** `namespace/name`. */
  readonly cronJob: string;
  readonly schedule: string;
  readonly active: number;
  /** RFC 3339; null: it is suspended, or its times never come. */
  readonly next: string | null;
}

/** Those whose next Job comes soonest first, then those that start none. */
export async function cronJobsStatus(client: ApiClient, now: number): Promise<readonly CronJobStatus[]> {
  const found: CronJobStatus[] = [];
  for await (const cronJob of listAll<CronJob>(client, '/apis/batch/v1/cronjobs')) {
    const { metadata, spec, status } = cronJob;
    const next = spec.suspend === true ? undefined : nextOf(cronJob, now);
    found.push({
      cronJob: `${metadata.namespace}/${metadata.name}`,
      schedule: spec.timeZone ? `${spec.schedule} ${spec.timeZone}` : spec.schedule,
      active: status.active?.length ?? 0,
      next: next === undefined ? null : new Date(next).toISOString(),
    });
  }
  return found.sort((a, b) => ((a.next ?? 'never') < (b.next ?? 'never') ? -1 : 1));
}

function nextOf(cronJob: CronJob, now: number): number | undefined {
  const { metadata, spec, status } = cronJob;
  const settled = parseTime(status.lastScheduleTime) ?? parseTime(metadata.creationTimestamp);
  const schedule = parseSchedule(spec.schedule, { timeZone: spec.timeZone, anchorMs: settled });
  return nextStartTime(cronJob, schedule, settled, now);
}
