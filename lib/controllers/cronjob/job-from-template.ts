import { scheduledTimestampAnnotation, tellsScheduledTime } from '../../apis/batch/v1/cronjob/scheduled-time.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { CreateObject } from '../decision.js';
import { tellScheduledTime } from './scheduled-time.js';
import { timeZoneOf } from './time-zone.js';

/** The name of a tick's Job is a function of its time (ms since 1970), so that making it twice finds it there. */
export function jobName(cronJob: CronJob, scheduledAt: number): string {
  return `${cronJob.metadata.name}-${Math.floor(scheduledAt / 60_000)}`;
}

/** The Job of a tick, to be made under this UID. */
export function jobFromTemplate(cronJob: CronJob, scheduledAt: number, uid: string): CreateObject {
  const { apiVersion, kind, metadata, spec } = cronJob;
  const { metadata: meta, spec: jobSpec } = spec.jobTemplate ?? {};
  const name = jobName(cronJob, scheduledAt);
  const timestamp = timeIn(spec.timeZone, scheduledAt);
  const owner = {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  return {
    do: 'create',
    resource: 'jobs',
    owner: metadata.uid,
    uid,
    ...(metadata.generation !== undefined && { form: formOf(cronJob, metadata.generation, name) }),
    object: {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: {
        name,
        namespace: metadata.namespace,
        ...(meta?.labels && { labels: meta.labels }),
        annotations: { ...meta?.annotations, [scheduledTimestampAnnotation]: timestamp },
        ownerReferences: [owner],
      },
      spec: jobSpec && tellScheduledTime(cronJob, jobSpec, timestamp),
      status: {},
    },
    event: { type: 'Normal', reason: 'SuccessfulCreate', message: `Created job ${name}` },
  };
}

/** Of one generation the Jobs differ in their ticks alone: in their names' digits, and in times. */
function formOf(cronJob: CronJob, generation: number, name: string): string {
  return `${generation} ${name.length} ${tellsScheduledTime(cronJob)}`;
}

/** `2026-03-08T01:30:00-05:00`. */
function timeIn(timeZone: string | undefined, ms: number): string {
  const offsetMs = timeZoneOf(timeZone)?.periodAt(ms).offsetMs ?? 0;
  const local = new Date(ms + offsetMs).toISOString().slice(0, 19);
  if (offsetMs === 0) return `${local}Z`;
  const minutes = Math.floor(Math.abs(offsetMs) / 60_000);
  return `${local}${offsetMs < 0 ? '-' : '+'}${twoDigits(Math.floor(minutes / 60))}:${twoDigits(minutes % 60)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
