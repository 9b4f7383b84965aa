import { catchUpAnnotation } from '../../apis/batch/v1/cronjob/catch-up.js';
import { jitterAnnotation } from '../../apis/batch/v1/cronjob/jitter.js';
import type { CronJobRecord, SkipReason } from '../../apis/batch/v1/cronjob/record.js';
import { skipMessage } from '../../apis/batch/v1/cronjob/skip-reasons.js';
import { scheduledTimeAnnotation } from '../../apis/batch/v1/cronjob/scheduled-time.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { EventToRecord } from '../decision.js';

/** Reasons that somebody chose, and that are no cause for alarm. */
const asConfigured: ReadonlySet<SkipReason> = new Set(['Forbid', 'Replaced', 'Suspended', 'ScheduleChanged']);
const ours = [catchUpAnnotation, jitterAnnotation, scheduledTimeAnnotation];

/**
 * One event for each tick that was given up between two states of the record. Kubernetes has none, so that they are
 * only for CronJobs that use an annotation of ours; the sub-resource `ticks` tells of all.
 */
export function skipEvents(
  { metadata }: CronJob,
  before: CronJobRecord | undefined,
  { skipped }: CronJobRecord,
): EventToRecord[] {
  if (skipped === before?.skipped || !ours.some((name) => metadata.annotations?.[name] !== undefined)) return [];
  const known = new Set(before?.skipped);
  return skipped
    .filter((tick) => !known.has(tick))
    .map(({ scheduledAt, reason }) => ({
      type: asConfigured.has(reason) ? 'Normal' : 'Warning',
      reason: 'SkippedTick',
      message: `Skipped ${formatTime(scheduledAt)}: ${skipMessage(reason)}`,
    }));
}
