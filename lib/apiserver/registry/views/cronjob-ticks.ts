import type { CronJobRecord, SkippedTick } from '../../../apis/batch/v1/cronjob/record.js';
import { scheduledTimestampAnnotation } from '../../../apis/batch/v1/cronjob/scheduled-time.js';
import { skipMessage } from '../../../apis/batch/v1/cronjob/skip-reasons.js';
import { jitterMsOf, startDelayMs } from '../../../apis/batch/v1/cronjob/jitter.js';
import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import { cronJobTicksKind } from '../../../apis/finite/v1/cronjob-ticks/kind.js';
import type { CronJobTicks, NextTick, PastTick } from '../../../apis/finite/v1/cronjob-ticks/types.js';
import { invalidValue } from '../../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import { invalid } from '../../../apis/meta/v1/status-error.js';
import { formatTime, parseTime } from '../../../apis/meta/v1/time.js';
import type { Store } from '../../../ports/store.js';
import { integer } from '../../http/body.js';
import type { View, ViewRequest } from '../view.js';

type CronJobObject = KubeObject & CronJob;

/** Enough for a day of a minutely CronJob; more are asked for page by page of time. */
const NEXT_MAX = 1440;
const NEXT_DEFAULT = 10;
const PAST_MAX = 1000;
const PAST_DEFAULT = 50;

/** `ticks` of a CronJob: `?past=50&next=10` says how many of each at most. */
export const cronJobTicks: View<CronJobObject, KubeObject & CronJobTicks> = {
  kind: cronJobTicksKind,
  show: async (cronJob, asked) => {
    const { name, namespace, uid, resourceVersion, creationTimestamp } = cronJob.metadata;
    const next = count(asked, 'next', NEXT_DEFAULT, NEXT_MAX, name);
    const past = count(asked, 'past', PAST_DEFAULT, PAST_MAX, name);
    const record = asked.record as CronJobRecord | undefined;
    return {
      kind: 'CronJobTicks',
      apiVersion: 'finite.dev/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      status: {
        past: past === 0 ? [] : (await pastTicks(cronJob, record, asked.store)).slice(-past),
        ...(record?.held && { waiting: skippedTick(record.held) }),
        next: nextTicks(cronJob, next, asked),
      },
    };
  },
};

function count({ query }: ViewRequest, parameter: string, byDefault: number, max: number, name: string): number {
  const value = integer(query, parameter) ?? byDefault;
  if (value >= 0 && value <= max) return value;
  const { group, kind } = cronJobTicksKind;
  throw invalid(kind, group, name, [invalidValue(parameter, value, `must be between 0 and ${max}, inclusive`)]);
}

/** Those to come, and those that have come but whose jitter has not passed. */
function nextTicks(
  cronJob: CronJobObject,
  limit: number,
  { now, record, parseSchedule }: ViewRequest,
): readonly NextTick[] {
  const { metadata, spec, status } = cronJob;
  if (spec.suspend || metadata.deletionTimestamp !== undefined) return [];
  const anchorMs = parseTime(status.lastScheduleTime ?? metadata.creationTimestamp);
  const schedule = parseSchedule?.(spec.schedule, { timeZone: spec.timeZone, anchorMs });
  const { settledUntil = now } = (record ?? {}) as Partial<CronJobRecord>;
  const from = Math.min(now, Math.max(now - jitterMsOf(cronJob), settledUntil));
  const ticks: NextTick[] = [];
  for (let at = schedule?.next(from); at !== undefined && ticks.length < limit;) {
    const following = schedule?.next(at);
    const startsAt = at + startDelayMs(cronJob, at, following);
    if (startsAt > now) ticks.push({ time: formatTime(at), startTime: formatTime(startsAt) });
    at = following;
  }
  return ticks;
}

/** Skipped ticks and those of Jobs that are still there, by time. A replaced tick has both. */
async function pastTicks(
  cronJob: CronJobObject,
  record: CronJobRecord | undefined,
  store: Store,
): Promise<readonly PastTick[]> {
  const byTime = new Map<string, PastTick>();
  for (const tick of record?.skipped ?? []) {
    const past = skippedTick(tick);
    byTime.set(past.time, past);
  }
  for (const { metadata } of await jobsOf(cronJob, store)) {
    const scheduled = parseTime(metadata.annotations?.[scheduledTimestampAnnotation]);
    if (scheduled === undefined || Number.isNaN(scheduled)) continue;
    const time = formatTime(scheduled);
    byTime.set(time, { time, job: metadata.name, ...byTime.get(time) });
  }
  return [...byTime.values()].sort((a, b) => (a.time < b.time ? -1 : 1));
}

function skippedTick({ scheduledAt, reason }: SkippedTick): PastTick {
  return { time: formatTime(scheduledAt), reason, message: skipMessage(reason) };
}

const PAGE = 500;

/** The Jobs made for ticks: their names begin with the CronJob's. */
async function jobsOf({ metadata: { name, namespace = '', uid } }: CronJobObject, store: Store): Promise<KubeObject[]> {
  const prefix = `${name}-`;
  const jobs: KubeObject[] = [];
  let after: { namespace: string; name: string } | undefined = { namespace, name: prefix };
  while (after !== undefined) {
    const { items, next } = await store.list({ resource: 'jobs', namespace }, { after, limit: PAGE });
    const named = items.filter(({ key }) => key.name.startsWith(prefix)).map(({ object }) => object);
    jobs.push(...named.filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid)));
    after = named.length === items.length ? next : undefined;
  }
  return jobs;
}
