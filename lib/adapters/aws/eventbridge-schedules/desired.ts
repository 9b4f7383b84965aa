import { createHash } from 'node:crypto';
import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import { scheduleProblem } from '../../../apis/batch/v1/cronjob/schedule-syntax.js';
import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import { anchorOf } from './coverage.js';
import { cronInput } from './cron-input.js';
import { schedulerExpressions } from './expressions.js';

/** What schedules call, and where they are kept. */
export interface ScheduleTarget {
  /** Name of the schedule group. */
  readonly group: string;
  readonly functionArn: string;
  /** What EventBridge Scheduler calls the function as. */
  readonly roleArn: string;
  /** Of the queue for calls that failed. */
  readonly deadLetterArn?: string;
}

export type DesiredSchedule = CreateScheduleCommandInput & { readonly Name: string };

/** A call that is an hour late tells the controller nothing that the next one, or the sweep, will not. */
const RetryPolicy = { MaximumEventAgeInSeconds: 3600, MaximumRetryAttempts: 60 };

/**
 * The schedules a CronJob is to have: none while it is suspended or being deleted. A name is the CronJob's UID and a hash
 * of all the rest, so a schedule is never changed: another one takes its place, and a list of names shows what is right.
 */
export function desiredSchedules(cronJob: CronJob, target: ScheduleTarget): readonly DesiredSchedule[] {
  const { metadata, spec } = cronJob;
  const { schedule = '', timeZone, suspend } = spec;
  if (suspend || metadata.deletionTimestamp !== undefined || scheduleProblem(schedule) !== undefined) return [];
  return schedulerExpressions(schedule, timeZone, anchorOf(cronJob)).map((recurring) => {
    const content = {
      GroupName: target.group,
      Description: `CronJob ${metadata.namespace}/${metadata.name}`,
      ScheduleExpression: recurring.expression,
      ScheduleExpressionTimezone: recurring.timeZone,
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: target.functionArn,
        RoleArn: target.roleArn,
        Input: cronInput(cronJob),
        RetryPolicy,
        ...(target.deadLetterArn !== undefined && { DeadLetterConfig: { Arn: target.deadLetterArn } }),
      },
    } as const;
    const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 20);
    return { ...content, Name: `${namePrefix(metadata.uid)}${hash}` };
  });
}

/** How the names of a CronJob's schedules begin. */
export function namePrefix(uid: string): string {
  return `${uid}.`;
}

/** The opposite of `namePrefix`; undefined: a schedule that is not ours. */
export function uidOf(scheduleName: string): string | undefined {
  return /^([0-9a-f-]{36})\.[0-9a-f]{20}$/.exec(scheduleName)?.[1];
}
