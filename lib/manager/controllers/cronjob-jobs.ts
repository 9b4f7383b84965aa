import type { Job } from '../../apis/batch/v1/job/types.js';
import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { childJob, type ChildJob } from '../../controllers/cronjob/children.js';
import type { Change } from '../../ports/store.js';
import { joinKey } from '../controller.js';

interface Known {
  readonly key: string;
  readonly ownerUid: string;
  readonly child: ChildJob;
}

/** What CronJobs have to know of their Jobs, kept up to date from the change feed. */
export class CronJobJobs {
  readonly #byUid = new Map<string, Known>();
  /** By `namespace/cronjob`, the UIDs of its Jobs. */
  readonly #byOwner = new Map<string, Set<string>>();

  clear(): void {
    this.#byUid.clear();
    this.#byOwner.clear();
  }

  /** Those whose controller is the CronJob of this key and UID. */
  of(key: string, uid: string): readonly ChildJob[] {
    const known = [...(this.#byOwner.get(key) ?? [])].map((job) => this.#byUid.get(job)!);
    return known.filter(({ ownerUid }) => ownerUid === uid).map(({ child }) => child);
  }

  /** Takes a change of a Job in. Calls `add` for the keys of the CronJobs it may matter to. */
  apply(change: Change, add: (key: string) => void): void {
    const job = change.object as Change['object'] & Job;
    const { uid } = job.metadata;
    const before = this.#byUid.get(uid);
    const after = change.type === 'deleted' ? undefined : knownOf(job);
    if (before && after && before.key === after.key && deepEqual(before, after)) return;
    if (before) this.#forget(uid, before);
    if (after) this.#keep(uid, after);
    if (before) add(before.key);
    if (after && after.key !== before?.key) add(after.key);
  }

  #keep(uid: string, known: Known): void {
    this.#byUid.set(uid, known);
    const jobs = this.#byOwner.get(known.key);
    if (jobs) jobs.add(uid);
    else this.#byOwner.set(known.key, new Set([uid]));
  }

  #forget(uid: string, { key }: Known): void {
    this.#byUid.delete(uid);
    const jobs = this.#byOwner.get(key);
    if (jobs?.delete(uid) && jobs.size === 0) this.#byOwner.delete(key);
  }
}

function knownOf(job: Change['object'] & Job): Known | undefined {
  const owner = job.metadata.ownerReferences?.find(({ controller }) => controller);
  if (owner?.kind !== 'CronJob' || owner.apiVersion !== 'batch/v1') return undefined;
  return { key: joinKey(job.metadata.namespace ?? '', owner.name), ownerUid: owner.uid, child: childJob(job) };
}
