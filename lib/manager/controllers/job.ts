import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { matchesLabelSelector } from '../../apis/meta/v1/label-selector.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import { releaseOrphan } from '../../controllers/job/orphans.js';
import { reconcileJob } from '../../controllers/job/reconcile.js';
import type { Change, StoredObject } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import { joinKey, splitKey, type Add, type Controller } from '../controller.js';
import type { ManagerContext } from '../context.js';
import { changeMetadataOf, perform } from '../perform.js';
import { controllerOf, JobPods } from './job-pods.js';

const COMPONENT = 'job-controller';
/** A refusal is shown from this try on: a namespace that has just been made gets its ServiceAccount within the first. */
const FAILURES_SHOWN = 4;
/** Set on the pods of a Job whose selector was generated. */
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

/** Keys are `namespace/job`; `namespace/` stands for the pods there that have no controller. */
export class JobController implements Controller {
  readonly name = 'job';
  readonly concurrency = 50;
  readonly #pods = new JobPods();
  /** Jobs with selectors of their own, whose pods cannot be told by a label; few, if any. */
  readonly #manualSelectors = new Map<string, Job>();
  readonly #keyByUid = new Map<string, string>();
  readonly #takenNames = new Map<string, Set<string>>();

  constructor(
    readonly context: ManagerContext,
    readonly restMs: number,
  ) {}

  reset(): void {
    this.#pods.clear();
    this.#manualSelectors.clear();
    this.#keyByUid.clear();
  }

  /** Pods often end together: seen together they are counted, and judged, together. */
  observe(change: Change, add: Add): void {
    if (change.key.resource === 'pods') {
      const gather = (key: string): void => add(key, true);
      this.#pods.apply(change, gather);
      if (change.type !== 'deleted') this.#addAdopters(change.object as Change['object'] & Pod, gather);
    } else if (change.key.resource === 'jobs') {
      this.#observeJob(change, add);
    }
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { store, clock } = this.context;
    const { namespace, name } = splitKey(key);
    for (;;) {
      const stored = name === '' ? undefined : await store.get({ resource: 'jobs', namespace, name });
      const uid = stored?.object.metadata.uid;
      const named = this.#pods.named(key);
      const own = named.filter((pod) => uid !== undefined && controllerOf(pod)?.uid === uid);
      if (own.length < named.length) await this.#releaseStrays(named, uid);
      if (!stored) return undefined;
      const job = stored.object as StoredObject['object'] & Job;
      const orphans = this.#pods.named(joinKey(namespace, ''));
      const decision = reconcileJob(
        {
          job,
          record: stored.record as JobRecord | undefined,
          pods: orphans.length > 0 ? [...own, ...orphans] : own,
          takenNames: this.#takenNames.get(job.metadata.uid),
        },
        clock.now(),
      );
      const { taken, terminating } = await perform(this.context, { stored, component: COMPONENT }, decision);
      if (terminating) return undefined;
      if (taken.length === 0) return decision.requeueAt;
      this.#remember(job.metadata.uid, taken);
    }
  }

  failed(key: string, error: unknown, failures: number): void {
    this.context.log.warn('A Job could not be reconciled; it is tried again.', { key, error });
    if (failures >= FAILURES_SHOWN && error instanceof StatusError) void this.#recordRefusal(key, error);
  }

  async #recordRefusal(key: string, { message }: StatusError): Promise<void> {
    const stored = await this.context.store.get({ resource: 'jobs', ...splitKey(key) }).catch(() => undefined);
    if (!stored) return;
    const event = { type: 'Warning', reason: 'FailedCreate', message: `Error creating: ${message}` } as const;
    this.context.events.record({ ...event, component: COMPONENT, object: stored.object });
  }

  #observeJob({ type, key: { namespace, name }, object }: Change, add: (key: string) => void): void {
    const job = object as Change['object'] & Job;
    const key = joinKey(namespace, name);
    if (type === 'deleted') {
      this.#keyByUid.delete(job.metadata.uid);
      this.#manualSelectors.delete(key);
      this.#takenNames.delete(job.metadata.uid);
    } else if (type === 'created') {
      this.#keyByUid.set(job.metadata.uid, key);
      if (job.spec.manualSelector) this.#manualSelectors.set(key, job);
    }
    add(key);
  }

  /** A pod without a controller may be one of a Job that matches its labels. */
  #addAdopters(pod: Pod, add: (key: string) => void): void {
    if (controllerOf(pod)) return;
    const { labels, namespace } = pod.metadata;
    const key = this.#keyByUid.get(labels?.[CONTROLLER_UID] ?? '');
    if (key !== undefined) add(key);
    for (const [manual, job] of this.#manualSelectors) {
      if (job.metadata.namespace === namespace && matchesLabelSelector(job.spec.selector, labels)) add(manual);
    }
  }

  /** Nobody counts the pods of a Job that is gone: they lose the finalizer that waits for it. */
  async #releaseStrays(pods: readonly Pod[], uid: string | undefined): Promise<void> {
    const strays = pods.filter((pod) => uid === undefined || controllerOf(pod)?.uid !== uid);
    await inBatches(
      strays.flatMap((pod) => releaseOrphan(pod, undefined)),
      async (command) => {
        if (command.do === 'change-metadata') await changeMetadataOf(this.context, command);
      },
    );
  }

  #remember(uid: string, names: readonly string[]): void {
    this.#takenNames.set(uid, new Set([...(this.#takenNames.get(uid) ?? []), ...names]));
  }
}
