import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob, CronJobStatus } from '../../apis/batch/v1/cronjob/types.js';
import type { Command, EventToRecord } from '../decision.js';
import type { ChildJob } from './children.js';

/** A CronJob and all that a decision about it depends on. */
export interface ObservedCronJob {
  readonly cronJob: CronJob;
  readonly record: CronJobRecord | undefined;
  /** The Jobs whose controller it is. */
  readonly jobs: readonly ChildJob[];
  /** UIDs of Jobs of `status.active` that exist although the CronJob is not their controller any more. */
  readonly released: ReadonlySet<string>;
  /** The UID that the next Job is to have: chance comes from outside. */
  readonly newUid: string;
  /** Names of Jobs that were found to belong to somebody else. */
  readonly takenNames: ReadonlySet<string>;
}

/** What has been decided so far; each rule makes a new one of it. */
export interface Draft {
  readonly status: CronJobStatus;
  readonly record: CronJobRecord;
  readonly before: readonly Command[];
  readonly events: readonly EventToRecord[];
  readonly requeueAt?: number;
}
