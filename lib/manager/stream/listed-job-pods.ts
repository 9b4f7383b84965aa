import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Job } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { matchesLabelSelector } from '../../apis/meta/v1/label-selector.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { podNamePrefix } from '../../controllers/job/pod-names.js';
import { isTracked } from '../../controllers/job/pods.js';
import type { Clock } from '../../ports/clock.js';
import type { Change, ObjectKey, Revision, Store, StoredObject } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import { joinKey, splitKey } from '../controller.js';
import { jobKeyOf, matters, type JobPodsView, type PodsOfJob } from '../controllers/job-pods.js';
import { Recent } from '../recent.js';
import { ABSENT, PodsOfOneJob } from './pods-of-one-job.js';
import { listByPrefix, listNamespace } from './prefix-list.js';

type JobObject = KubeObject & Job;
type PodObject = KubeObject & Pod;

/** Jobs whose pods are kept. A Job that comes back after that is listed again. */
const JOBS_KEPT = 1000;
/** A larger one reads less; a smaller one finds sooner what no change has told of. */
const KEPT_MS = 300_000;
/** Pods read one by one; for more than these the Job is listed. */
const UNSURE_MAX = 50;
const ORPHANS_KEPT = 1000;
const JOB_NAME = 'batch.kubernetes.io/job-name';

/**
 * The pods of Jobs, listed at the first look at a Job and kept up to date by changes and by what this process writes.
 *
 * What was kept is used only while the Job is at the revision at which it was listed, or at one that this process has
 * written since. Any other manager that counts or makes pods writes the Job in between, so that all it did before is
 * listed anew. What it did after that write, a change tells of; until then its pods look as they were, which costs time
 * only: no pod is counted, made or let go that the Job's revision does not know of.
 */
export class ListedJobPods implements JobPodsView {
  readonly #jobs = new Recent<PodsOfOneJob>(JOBS_KEPT);
  /** Pods without a controller that changes told of, by UID. */
  readonly #orphans = new Recent<StoredObject>(ORPHANS_KEPT);
  /** Jobs with selectors of their own, by key, as they were looked at. */
  readonly #manualSelectors = new Recent<Job>(JOBS_KEPT);

  constructor(
    readonly store: Store,
    readonly clock: Clock,
  ) {}

  /** Nothing kept is used again. */
  clear(): void {
    this.#jobs.clear();
    this.#orphans.clear();
  }

  apply(change: Change, add: (key: string) => void): void {
    const pod = change.object as PodObject;
    const before = change.previous as PodObject | undefined;
    const key = jobKeyOf(pod);
    const keyBefore = before && jobKeyOf(before);
    if (keyBefore !== undefined && keyBefore !== key) {
      this.#jobs.get(keyBefore)?.left(pod, change.revision);
      if (splitKey(keyBefore).name !== '') add(keyBefore);
    }
    this.#applyOrphan(change, pod, add);
    if (key === undefined || splitKey(key).name === '') return;
    if (change.type === 'deleted') this.#jobs.get(key)?.left(pod, change.revision);
    else this.#jobs.get(key)?.heard(change);
    if (change.type !== 'replaced' || !before || matters(before, pod)) add(key);
  }

  /** What only its status says was written by a manager, which has looked at the rest itself. */
  applyJob({ type, key, object, previous }: Change, add: (key: string) => void): void {
    const isOwn =
      type === 'replaced' &&
      previous !== undefined &&
      previous.metadata.generation === object.metadata.generation &&
      previous.metadata.deletionTimestamp === object.metadata.deletionTimestamp;
    if (!isOwn) add(joinKey(key.namespace, key.name));
  }

  /** This process has written a pod or a Job: `expected` is the revision it replaced. */
  wrote(change: Change, expected: Revision | undefined): void {
    const { key, type, revision } = change;
    if (key.resource === 'jobs') {
      const pods = this.#jobs.get(joinKey(key.namespace, key.name));
      if (pods && pods.jobRevision === (expected ?? ABSENT)) pods.jobRevision = type === 'deleted' ? ABSENT : revision;
    } else if (key.resource === 'pods' && type !== 'deleted') {
      this.found(change);
    }
  }

  /** A pod as it is now. Returns the key of the Job to which that is news. */
  found({ key, object, revision }: StoredObject): string | undefined {
    const jobKey = key.resource === 'pods' ? jobKeyOf(object as PodObject) : undefined;
    if (jobKey === undefined) return undefined;
    return this.#jobs.get(jobKey)?.saw({ object, revision }) ? jobKey : undefined;
  }

  /** A pod that is not there. Returns the keys of the Jobs to which that is news. */
  missed({ resource, namespace, name }: ObjectKey): readonly string[] {
    if (resource !== 'pods') return [];
    const keys: string[] = [];
    for (const [key, pods] of this.#jobs) {
      const job = splitKey(key);
      const mayBeIts = job.namespace === namespace && name.startsWith(podNamePrefix(job.name));
      if (mayBeIts && pods.missed(name)) keys.push(key);
    }
    return keys;
  }

