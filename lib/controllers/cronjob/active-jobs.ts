import type { CronJob, CronJobStatus } from '../../apis/batch/v1/cronjob/types.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { EventToRecord } from '../decision.js';
import { referenceToJob, withActive, type ChildJob } from './children.js';

export interface Followed {
  readonly status: CronJobStatus;
  readonly events: readonly EventToRecord[];
}

/** Jobs that are told of otherwise, by UID. */
interface Exceptions {
  /** No longer the CronJob's: in the list for as long as they exist. */
  readonly released: ReadonlySet<string>;
  /** Deleted now, for the sake of history limits: that they have completed is not told any more, as in Kubernetes. */
  readonly leaving: ReadonlySet<string>;
}

/**
 * `status.active` and `status.lastSuccessfulTime` after a look at the Jobs. `started` are those that the status does
 * not know of yet, but that were made for ticks.
 */
export function followJobs(
  { metadata, status }: CronJob,
  jobs: readonly ChildJob[],
  started: readonly ChildJob[],
  { released, leaving }: Exceptions,
): Followed {
  const byUid = new Map(jobs.map((job) => [job.uid, job]));
  const active = status.active ?? [];
  const isMissing = (uid = ''): boolean => !byUid.has(uid) && !released.has(uid);
  const events: EventToRecord[] = [];
  const known = new Set<string>();
  for (const { uid = '', name = '' } of active) {
    known.add(uid);
    if (isMissing(uid)) events.push(event('Normal', 'MissingJob', `Active job went missing: ${name}`));
  }
  for (const job of started) known.add(job.uid);
  for (const { uid, name, ended, backfilled } of jobs) {
    if (ended && known.has(uid)) {
      if (leaving.has(uid)) continue;
      events.push(event('Normal', 'SawCompletedJob', `Saw completed job: ${name}, condition: ${ended}`));
    } else if (!ended && !backfilled && !known.has(uid)) {
      const message = `Saw a job that the controller did not create or forgot: ${name}`;
      events.push(event('Warning', 'UnexpectedJob', message));
    }
  }
  const kept = active.filter(({ uid }) => !isMissing(uid) && byUid.get(uid ?? '')?.ended === undefined);
  const added = started.filter(({ ended }) => !ended).map((job) => referenceToJob(metadata.namespace ?? '', job));
  const changed = kept.length < active.length || added.length > 0;
  return { status: withLastSuccess(changed ? withActive(status, [...kept, ...added]) : status, jobs), events };
}

function withLastSuccess(status: CronJobStatus, jobs: readonly ChildJob[]): CronJobStatus {
  let latest = status.lastSuccessfulTime;
  for (const { ended, completionTime } of jobs) {
    if (ended !== 'Complete' || completionTime === undefined) continue;
    if (latest === undefined || parseTime(completionTime) > parseTime(latest)) latest = completionTime;
  }
  return latest === status.lastSuccessfulTime ? status : { ...status, lastSuccessfulTime: latest };
}

function event(type: EventToRecord['type'], reason: string, message: string): EventToRecord {
  return { type, reason, message };
}
