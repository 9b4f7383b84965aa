import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import { skipMessage } from '../../apis/batch/v1/cronjob/skip-reasons.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { Notification } from '../../ports/notifications.js';
import { notifiedObject } from './notified-object.js';

/** The ticks of a CronJob that have been given up between two states of its record. */
export function tickNotifications(
  { metadata }: CronJob,
  before: CronJobRecord | undefined,
  after: CronJobRecord | undefined,
  now: string,
): readonly Notification[] {
  const known = new Set(before?.skipped.map(({ scheduledAt, reason }) => `${scheduledAt} ${reason}`));
  const fresh = after?.skipped.filter(({ scheduledAt, reason }) => !known.has(`${scheduledAt} ${reason}`)) ?? [];
  return fresh.map(({ scheduledAt, reason }) => ({
    type: 'TickSkipped',
    id: `${metadata.uid}/TickSkipped/${formatTime(scheduledAt)}/${reason}`,
    time: now,
    object: notifiedObject('CronJob', metadata),
    reason,
    message: skipMessage(reason),
    scheduledAt: formatTime(scheduledAt),
  }));
}
