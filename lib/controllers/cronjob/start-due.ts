import type { CronJobRecord, SkipReason } from '../../apis/batch/v1/cronjob/record.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { EventToRecord } from '../decision.js';
import { isPassedOver, openTick, waitsForTurn } from './catch-up.js';
import { referenceToJob, withActive } from './children.js';
import { isForbidden, toReplace } from './concurrency-policy.js';
import { deleteJob } from './history-limit.js';
import { jobFromTemplate, jobName } from './job-from-template.js';
import { newestDue, startTimeOf } from './jitter.js';
import { noted, reasonOf, settle, skip } from './ledger.js';
import { tooManyMissed } from './missed-runs.js';
import type { Draft, ObservedCronJob } from './draft.js';
import type { Schedule } from './schedule.js';
import { earliestStart } from './starting-deadline-seconds.js';

/** Starts the tick whose turn it is, or says why not; those before it are given up. */
export function startDue(draft: Draft, schedule: Schedule, observed: ObservedCronJob, now: number): Draft {
  const { cronJob } = observed;
  const { settledUntil, held } = draft.record;
  const newest = newestDue(cronJob, schedule, now);
  if (newest === undefined || newest <= settledUntil) return draft;
  const earliest = earliestStart(cronJob, now);
  const { record, due } = openTick(cronJob, schedule, draft.record, newest, earliest);
  if (due === undefined) return { ...draft, record };
  const whyNot = whyNotStarted(observed, record, due, startTimeOf(cronJob, schedule, due), now);
  if (whyNot) return { ...draft, record: skip(record, { scheduledAt: due, reason: whyNot }) };
  const isNew = held?.scheduledAt !== due;
  const warnings = isNew ? tooManyMissed(cronJob, schedule, Math.max(settledUntil, earliest), now) : [];
  const next = { ...draft, record, events: [...draft.events, ...warnings] };
  const active = draft.status.active ?? [];
  if (isForbidden(cronJob, active)) return isNew ? hold(next, due) : next;
  const running = observed.jobs.filter(({ uid }) => active.some((job) => job.uid === uid));
  if (waitsForTurn(cronJob, running, startTimeOf(cronJob, schedule, due))) return next;
  return start(next, observed, due);
}

function whyNotStarted(
  observed: ObservedCronJob,
  record: CronJobRecord,
  due: number,
  startTime: number,
  now: number,
): SkipReason | undefined {
  const { cronJob } = observed;
  if (startTime < earliestStart(cronJob, now)) return reasonOf(record, due, 'DeadlineExceeded');
  if (isPassedOver(cronJob, startTime, now)) return reasonOf(record, due, 'Missed');
  return isNameTaken(observed, due) ? 'NameTaken' : undefined;
}

function isNameTaken({ cronJob, jobs, takenNames }: ObservedCronJob, scheduledAt: number): boolean {
  const name = jobName(cronJob, scheduledAt);
  return takenNames.has(name) || jobs.some((job) => job.name === name);
}

const alreadyActive: EventToRecord = {
  type: 'Normal',
  reason: 'JobAlreadyActive',
  message: 'Not starting job because prior execution is running and concurrency policy is Forbid',
};

function hold(draft: Draft, scheduledAt: number): Draft {
  return {
    ...draft,
    record: { ...draft.record, held: { scheduledAt, reason: 'Forbid' } },
    events: [...draft.events, alreadyActive],
  };
}

function start(draft: Draft, { cronJob, jobs, newUid }: ObservedCronJob, scheduledAt: number): Draft {
  const { namespace = '' } = cronJob.metadata;
  const active = draft.status.active ?? [];
  const replaced = toReplace(cronJob, active);
  const replacedTicks = replaced.flatMap(({ uid }) => {
    const tick = jobs.find((job) => job.uid === uid)?.scheduledAt;
    return tick === undefined ? [] : [{ scheduledAt: tick, reason: 'Replaced' as const }];
  });
  const reference = referenceToJob(namespace, { name: jobName(cronJob, scheduledAt), uid: newUid });
  const status = withActive(draft.status, [...(replaced.length > 0 ? [] : active), reference]);
  return {
    ...draft,
    status: { ...status, lastScheduleTime: formatTime(scheduledAt) },
    record: settle(noted(draft.record, replacedTicks), scheduledAt),
    before: [
      ...draft.before,
      ...replaced.map((job) => deleteJob(namespace, job)),
      jobFromTemplate(cronJob, scheduledAt, newUid),
    ],
  };
}
