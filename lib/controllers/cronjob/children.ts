import { scheduledTimestampAnnotation } from '../../apis/batch/v1/cronjob/scheduled-time.js';
import { backfillAnnotation } from '../../apis/batch/v1/cronjob/backfill.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import type { CronJobStatus } from '../../apis/batch/v1/cronjob/types.js';
import type { ObjectReference } from '../../apis/core/v1/references.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import { finalCondition } from '../job/conditions.js';

/** What a CronJob has to know of one of its Jobs: little, since finished Jobs are kept. */
export interface ChildJob {
  readonly name: string;
  readonly uid: string;
  /** The scheduled time it was made for (ms since 1970); left out of Jobs made by hand. */
  readonly scheduledAt?: number;
  /** Made by `finite backfill` for a tick that was over. */
  readonly backfilled?: true;
  readonly deleting: boolean;
  /** The condition that ended it. */
  readonly ended?: 'Complete' | 'Failed';
  /** RFC 3339. */
  readonly startTime?: string;
  /** RFC 3339. */
  readonly completionTime?: string;
}

export function childJob({ metadata, status }: Job): ChildJob {
  const scheduledAt = parseTime(metadata.annotations?.[scheduledTimestampAnnotation]);
  const ended = finalCondition(status)?.type as ChildJob['ended'];
  return {
    name: metadata.name,
    uid: metadata.uid,
    deleting: metadata.deletionTimestamp !== undefined,
    ...(metadata.annotations?.[backfillAnnotation] !== undefined && { backfilled: true }),
    ...(scheduledAt !== undefined && !Number.isNaN(scheduledAt) && { scheduledAt }),
    ...(ended && { ended }),
    ...(status.startTime && { startTime: status.startTime }),
    ...(status.completionTime && { completionTime: status.completionTime }),
  };
}

export function referenceToJob(namespace: string, { name, uid }: Pick<ChildJob, 'name' | 'uid'>): ObjectReference {
  return { apiVersion: 'batch/v1', kind: 'Job', namespace, name, uid };
}

export function withActive(status: CronJobStatus, active: readonly ObjectReference[]): CronJobStatus {
  const { active: _, ...rest } = status;
  return active.length === 0 ? rest : { ...rest, active };
}