  async look(key: string, stored: StoredObject | undefined): Promise<PodsOfJob> {
    const { namespace, name } = splitKey(key);
    if (name === '') return { named: await this.#trackedOrphans(namespace), orphans: [] };
    const job = stored?.object as JobObject | undefined;
    if (job?.spec.manualSelector) this.#manualSelectors.set(key, job);
    const known = this.#jobs.get(key);
    const pods =
      known && this.#isUsable(known, stored) ? await this.#madeSure(namespace, known) : await this.#list(key, stored);
    return { named: pods.pods, orphans: job ? await this.#orphansOf(job, namespace) : [] };
  }

  /** One that is still being listed belongs to a look that an invocation before this one has not ended. */
  #isUsable({ jobRevision, atMs, unsure, isComplete }: PodsOfOneJob, stored: StoredObject | undefined): boolean {
    const isFresh = this.clock.now() - atMs <= KEPT_MS && unsure.size <= UNSURE_MAX;
    return isComplete && isFresh && jobRevision === (stored?.revision ?? ABSENT);
  }

  async #madeSure(namespace: string, pods: PodsOfOneJob): Promise<PodsOfOneJob> {
    await Promise.all(
      Array.from(pods.unsure, async (name) => {
        const stored = await this.store.get({ resource: 'pods', namespace, name });
        if (stored) pods.saw(stored);
        else pods.missed(name);
      }),
    );
    return pods;
  }

  async #list(key: string, stored: StoredObject | undefined): Promise<PodsOfOneJob> {
    const pods = new PodsOfOneJob(stored?.revision ?? ABSENT, this.clock.now());
    // From now on: what is written while the list is read is not lost.
    this.#jobs.set(key, pods);
    try {
      for await (const pod of this.#podsInStore(key, stored)) {
        const owner = jobKeyOf(pod.object as PodObject);
        if (owner === key) pods.saw(pod);
        else if (owner === joinKey(pod.key.namespace, '')) this.#orphans.set(pod.object.metadata.uid, pod);
      }
    } catch (error) {
      if (this.#jobs.get(key) === pods) this.#jobs.delete(key);
      throw error;
    }
    pods.complete();
    return pods;
  }

  /** Those of a Job with a selector of its own may have any name. */
  #podsInStore(key: string, stored: StoredObject | undefined): AsyncGenerator<StoredObject, void> {
    const { namespace, name } = splitKey(key);
    const job = stored?.object as JobObject | undefined;
    if (job?.spec.manualSelector) return listNamespace(this.store, 'pods', namespace);
    const { nextSlot = 0 } = (stored?.record ?? {}) as Partial<JobRecord>;
    return listByPrefix(this.store, {
      resource: 'pods',
      namespace,
      prefix: podNamePrefix(name),
      expected: nextSlot + 5,
    });
  }

  #applyOrphan(change: Change, pod: PodObject, add: (key: string) => void): void {
    const { uid, namespace = '', labels } = pod.metadata;
    if (change.type === 'deleted' || jobKeyOf(pod) !== joinKey(namespace, '')) return this.#orphans.delete(uid);
    this.#orphans.set(uid, change);
    if (isTracked(pod)) add(joinKey(namespace, ''));
    const name = labels?.[JOB_NAME];
    if (name !== undefined) add(joinKey(namespace, name));
    for (const [key, job] of this.#manualSelectors) {
      if (job.metadata.namespace === namespace && matchesLabelSelector(job.spec.selector, labels)) add(key);
    }
  }

  /** A sweep that saw some has told nobody of them but by the key. */
  async #trackedOrphans(namespace: string): Promise<readonly Pod[]> {
    const isTheirs = ({ key, object }: StoredObject) => key.namespace === namespace && isTracked(object as PodObject);
    const known = await this.#current(isTheirs);
    if (known.length > 0) return known;
    const listed: Pod[] = [];
    for await (const stored of listNamespace(this.store, 'pods', namespace)) {
      const pod = stored.object as PodObject;
      if (isTheirs(stored) && jobKeyOf(pod) === joinKey(namespace, '')) listed.push(pod);
    }
    return listed;
  }

  /** Only what is listed with the Job is adopted: it must be found again when nothing is remembered. */
  #orphansOf({ metadata, spec }: JobObject, namespace: string): Promise<readonly Pod[]> {
    const prefix = spec.manualSelector ? '' : podNamePrefix(metadata.name);
    return this.#current(
      ({ key, object }) =>
        key.namespace === namespace &&
        key.name.startsWith(prefix) &&
        matchesLabelSelector(spec.selector, object.metadata.labels),
    );
  }

  /** Of the orphans that were told of, those that still are, as they are now. */
  async #current(holds: (orphan: StoredObject) => boolean): Promise<readonly Pod[]> {
    const known = Array.from(this.#orphans).filter(([, orphan]) => holds(orphan));
    const current: Pod[] = [];
    await inBatches(known, async ([uid, { key }]) => {
      const pod = (await this.store.get(key))?.object as PodObject | undefined;
      if (pod?.metadata.uid === uid && jobKeyOf(pod) === joinKey(key.namespace, '')) current.push(pod);
      else this.#orphans.delete(uid);
    });
    return current;
  }
}
