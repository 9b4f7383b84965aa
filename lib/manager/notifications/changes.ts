import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { Notification } from '../../ports/notifications.js';
import type { Change } from '../../ports/store.js';
import { jobNotifications } from './job.js';
import { tickNotifications } from './tick.js';

/**
 * What is to be told of changes, in their order. To be asked for each change of a stream once: a manager sees its own
 * writes a second time when the stream brings them.
 */
export function notificationsOf(changes: readonly Change[]): readonly Notification[] {
  return changes.flatMap(notificationsOfChange);
}

function notificationsOfChange(change: Change): readonly Notification[] {
  const { type, key, object, previous, record, previousRecord } = change;
  // Revisions are microseconds since 1970: the time of the change is the same whenever it is told.
  const now = formatTime(change.revision / 1000);
  if (key.resource === 'jobs') {
    const before = type === 'created' ? undefined : ((previous ?? object) as KubeObject & Job);
    return jobNotifications(before, type === 'deleted' ? undefined : (object as KubeObject & Job), now);
  }
  if (key.resource !== 'cronjobs' || type === 'deleted') return [];
  return tickNotifications(
    object as KubeObject & CronJob,
    previousRecord as CronJobRecord | undefined,
    record as CronJobRecord | undefined,
    now,
  );
}
