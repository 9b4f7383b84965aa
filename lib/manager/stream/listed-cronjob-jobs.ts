import type { Job } from '../../apis/batch/v1/job/types.js';
import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { ChildJob } from '../../controllers/cronjob/children.js';
import type { Change, Store } from '../../ports/store.js';
import { splitKey } from '../controller.js';
import { ownedJob, type CronJobJobsView } from '../controllers/cronjob-jobs.js';
import { listByPrefix } from './prefix-list.js';

type JobObject = KubeObject & Job;

/** Those that run and those that the default limits of history keep, and some more. */
const EXPECTED = 10;

/**
 * The Jobs of CronJobs, listed anew at each look: there are few, and nothing has to be remembered. They are found by
 * their names, which begin with the CronJob's; a Job that somebody else has made under another name is not.
 */
export class ListedCronJobJobs implements CronJobJobsView {
  constructor(readonly store: Store) {}

  clear(): void {}

  apply({ type, object, previous }: Change, add: (key: string) => void): void {
    const before = previous && ownedJob(previous as JobObject);
    const after = ownedJob(object as JobObject);
    if (type === 'replaced' && before && after && deepEqual(before, after)) return;
    if (before) add(before.key);
    if (after && after.key !== before?.key) add(after.key);
  }

  async of(key: string, uid: string): Promise<readonly ChildJob[]> {
    const { namespace, name } = splitKey(key);
    const jobs: ChildJob[] = [];
    const range = { resource: 'jobs', namespace, prefix: `${name}-`, expected: EXPECTED };
    for await (const { object } of listByPrefix(this.store, range)) {
      const owned = ownedJob(object as JobObject);
      if (owned?.key === key && owned.ownerUid === uid) jobs.push(owned.child);
    }
    return jobs;
  }
}
