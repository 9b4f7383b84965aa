import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { ChildJob } from '../../controllers/cronjob/children.js';
import { reconcileCronJob } from '../../controllers/cronjob/reconcile.js';
import type { Change } from '../../ports/store.js';
import { joinKey, splitKey, type Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';
import { perform } from '../perform.js';
import type { CronJobJobsView } from './cronjob-jobs.js';

const COMPONENT = 'cronjob-controller';

/** Keys are `namespace/cronjob`. */
export class CronJobController implements Controller {
  readonly name = 'cronjob';
  /** With fewer the Jobs of one second wait for pods of those before them; more are in memory at once for nothing. */
  readonly concurrency = 1000;

  constructor(
    readonly context: ControllerContext,
    readonly jobs: CronJobJobsView,
  ) {}

  reset(): void {
    this.jobs.clear();
  }

  observe(change: Change, add: (key: string) => void): void {
    const { resource, namespace, name } = change.key;
    if (resource === 'jobs') this.jobs.apply(change, add);
    else if (resource === 'cronjobs' && change.type !== 'deleted') add(joinKey(namespace, name));
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { store, clock, ids } = this.context;
    const takenNames = new Set<string>();
    for (;;) {
      const stored = await store.get({ resource: 'cronjobs', ...splitKey(key) });
      if (!stored) return undefined;
      const cronJob = stored.object as KubeObject & CronJob;
      const jobs = await this.jobs.of(key, cronJob.metadata.uid);
      const released = await this.#released(cronJob, jobs);
      const record = stored.record as CronJobRecord | undefined;
      const observed = { cronJob, record, jobs, released, newUid: ids.uid(), takenNames };
      const decision = reconcileCronJob(observed, clock.now());
      const { taken, terminating, outdated } = await perform(this.context, { stored, component: COMPONENT }, decision);
      if (terminating) return undefined;
      if (taken.length === 0 && !outdated) return decision.requeueAt;
      for (const name of taken) takenNames.add(name);
    }
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('A CronJob could not be reconciled; it is tried again.', { key, error });
    if (error instanceof StatusError) void this.#recordRefusal(key, error);
  }

  /** Jobs of `status.active` that are there, but no longer the CronJob's. */
  async #released({ metadata, status }: KubeObject & CronJob, jobs: readonly ChildJob[]): Promise<ReadonlySet<string>> {
    const released = new Set<string>();
    for (const { name = '', uid = '' } of status.active ?? []) {
      if (jobs.some((job) => job.uid === uid)) continue;
      const found = await this.context.store.get({ resource: 'jobs', namespace: metadata.namespace ?? '', name });
      if (found?.object.metadata.uid === uid) released.add(uid);
    }
    return released;
  }

  async #recordRefusal(key: string, { message }: StatusError): Promise<void> {
    const stored = await this.context.store.get({ resource: 'cronjobs', ...splitKey(key) }).catch(() => undefined);
    if (!stored) return;
    const event = { type: 'Warning', reason: 'FailedCreate', message: `Error creating job: ${message}` } as const;
    this.context.events.record({ ...event, component: COMPONENT, object: stored.object });
  }
}
