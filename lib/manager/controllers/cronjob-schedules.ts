import { rulesOf, sameRules } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { CronSchedules } from '../../ports/cron-schedules.js';
import type { Change, Store } from '../../ports/store.js';
import type { Controller } from '../controller.js';
import type { Log } from '../log.js';

/** Keeps what wakes CronJobs from outside as their specs say. Keys are `namespace/cronjob/uid`. */
export class CronJobSchedulesController implements Controller {
  readonly name = 'cronjob-schedules';
  /** With more, the services that keep schedules begin to refuse. */
  readonly concurrency = 8;

  constructor(
    readonly context: { readonly store: Store; readonly log: Log },
    readonly schedules: CronSchedules,
  ) {}

  observe({ type, key, object, previous }: Change, add: (key: string) => void): void {
    if (key.resource !== 'cronjobs') return;
    // Each tick changes the status, which schedules do not depend on.
    if (type === 'replaced' && previous && isScheduledAlike(object, previous)) return;
    add(`${key.namespace}/${key.name}/${object.metadata.uid}`);
  }

  async reconcile(key: string): Promise<undefined> {
    const [namespace = '', name = '', uid = ''] = key.split('/');
    const stored = await this.context.store.get({ resource: 'cronjobs', namespace, name });
    if (stored?.object.metadata.uid === uid) await this.schedules.ensure(stored.object as KubeObject & CronJob);
    else await this.schedules.remove(uid);
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn("A CronJob's schedules could not be kept right; it is tried again.", { key, error });
  }
}

function isScheduledAlike(a: KubeObject, b: KubeObject): boolean {
  const isDeleted = ({ metadata }: KubeObject) => metadata.deletionTimestamp !== undefined;
  return (
    isDeleted(a) === isDeleted(b) &&
    sameRules(rulesOf((a as KubeObject & CronJob).spec), rulesOf((b as KubeObject & CronJob).spec))
  );
}
