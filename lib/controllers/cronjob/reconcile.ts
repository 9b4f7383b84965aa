import { firstRecord, type CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob, CronJobStatus } from '../../apis/batch/v1/cronjob/types.js';
import { formatTime, parseTime } from '../../apis/meta/v1/time.js';
import type { Decision, DeleteObject } from '../decision.js';
import { followJobs } from './active-jobs.js';
import type { ChildJob } from './children.js';
import { historyToDelete } from './history-limit.js';
import { jobName } from './job-from-template.js';
import { nextStartTime } from './jitter.js';
import { settle } from './ledger.js';
import { neverFires, scheduleOf, scheduleWarnings } from './read-schedule.js';
import type { Schedule } from './schedule.js';
import { followChanges, giveUp, isOvergrown, knowingSpec } from './schedule-changes.js';
import { skipEvents } from './skip-events.js';
import type { Draft, ObservedCronJob } from './draft.js';
import { startDue } from './start-due.js';

/**
 * What is to be done for a CronJob `now` (ms since 1970). Every tick becomes one Job or an entry in the record's
 * `skipped`; of several that are due only the newest is started, unless `finite.dev/catch-up` says otherwise.
 *
 * A Job is created before the status tells of it. If the process stops in between, the Job is found by its scheduled
 * time, and told of then.
 */
export function reconcileCronJob(observed: ObservedCronJob, now: number): Decision<CronJobStatus, CronJobRecord> {
  const { cronJob, record } = observed;
  const known = record ?? firstRecord(cronJob);
  const history = historyToDelete(cronJob, observed.jobs);
  let draft = settleStarted(observed, knowingSpec(cronJob, known, now), history, now);
  // A Job is all there is to know of its start until the status tells: before that it must not be deleted.
  if (foundStarts(draft, cronJob)) draft = { ...draft, requeueAt: now };
  else {
    draft = { ...draft, before: history };
    if (cronJob.metadata.deletionTimestamp === undefined) draft = followSchedule(draft, observed, now);
  }
  return {
    ...(draft.status !== cronJob.status && { status: draft.status }),
    ...(isWorthWriting(known, draft, cronJob) && { record: draft.record }),
    before: draft.before,
    after: [],
    events: [...draft.events, ...skipEvents(cronJob, known, draft.record)],
    ...(draft.requeueAt !== undefined && { requeueAt: draft.requeueAt }),
  };
}

/** What can be worked out again from the record that is stored is not: a CronJob nobody touches does not change. */
function isWorthWriting(known: CronJobRecord, { record, status }: Draft, cronJob: CronJob): boolean {
  if (record === known) return false;
  return (
    status.lastScheduleTime !== cronJob.status.lastScheduleTime ||
    record.skipped !== known.skipped ||
    record.held !== known.held ||
    record.rules !== known.rules ||
    isOvergrown(known)
  );
}

/** Ticks whose Jobs are there are settled, whether or not it was known before. */
function settleStarted(
  { cronJob, jobs, released }: ObservedCronJob,
  before: CronJobRecord,
  history: readonly DeleteObject[],
  now: number,
): Draft {
  let record = settle(before, parseTime(cronJob.status.lastScheduleTime) ?? 0);
  const settledUntil = record.settledUntil;
  const started = jobs.filter((job) => isStartOf(cronJob, job, settledUntil, now)).sort(byScheduledTime);
  for (const { scheduledAt = 0 } of started) {
    record = settle(giveUp(cronJob, record, scheduledAt - 1, 'Missed'), scheduledAt);
  }
  const leaving = new Set(history.map(({ target }) => target.uid));
  const { status, events } = followJobs(cronJob, jobs, started, { released, leaving });
  const last = started.at(-1)?.scheduledAt;
  return {
    status: last === undefined ? status : { ...status, lastScheduleTime: formatTime(last) },
    record,
    events,
    before: [],
  };
}

/** Jobs were found of whose start the status does not know. */
function foundStarts({ status }: Draft, cronJob: CronJob): boolean {
  return status.lastScheduleTime !== cronJob.status.lastScheduleTime;
}

/** Made for a tick, by us, and not settled yet. */
function isStartOf(cronJob: CronJob, { name, scheduledAt }: ChildJob, settledUntil: number, now: number): boolean {
  if (scheduledAt === undefined || scheduledAt <= settledUntil || scheduledAt > now) return false;
  return name === jobName(cronJob, scheduledAt);
}

function byScheduledTime(a: ChildJob, b: ChildJob): number {
  return (a.scheduledAt ?? 0) - (b.scheduledAt ?? 0);
}

function followSchedule(before: Draft, observed: ObservedCronJob, now: number): Draft {
  const { cronJob } = observed;
  if (cronJob.spec.suspend) return before;
  const draft = { ...before, record: followChanges(cronJob, before.record) };
  const schedule = scheduleOf(cronJob, draft.record.rules);
  if (!schedule) return { ...draft, events: [...draft.events, ...scheduleWarnings(cronJob)] };
  return withNextTime(startDue(draft, schedule, observed, now), schedule, cronJob, now);
}

function withNextTime(draft: Draft, schedule: Schedule, cronJob: CronJob, now: number): Draft {
  const requeueAt = nextStartTime(cronJob, schedule, draft.record.settledUntil, now);
  if (requeueAt !== undefined) return { ...draft, requeueAt };
  return { ...draft, events: [...draft.events, neverFires(cronJob)] };
}
