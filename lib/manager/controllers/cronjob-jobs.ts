import type { Job } from '../../apis/batch/v1/job/types.js';
import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { childJob, type ChildJob } from '../../controllers/cronjob/children.js';
import type { Change } from '../../ports/store.js';
import { joinKey } from '../controller.js';

export interface OwnedJob {
  /** The CronJob's: `namespace/cronjob`. */
  readonly key: string;
  readonly ownerUid: string;
  readonly child: ChildJob;
}

/** What CronJobs have to know of their Jobs. */
export interface CronJobJobsView {
  clear(): void;
  /** Those whose controller is the CronJob of this key and UID, as they were when it was read or later. */
  of(key: string, uid: string): readonly ChildJob[] | Promise<readonly ChildJob[]>;
  /** Takes a change of a Job in. Calls `add` for the keys of the CronJobs it may matter to. */
  apply(change: Change, add: (key: string) => void): void;
}

/** What CronJobs have to know of their Jobs, kept up to date from the change feed. */
export class CronJobJobs implements CronJobJobsView {
  readonly #byUid = new Map<string, OwnedJob>();
  /** By `namespace/cronjob`, the UIDs of its Jobs. */
  readonly #byOwner = new Map<string, Set<string>>();

  clear(): void {
    this.#byUid.clear();
    this.#byOwner.clear();
  }

  of(key: string, uid: string): readonly ChildJob[] {
    const known = [...(this.#byOwner.get(key) ?? [])].map((job) => this.#byUid.get(job)!);
    return known.filter(({ ownerUid }) => ownerUid === uid).map(({ child }) => child);
  }

  apply(change: Change, add: (key: string) => void): void {
    const job = change.object as Change['object'] & Job;
    const { uid } = job.metadata;
    const before = this.#byUid.get(uid);
    const after = change.type === 'deleted' ? undefined : ownedJob(job);
    if (before && after && before.key === after.key && deepEqual(before, after)) return;
    if (before) this.#forget(uid, before);
    if (after) this.#keep(uid, after);
    if (before) add(before.key);
    if (after && after.key !== before?.key) add(after.key);
  }

  #keep(uid: string, known: OwnedJob): void {
    this.#byUid.set(uid, known);
    const jobs = this.#byOwner.get(known.key);
    if (jobs) jobs.add(uid);
    else this.#byOwner.set(known.key, new Set([uid]));
  }

  #forget(uid: string, { key }: OwnedJob): void {
    this.#byUid.delete(uid);
    const jobs = this.#byOwner.get(key);
    if (jobs?.delete(uid) && jobs.size === 0) this.#byOwner.delete(key);
  }
}

/** Undefined: no CronJob's. */
export function ownedJob(job: Change['object'] & Job): OwnedJob | undefined {
  const owner = job.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind !== 'CronJob' || owner.apiVersion !== 'batch/v1') return undefined;
  return { key: joinKey(job.metadata.namespace ?? '', owner.name), ownerUid: owner.uid, child: childJob(job) };
}
