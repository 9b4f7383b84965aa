import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { ChildJob } from '../../controllers/cronjob/children.js';
import { jobFromTemplate } from '../../controllers/cronjob/job-from-template.js';
import { reconcileCronJob } from '../../controllers/cronjob/reconcile.js';
import type { Change } from '../../ports/store.js';
import { newObject } from '../commands/create.js';
import { joinKey, splitKey, type Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';
import { perform } from '../perform.js';
import type { CronJobJobsView } from './cronjob-jobs.js';

type CronJobDecision = ReturnType<typeof reconcileCronJob>;

const COMPONENT = 'cronjob-controller';

/** Keys are `namespace/cronjob`. */
export class CronJobController implements Controller {
  readonly name = 'cronjob';
  /** With fewer the Jobs of one second wait for pods of those before them; more are in memory at once for nothing. */
  readonly concurrency = 1000;
  readonly punctual = true;

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
    else if (resource !== 'cronjobs') return;
    else if (change.type !== 'deleted') add(joinKey(namespace, name));
    else this.context.admission.forget(change.object.metadata.uid);
  }

  async reconcile(key: string, rushed = false): Promise<number | undefined> {
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
      const whole = reconcileCronJob(observed, clock.now());
      const urgent = rushed ? urgentPart(whole) : undefined;
      const decision = urgent ?? whole;
      const { taken, terminating, outdated } = await perform(this.context, { stored, component: COMPONENT }, decision);
      if (terminating) return undefined;
      if (taken.length === 0 && !outdated) {
        if (urgent) return clock.now();
        if (decision.requeueAt !== undefined) await this.#prepare(cronJob, decision.requeueAt, observed.newUid);
        return decision.requeueAt;
      }
      for (const name of taken) takenNames.add(name);
    }
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('A CronJob could not be reconciled; it is tried again.', { key, error });
    if (error instanceof StatusError) void this.#recordRefusal(key, error);
  }

  /** Validates the Job to come while there is time. What is wrong with it is told when it is made. */
  async #prepare(cronJob: KubeObject & CronJob, scheduledAt: number, uid: string): Promise<void> {
    const { admission } = this.context;
    const command = jobFromTemplate(cronJob, scheduledAt, uid);
    if (admission.isValid(command)) return;
    try {
      await admission.admit('jobs', newObject(this.context, command), command);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
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

/**
 * While others wait for their Jobs: the Job alone. The next look finds it by its scheduled time and tells of it in the
 * status, as after a crash in between. Undefined: there is no Job to make, or more to do than that; one that is replaced
 * has to leave the status in the same moment, or it would be taken for missing.
 */
function urgentPart({ before, events }: CronJobDecision): CronJobDecision | undefined {
  const isJobAlone = before.length > 0 && before.every((command) => command.do === 'create');
  if (events.length > 0 || !isJobAlone) return undefined;
  return { before, after: [], events: [] };
}
