import type { Job } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { matchesLabelSelector } from '../../apis/meta/v1/label-selector.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import { isFinished, isTracked } from '../../controllers/job/pods.js';
import type { Change, StoredObject } from '../../ports/store.js';
import { joinKey, splitKey } from '../controller.js';

/** The pods that a look at one Job sees. */
export interface PodsOfJob {
  /** Of the Job's name, whatever UID their references say, without those that have finished and been counted. */
  readonly named: readonly Pod[];
  /** Without any controller: one of them may be the Job's. */
  readonly orphans: readonly Pod[];
}

/** What Jobs have to know of pods. */
export interface JobPodsView {
  clear(): void;
  /** Takes a change of a pod in. Calls `add` for the keys of the Jobs it may matter to. */
  apply(change: Change, add: (key: string) => void): void;
  /** Takes a change of a Job in. Calls `add` when it has to be looked at. */
  applyJob(change: Change, add: (key: string) => void): void;
  /** The pods of `namespace/job`, as they were when `job` was read or later. `job`: undefined where there is none. */
  look(key: string, job: StoredObject | undefined): PodsOfJob | Promise<PodsOfJob>;
}

/** Set on the pods of a Job whose selector was generated. */
const CONTROLLER_UID = 'batch.kubernetes.io/controller-uid';

/**
 * The pods that Jobs have to know of, kept up to date from the change feed: by the Job their controller reference
 * names those that have not both finished and been counted, and by namespace those without any controller. Its size
 * follows what runs, not what ran.
 */
export class JobPods implements JobPodsView {
  /** By `namespace/job`; the orphans of a namespace are under `namespace/`. */
  readonly #pods = new Map<string, Map<string, Pod>>();
  /** Jobs with selectors of their own, whose pods cannot be told by a label; few, if any. */
  readonly #manualSelectors = new Map<string, Job>();
  readonly #keyByUid = new Map<string, string>();

  clear(): void {
    this.#pods.clear();
    this.#manualSelectors.clear();
    this.#keyByUid.clear();
  }

  look(key: string): PodsOfJob {
    return { named: this.#named(key), orphans: this.#named(joinKey(splitKey(key).namespace, '')) };
  }

  applyJob({ type, key: { namespace, name }, object }: Change, add: (key: string) => void): void {
    const job = object as Change['object'] & Job;
    const key = joinKey(namespace, name);
    if (type === 'deleted') {
      this.#keyByUid.delete(job.metadata.uid);
      this.#manualSelectors.delete(key);
    } else if (type === 'created') {
      this.#keyByUid.set(job.metadata.uid, key);
      if (job.spec.manualSelector) this.#manualSelectors.set(key, job);
    }
    add(key);
  }

  apply(change: Change, add: (key: string) => void): void {
    this.#applyPod(change, add);
    if (change.type !== 'deleted') this.#addAdopters(change.object as PodObject, add);
  }

  #named(key: string): readonly Pod[] {
    return [...(this.#pods.get(key)?.values() ?? [])];
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

  #applyPod(change: Change, add: (key: string) => void): void {
    const pod = change.object as PodObject;
    const key = jobKeyOf(pod);
    const before = change.previous as PodObject | undefined;
    const keyBefore = before && jobKeyOf(before);
    if (keyBefore !== undefined && keyBefore !== key) {
      this.#forget(keyBefore, before!);
      add(keyBefore);
    }
    if (key === undefined) return;
    if (change.type === 'deleted' || isDone(pod)) this.#forget(key, pod);
    else this.#keep(key, pod);
    if (change.type !== 'replaced' || !before || matters(before, pod)) add(key);
  }

  #keep(key: string, pod: Pod): void {
    let pods = this.#pods.get(key);
    if (!pods) {
      pods = new Map();
      this.#pods.set(key, pods);
    }
    pods.set(pod.metadata.uid, pod);
  }

  #forget(key: string, pod: Pod): void {
    const pods = this.#pods.get(key);
    if (pods?.delete(pod.metadata.uid) && pods.size === 0) this.#pods.delete(key);
  }
}

type PodObject = Change['object'] & Pod;

export function controllerOf({ metadata }: Pod): OwnerReference | undefined {
  return metadata.ownerReferences?.find((owner) => owner.controller);
}

/** `namespace/job`; `namespace/` without a controller; undefined: another kind of controller's. */
export function jobKeyOf(pod: Pod): string | undefined {
  const controller = controllerOf(pod);
  if (!controller) return joinKey(pod.metadata.namespace ?? '', '');
  if (controller.kind !== 'Job' || controller.apiVersion !== 'batch/v1') return undefined;
  return joinKey(pod.metadata.namespace ?? '', controller.name);
}

/**
 * Finished and counted: no Job asks for it again. One without a controller may still be adopted, and counted then; one
 * that was labelled as another Job's is still to be released. One that failed while it was deleted may fail its Job
 * although it is not counted; it will soon be gone.
 */
export function isDone(pod: Pod): boolean {
  const { metadata, status } = pod;
  const mayFailJob = status.phase === 'Failed' && metadata.deletionTimestamp !== undefined;
  if (mayFailJob || !isFinished(pod) || isTracked(pod)) return false;
  const uid = controllerOf(pod)?.uid;
  return uid !== undefined && (metadata.labels?.[CONTROLLER_UID] ?? uid) === uid;
}

/** Whether a Job could decide otherwise now. Most writes of a pod's status (addresses, waiting reasons) say nothing to it. */
export function matters(before: Pod, after: Pod): boolean {
  return (
    before.status.phase !== after.status.phase ||
    before.metadata.finalizers?.length !== after.metadata.finalizers?.length ||
    before.metadata.deletionTimestamp !== after.metadata.deletionTimestamp ||
    before.metadata.labels !== after.metadata.labels ||
    before.metadata.annotations !== after.metadata.annotations ||
    before.metadata.ownerReferences !== after.metadata.ownerReferences ||
    before.spec.nodeName !== after.spec.nodeName ||
    isReady(before) !== isReady(after) ||
    restartsOf(before) !== restartsOf(after)
  );
}

function isReady({ status }: Pod): boolean {
  return status.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false;
}

function restartsOf({ status }: Pod): number {
  let restarts = 0;
  for (const container of status.initContainerStatuses ?? []) restarts += container.restartCount;
  for (const container of status.containerStatuses ?? []) restarts += container.restartCount;
  return restarts;
}
