import type { CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import { firstRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import type { Event } from '../../apis/core/v1/event/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { foregroundFinalizer, orphanFinalizer } from '../../apis/meta/v1/deletion.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { parseTime } from '../../apis/meta/v1/time.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import { nextStartTime } from '../../controllers/cronjob/jitter.js';
import { scheduleOf } from '../../controllers/cronjob/read-schedule.js';
import { finalCondition } from '../../controllers/job/conditions.js';
import { podNamePrefix } from '../../controllers/job/pod-names.js';
import { isFinished, isTracked } from '../../controllers/job/pods.js';
import { reconcileTtlAfterFinished } from '../../controllers/ttl-after-finished/reconcile.js';
import type { Clock } from '../../ports/clock.js';
import { formatKey, StoreError, type Page, type Store, type StoredObject } from '../../ports/store.js';
import type { WakeKey } from '../../ports/wake-ups.js';
import { inBatches } from '../commands/batches.js';
import { joinKey } from '../controller.js';
import { EVENT_TTL_MS } from '../controllers/event-expiry.js';
import { lookAtOwner } from '../controllers/garbage-collector.js';
import { jobKeyOf } from '../controllers/job-pods.js';
import { ownersOf } from '../controllers/ownership.js';
import { listByPrefix } from './prefix-list.js';
import type { TerminatedPods } from './terminated-pods.js';

/**
 * - `unfinished`: what has something left to do by itself: Jobs that have not ended, with their pods, TTLs that are over,
 *   CronJobs that are due, namespaces that go. Its cost follows what runs.
 * - `everything`: every object there is: also pods without Jobs, owners that are gone, finalizers that wait, old events.
 */
export type SweepDepth = 'unfinished' | 'everything';

export interface SweepOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly depth: SweepDepth;
  /** Where a former part ended; left out: at the beginning. */
  readonly from?: SweepCursor;
  /** No further page is read after this time (ms since 1970). */
  readonly untilMs?: number;
  /** No further page is read once so many keys are found. */
  readonly wakesMax?: number;
  /** Is shown every page of pods, where everything is looked at. */
  readonly terminatedPods?: TerminatedPods;
}

/** JSON can hold it. */
export interface SweepCursor {
  readonly resource: string;
  readonly after?: { readonly namespace: string; readonly name: string };
}

export interface SweepResult {
  /** Keys to look at; none is there twice. */
  readonly wakes: readonly WakeKey[];
  /** Where to go on; left out: all has been seen. */
  readonly next?: SweepCursor;
}

const RESOURCES: Readonly<Record<SweepDepth, readonly string[]>> = {
  unfinished: ['namespaces', 'jobs', 'cronjobs'],
  everything: ['namespaces', 'jobs', 'cronjobs', 'pods', 'configmaps', 'secrets', 'serviceaccounts', 'events'],
};
const PAGE = 200;
const WAKES_MAX = 1000;

/**
 * Finds keys that need a look, whatever has become of the events and timers that should have told of them. It writes
 * nothing but the deletion of events that are past their time and of `terminatedPods`; who calls it queues the keys.
 */
export async function sweep(options: SweepOptions): Promise<SweepResult> {
  return new Sweep(options).run();
}

class Sweep {
  readonly #wakes = new Map<string, WakeKey>();
  /** Of the owners looked at in this part, whether they are gone: dependents of one owner follow each other. */
  readonly #gone = new Map<string, Promise<boolean>>();

  constructor(readonly options: SweepOptions) {}

  async run(): Promise<SweepResult> {
    const { depth, from, store } = this.options;
    const resources = RESOURCES[depth];
    let cursor: SweepCursor | undefined = from ?? { resource: resources[0]! };
    while (cursor) {
      const at: SweepCursor = cursor;
      const page: Page = await store.list(
        { resource: at.resource },
        { limit: PAGE, ...(at.after && { after: at.after }) },
      );
      await this.#look(at.resource, page.items);
      const following = resources[resources.indexOf(at.resource) + 1];
      if (page.next) cursor = { resource: at.resource, after: page.next };
      else cursor = following === undefined ? undefined : { resource: following };
      if (this.#isEnough()) break;
    }
    return { wakes: [...this.#wakes.values()], ...(cursor && { next: cursor }) };
  }

  #isEnough(): boolean {
    const { clock, untilMs = Infinity, wakesMax = WAKES_MAX } = this.options;
    return clock.now() >= untilMs || this.#wakes.size >= wakesMax;
  }

  async #look(resource: string, items: readonly StoredObject[]): Promise<void> {
    if (resource === 'events') return this.#expire(items);
    if (resource === 'jobs') await inBatches(items, (stored) => this.#lookAtJob(stored));
    for (const stored of items) {
      this.#lookAtFinalizers(stored);
      if (resource === 'namespaces') this.#lookAtNamespace(stored);
      else if (resource === 'cronjobs') this.#lookAtCronJob(stored);
      else if (resource === 'pods') this.#lookAtPod(stored);
    }
    if (this.options.depth !== 'everything') return;
    await inBatches(items, (stored) => this.#lookAtOwners(stored));
    if (resource === 'pods') await this.options.terminatedPods?.see(items);
  }

  #lookAtNamespace({ key, object }: StoredObject): void {
    const isLeaving = object.metadata.deletionTimestamp !== undefined;
    if (isLeaving || this.options.depth === 'everything') this.#wake('namespace', key.name);
  }

  async #lookAtJob({ key, object, record }: StoredObject): Promise<void> {
    const job = object as KubeObject & Job;
    const text = joinKey(key.namespace, key.name);
    if (reconcileTtlAfterFinished(job, this.options.clock.now()).before.length > 0) {
      this.#wake('ttl-after-finished', text);
    }
    if (finalCondition(job.status) !== undefined) return;
    this.#wake('job', text);
    if (this.options.depth === 'everything') return;
    const { nextSlot = 0 } = (record ?? {}) as Partial<JobRecord>;
    const range = {
      resource: 'pods',
      namespace: key.namespace,
      prefix: podNamePrefix(key.name),
      expected: nextSlot + 5,
    };
    for await (const pod of listByPrefix(this.options.store, range)) {
      if (jobKeyOf(pod.object as KubeObject & Pod) === text) this.#lookAtPod(pod);
    }
  }

  #lookAtCronJob({ key, object, record }: StoredObject): void {
    const cronJob = object as KubeObject & CronJob;
    const { rules, settledUntil } = (record as CronJobRecord | undefined) ?? firstRecord(cronJob);
    const schedule = cronJob.spec.suspend ? undefined : scheduleOf(cronJob, rules);
    const due = schedule && nextStartTime(cronJob, schedule, settledUntil, settledUntil);
    const isDue = due !== undefined && due <= this.options.clock.now();
    const hasChanged = rules.schedule !== cronJob.spec.schedule || rules.timeZone !== cronJob.spec.timeZone;
    if (isDue || hasChanged || cronJob.status.active?.length) this.#wake('cronjob', joinKey(key.namespace, key.name));
  }

  /** Not finished, or not let go: for the runtime's controller, and for the Job's that may have gone. */
  #lookAtPod({ key, object }: StoredObject): void {
    const pod = object as KubeObject & Pod;
    const leaving = pod.metadata.deletionTimestamp !== undefined;
    if (!isFinished(pod) || leaving) this.#wake('pod', joinKey(key.namespace, key.name));
    const jobKey = isTracked(pod) ? jobKeyOf(pod) : undefined;
    if (jobKey !== undefined) this.#wake('job', jobKey);
  }

  #lookAtFinalizers({ key, object }: StoredObject): void {
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const waits = finalizers.includes(foregroundFinalizer) || finalizers.includes(orphanFinalizer);
    if (deletionTimestamp !== undefined && waits) this.#wake('garbage-collector', formatKey(key));
  }

  async #lookAtOwners({ key, object }: StoredObject): Promise<void> {
    for (const owner of ownersOf(object) ?? []) {
      if (await this.#isGone(owner, object)) this.#wake('garbage-collector', formatKey(key));
    }
  }

  #isGone(owner: OwnerReference, object: KubeObject): Promise<boolean> {
    const id = `${object.metadata.namespace} ${owner.uid} ${owner.kind} ${owner.name}`;
    let gone = this.#gone.get(id);
    if (!gone) {
      gone = lookAtOwner(this.options.store, owner, object).then((state) => state !== 'solid');
      this.#gone.set(id, gone);
    }
    return gone;
  }

  /** Of one that has been written again meanwhile, the next sweep decides. */
  async #expire(items: readonly StoredObject[]): Promise<void> {
    const { store, clock } = this.options;
    const expired = items.filter(({ object }) => {
      const { lastTimestamp, metadata } = object as KubeObject & Event;
      const last = parseTime(lastTimestamp ?? metadata.creationTimestamp);
      return last !== undefined && last + EVENT_TTL_MS <= clock.now();
    });
    await inBatches(expired, async ({ key, revision }) => {
      try {
        await store.delete(key, revision);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
      }
    });
  }

  #wake(controller: string, key: string): void {
    this.#wakes.set(`${controller} ${key}`, { controller, key });
  }
}
