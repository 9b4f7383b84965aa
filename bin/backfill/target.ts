import { backfillAnnotation, backfilledAnnotation } from '../../lib/apis/batch/v1/cronjob/backfill.js';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { CronJobTicks } from '../../lib/apis/finite/v1/cronjob-ticks/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { jobFromTemplate } from '../../lib/controllers/cronjob/job-from-template.js';
import { ApiError, type ApiClient } from '../local/api-client.js';
import type { DoneTicks } from './done-ticks.js';

type JobObject = KubeObject & Job;

/** A CronJob on its server, and what a backfill does with it. */
export class Target {
  readonly #cronJobPath: string;
  readonly #jobsPath: string;

  constructor(
    readonly client: ApiClient,
    namespace: string,
    name: string,
  ) {
    const group = `/apis/batch/v1/namespaces/${encodeURIComponent(namespace)}`;
    this.#cronJobPath = `${group}/cronjobs/${encodeURIComponent(name)}`;
    this.#jobsPath = `${group}/jobs`;
  }

  async cronJob(): Promise<KubeObject & CronJob> {
    return (await this.client.get(this.#cronJobPath)) as KubeObject & CronJob;
  }

  /** Times (RFC 3339) of ticks that are known not to have run. A server without such a ledger knows of none. */
  async skippedTicks(): Promise<ReadonlySet<string>> {
    const ticks = await orAbsent(this.client.get(`${this.#cronJobPath}/ticks?past=1000&next=0`));
    const past = (ticks as (KubeObject & CronJobTicks) | undefined)?.status.past ?? [];
    return new Set(past.filter(({ reason }) => reason !== undefined).map(({ time }) => time));
  }

  /** The Jobs of backfills before this one that have not ended. */
  async unfinishedJobs(cronJob: CronJob): Promise<readonly JobObject[]> {
    const { items } = (await this.client.get(this.#jobsPath)) as unknown as { items: readonly JobObject[] };
    return items.filter(
      (job) =>
        job.metadata.annotations?.[backfillAnnotation] !== undefined &&
        isOwnedBy(job, cronJob) &&
        !job.spec.suspend &&
        endOf(job) === undefined,
    );
  }

  async job(name: string): Promise<JobObject | undefined> {
    return (await orAbsent(this.client.get(this.#jobPath(name)))) as JobObject | undefined;
  }

  /** The Job of this name, which must be the CronJob's where there is one. */
  async ownJob(cronJob: CronJob, name: string): Promise<JobObject | undefined> {
    const job = await this.job(name);
    if (job !== undefined && !isOwnedBy(job, cronJob)) throw new Error(`${name} is a Job of somebody else`);
    return job;
  }

  /** The Job of a tick, suspended; or the one that is there under its name. */
  async createSuspended(cronJob: CronJob, tick: number): Promise<JobObject> {
    const { object } = jobFromTemplate(cronJob, tick, '');
    const { metadata } = object;
    const annotations = { ...metadata.annotations, [backfillAnnotation]: 'true' };
    const spec = { ...(object['spec'] as Job['spec']), suspend: true };
    try {
      const created = await this.client.create(this.#jobsPath, {
        ...object,
        metadata: { ...metadata, annotations },
        spec,
        status: undefined,
      });
      return created as JobObject;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status.reason !== 'AlreadyExists') throw error;
    }
    return (await this.ownJob(cronJob, metadata.name)) ?? this.createSuspended(cronJob, tick);
  }

  /** False: somebody has changed the CronJob meanwhile. */
  async writeDone({ metadata }: CronJob, done: readonly DoneTicks[]): Promise<boolean> {
    const annotations = { [backfilledAnnotation]: JSON.stringify(done) };
    const change = { metadata: { resourceVersion: metadata.resourceVersion, uid: metadata.uid, annotations } };
    return unlessConflict(this.client.patch(this.#cronJobPath, change));
  }

  async resume({ metadata: { name, uid } }: Job): Promise<void> {
    await orAbsent(this.client.patch(this.#jobPath(name), { metadata: { uid }, spec: { suspend: false } }));
  }

  /** False: the Job has changed since it was read. */
  async removeUnchanged({ metadata: { name, uid, resourceVersion } }: Job): Promise<boolean> {
    const options = { preconditions: { uid, resourceVersion }, propagationPolicy: 'Background' };
    return unlessConflict(orAbsent(this.client.delete(this.#jobPath(name), options)));
  }

  #jobPath(name: string): string {
    return `${this.#jobsPath}/${encodeURIComponent(name)}`;
  }
}

function isOwnedBy({ metadata }: Job, owner: CronJob): boolean {
  return metadata.ownerReferences?.some(({ controller, uid }) => controller && uid === owner.metadata.uid) ?? false;
}

/** The condition that ended a Job; undefined while it has not. */
export function endOf({ status }: Job): 'Complete' | 'Failed' | undefined {
  const final = status.conditions?.find(
    (condition) => (condition.type === 'Complete' || condition.type === 'Failed') && condition.status === 'True',
  );
  return final?.type as 'Complete' | 'Failed' | undefined;
}

async function orAbsent<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiError && error.status.code === 404) return undefined;
    throw error;
  }
}

async function unlessConflict(answer: Promise<unknown>): Promise<boolean> {
  try {
    await answer;
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status.reason === 'Conflict') return false;
    throw error;
  }
}
