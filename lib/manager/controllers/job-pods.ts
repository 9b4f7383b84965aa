import { TRACKING_FINALIZER } from '../../apis/batch/v1/job/well-known.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { Change } from '../../ports/store.js';
import { joinKey } from '../controller.js';

/**
 * The pods that Jobs have to know of, kept up to date from the change feed: by the Job their controller reference
 * names those that have not both finished and been counted, and by namespace those without any controller. Its size
 * follows what runs, not what ran.
 */
export class JobPods {
  /** By `namespace/job`; the orphans of a namespace are under `namespace/`. */
  readonly #pods = new Map<string, Map<string, Pod>>();

  clear(): void {
    this.#pods.clear();
  }

  /** Of a Job's name, whatever UID their references say. */
  named(key: string): readonly Pod[] {
    return [...(this.#pods.get(key)?.values() ?? [])];
  }

  /** Takes a change of a pod in. Calls `add` for the keys of the Jobs it may matter to. */
  apply(change: Change, add: (key: string) => void): void {
    const pod = change.object as PodObject;
    const key = keyOf(pod);
    const before = change.previous as PodObject | undefined;
    const keyBefore = before && keyOf(before);
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

/** Undefined: another kind of controller's. */
function keyOf(pod: Pod): string | undefined {
  const controller = controllerOf(pod);
  if (!controller) return joinKey(pod.metadata.namespace ?? '', '');
  if (controller.kind !== 'Job' || controller.apiVersion !== 'batch/v1') return undefined;
  return joinKey(pod.metadata.namespace ?? '', controller.name);
}

/** Finished and counted: no Job asks for it again. One without a controller may still be adopted, and counted then. */
function isDone(pod: Pod): boolean {
  const finished = pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed';
  return finished && controllerOf(pod) !== undefined && !pod.metadata.finalizers?.includes(TRACKING_FINALIZER);
}

/** Whether a Job could decide otherwise now. Most writes of a pod's status (addresses, waiting reasons) say nothing to it. */
function matters(before: Pod, after: Pod): boolean {
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
