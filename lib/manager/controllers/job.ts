import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job, JobStatus } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { CreateObject, Decision } from '../../controllers/decision.js';
import { releaseOrphan } from '../../controllers/job/orphans.js';
import { reconcileJob, type ObservedJob } from '../../controllers/job/reconcile.js';
import { missingPods, reserved } from '../../controllers/job/reservation.js';
import type { Change, StoredObject } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import type { ControllerContext } from '../context.js';
import { splitKey, type Add, type Controller } from '../controller.js';
import { changeMetadataOf, perform } from '../perform.js';
import { controllerOf, type JobPodsView } from './job-pods.js';

type JobDecision = Decision<JobStatus, JobRecord>;

const NOTHING: JobDecision = { before: [], after: [], events: [] };
const COMPONENT = 'job-controller';
/** A refusal is shown from this try on: a namespace that has just been made gets its ServiceAccount within the first. */
const FAILURES_SHOWN = 4;

export interface JobControllerOptions {
  readonly restMs: number;
  readonly pods: JobPodsView;
  /** Pods are announced before they are made: needed where several managers may look at a Job at the same time. */
  readonly announces?: boolean;
}

/** Keys are `namespace/job`; `namespace/` stands for the pods there that have no controller. */
export class JobController implements Controller {
  readonly name = 'job';
  readonly concurrency = 50;
  readonly restMs: number;
  readonly #pods: JobPodsView;
  readonly #announces: boolean;
  readonly #takenNames = new Map<string, Set<string>>();

  constructor(
    readonly context: ControllerContext,
    { restMs, pods, announces = false }: JobControllerOptions,
  ) {
    this.restMs = restMs;
    this.#pods = pods;
    this.#announces = announces;
  }

  reset(): void {
    this.#pods.clear();
  }

  /** Pods often end together: seen together they are counted, and judged, together. */
  observe(change: Change, add: Add): void {
    if (change.key.resource === 'pods') {
      this.#pods.apply(change, (key) => add(key, true));
    } else if (change.key.resource === 'jobs') {
      if (change.type === 'deleted') this.#takenNames.delete(change.object.metadata.uid);
      this.#pods.applyJob(change, add);
    }
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { store } = this.context;
    const { namespace, name } = splitKey(key);
    /** Announced pods are tried once a look: one may be there, finished and let go. */
    const tried = new Set<string>();
    for (;;) {
      const stored = name === '' ? undefined : await store.get({ resource: 'jobs', namespace, name });
      const uid = stored?.object.metadata.uid;
      const { named, orphans } = await this.#pods.look(key, stored);
      const own = named.filter((pod) => uid !== undefined && controllerOf(pod)?.uid === uid);
      if (own.length < named.length) await this.#releaseStrays(named, uid);
      if (!stored) return undefined;
      const observed: ObservedJob = {
        job: stored.object as StoredObject['object'] & Job,
        record: stored.record as JobRecord | undefined,
        pods: orphans.length > 0 ? [...own, ...orphans] : own,
        takenNames: this.#namesToAvoid(stored.object.metadata.uid, tried),
      };
      const missing = this.#missing(observed);
      // Whoever has taken the announcement back since may have let those pods go: their names are free, but used.
      if (missing.length > 0 && (await store.get(stored.key))?.revision !== stored.revision) continue;
      for (const { object } of missing) tried.add(object.metadata.name);
      const decision = missing.length > 0 ? { ...NOTHING, before: missing } : await this.#decide(observed);
      const { taken, terminating } = await perform(this.context, { stored, component: COMPONENT }, decision);
      if (terminating) return undefined;
      if (taken.length === 0 && missing.length === 0) return decision.requeueAt;
      this.#remember(stored.object.metadata.uid, taken);
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

  /** Where pods are announced: those that are not there yet, before anything is decided. */
  #missing(observed: ObservedJob): readonly CreateObject[] {
    return this.#announces ? missingPods(observed, this.context.clock.now()) : [];
  }

  async #decide(observed: ObservedJob): Promise<JobDecision> {
    const now = this.context.clock.now();
    const decision = reconcileJob(observed, now);
    if (!this.#announces) return decision;
    const first = decision.before.find((command) => command.do === 'create');
    // A Job whose pods are refused announces none.
    if (first) await this.context.admission.admit('pods', first.object as KubeObject);
    return reserved(observed, decision, now);
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

  #namesToAvoid(uid: string, tried: ReadonlySet<string>): ReadonlySet<string> | undefined {
    const taken = this.#takenNames.get(uid);
    return tried.size === 0 ? taken : new Set([...(taken ?? []), ...tried]);
  }

  #remember(uid: string, names: readonly string[]): void {
    if (names.length === 0) return;
    const taken = this.#takenNames.get(uid) ?? new Set();
    for (const name of names) taken.add(name);
    this.#takenNames.set(uid, taken);
  }
}
