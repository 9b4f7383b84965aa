import { scheduledTimestampAnnotation } from '../../apis/batch/v1/cronjob/scheduled-time.js';
import type { Job, JobCondition } from '../../apis/batch/v1/job/types.js';
import type { Notification, NotificationType } from '../../ports/notifications.js';
import { notifiedObject, shortened } from './notified-object.js';

/** What has happened to a Job between two states of it; one that is left out is before its creation, or after its end. */
export function jobNotifications(
  before: Job | undefined,
  after: Job | undefined,
  now: string,
): readonly Notification[] {
  const job = after ?? before;
  if (!job) return [];
  const happened: Happening[] = [];
  if (!before) happened.push({ type: 'JobCreated', time: job.metadata.creationTimestamp });
  if (after) happened.push(...progress(before, after));
  else happened.push({ type: 'JobDeleted', time: now, once: true });
  return happened.map((happening) => notification(job, happening));
}

interface Happening {
  readonly type: NotificationType;
  readonly time: string;
  readonly condition?: JobCondition;
  /** Happens to a Job once only, so that the time need not tell it from another. */
  readonly once?: boolean;
}

/** The conditions that are told of, each when it begins to hold. */
const told: readonly { readonly type: NotificationType; readonly condition: string; readonly status: string }[] = [
  { type: 'JobSuspended', condition: 'Suspended', status: 'True' },
  { type: 'JobResumed', condition: 'Suspended', status: 'False' },
  { type: 'JobComplete', condition: 'Complete', status: 'True' },
  { type: 'JobFailed', condition: 'Failed', status: 'True' },
];

function progress(before: Job | undefined, after: Job): readonly Happening[] {
  const happened: Happening[] = [];
  const { startTime } = after.status;
  for (const { type, condition, status } of told) {
    const now = after.status.conditions?.find((other) => other.type === condition);
    const then = before?.status.conditions?.find((other) => other.type === condition);
    if (now?.status !== status || then?.status === status) continue;
    happened.push({ type, time: now.lastTransitionTime ?? after.metadata.creationTimestamp, condition: now });
  }
  // After a resumption, before an end: in the order in which it happens.
  if (startTime && startTime !== before?.status.startTime) {
    const start = { type: 'JobStarted', time: startTime } as const;
    const end = happened.findIndex(({ type }) => type === 'JobComplete' || type === 'JobFailed');
    happened.splice(end < 0 ? happened.length : end, 0, start);
  }
  return happened;
}

function notification(job: Job, { type, time, condition, once }: Happening): Notification {
  const owner = job.metadata.ownerReferences?.find(({ controller, kind }) => controller && kind === 'CronJob');
  const scheduledAt = owner && job.metadata.annotations?.[scheduledTimestampAnnotation];
  return {
    type,
    id: once ? `${job.metadata.uid}/${type}` : `${job.metadata.uid}/${type}/${time}`,
    time,
    object: notifiedObject('Job', job.metadata),
    ...(condition?.reason && { reason: condition.reason }),
    ...(condition?.message && { message: shortened(condition.message) }),
    job: progressOf(job),
    ...(owner && { cronJob: { name: owner.name, uid: owner.uid } }),
    ...(scheduledAt && { scheduledAt: new Date(scheduledAt).toISOString().replace('.000Z', 'Z') }),
  };
}

function progressOf({ spec, status }: Job): NonNullable<Notification['job']> {
  const { active = 0, succeeded = 0, failed = 0, startTime, completionTime } = status;
  return {
    ...(spec.parallelism !== undefined && { parallelism: spec.parallelism }),
    ...(spec.completions !== undefined && { completions: spec.completions }),
    active,
    succeeded,
    failed,
    ...(startTime && { startTime }),
    ...(completionTime && { completionTime }),
  };
}
