import type { Pod } from '../../apis/core/v1/pod/types.js';
import { kindOf } from '../../apis/kinds.js';
import { foregroundFinalizer, orphanFinalizer } from '../../apis/meta/v1/deletion.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import {
  collectGarbage,
  isWaiting,
  type ObservedDependent,
  type ObservedOwner,
} from '../../controllers/garbage-collector/reconcile.js';
import { podNamePrefix } from '../../controllers/job/pod-names.js';
import { isActive, isTracked } from '../../controllers/job/pods.js';
import { formatKey, type Change, type ObjectKey, type StoredObject } from '../../ports/store.js';
import { BATCH_MAX, inBatches } from '../commands/batches.js';
import type { ControllerContext } from '../context.js';
import { parseKey, type Controller } from '../controller.js';
import { blocks, COMPONENT, lookAtOwner } from '../controllers/garbage-collector.js';
import { ownersOf } from '../controllers/ownership.js';
import { perform } from '../perform.js';
import { Recent } from '../recent.js';
import { OwnersElsewhere } from './owners-elsewhere.js';
import { listByPrefix } from './prefix-list.js';

/** Ends the key of an owner whose dependents have to be looked at, whether or not it is still there. */
const DEPENDENTS = '/dependents';
/** Of an owner of which nothing is known. */
const EXPECTED = 50;
const WAITING_MAX = 10_000;

/**
 * The garbage collector without a picture of the whole world: dependents are found by their names, which begin with
 * their owner's (the pods of Jobs, the Jobs of CronJobs). Those of other owners and other names the sweep finds.
 *
 * Keys are whole: `pods/default/pi-x7f2k`.
 */
export class ListedGarbageCollector implements Controller {
  readonly name = 'garbage-collector';
  readonly concurrency = 50;

  readonly #elsewhere: OwnersElsewhere;
  /**
   * UIDs of owners that wait for their dependents: one that is made now has to go as well. As far as this process has
   * heard of them; the sweep finds the others.
   */
  readonly #waiting = new Recent<true>(WAITING_MAX);

  constructor(readonly context: ControllerContext) {
    this.#elsewhere = new OwnersElsewhere(context.store);
  }

  observe({ type, key, object, previous }: Change, add: (key: string) => void): void {
    if (key.resource === 'events') return;
    const { deletionTimestamp, finalizers = [] } = object.metadata;
    const text = formatKey(key);
    if (type === 'deleted') {
      if (dependentRange(key)) add(text + DEPENDENTS);
      this.#addBlocked(object, add);
    } else if (deletionTimestamp !== undefined) {
      const waits = finalizers.includes(foregroundFinalizer);
      if (waits && !(previous && isWaiting(previous)) && dependentRange(key)) add(text + DEPENDENTS);
      if (waits) this.#waiting.set(object.metadata.uid, true);
      if (waits || finalizers.includes(orphanFinalizer)) add(text);
    } else if (type === 'created') {
      if (ownersOf(object)?.some(({ uid }) => this.#waiting.get(uid))) add(text);
    } else if (previous) {
      if (blocks(previous) !== blocks(object)) this.#addBlocked(previous, add);
      if (key.resource === 'pods' && wasLeft(previous, object)) add(text);
    }
  }

  async reconcile(key: string): Promise<undefined> {
    if (key.endsWith(DEPENDENTS)) return this.#collectDependents(parseKey(key.slice(0, -DEPENDENTS.length)));
    const stored = await this.context.store.get(parseKey(key));
    if (stored) await this.#collect(stored, (reference) => this.#isElsewhere(reference, stored));
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('The garbage collector could not look at an object; it tries again.', { key, error });
  }

  /** `isElsewhere` is asked of owners that are absent. */
  async #collect(stored: StoredObject, isElsewhere: (reference: OwnerReference) => Promise<boolean>): Promise<void> {
    const { key, object } = stored;
    const leaving = object.metadata.deletionTimestamp !== undefined;
    const owners = leaving
      ? []
      : await Promise.all(
          (ownersOf(object) ?? []).map(async (reference): Promise<ObservedOwner> => {
            const state = await lookAtOwner(this.context.store, reference, object);
            return { reference, state, otherNamespace: state === 'absent' && (await isElsewhere(reference)) };
          }),
        );
    const needsDependents = leaving || owners.some(({ state }) => state === 'waiting');
    const dependents = needsDependents ? await this.#dependents(stored) : [];
    const target = { ...key, uid: object.metadata.uid };
    const decision = collectGarbage({ object, target, owners, dependents });
    await perform(this.context, { stored, component: COMPONENT }, decision);
  }

  #isElsewhere(reference: OwnerReference, { object }: StoredObject): Promise<boolean> {
    return this.#elsewhere.has(reference, object.metadata.namespace ?? '');
  }

  async #collectDependents(owner: ObjectKey): Promise<undefined> {
    // It has just gone from their namespace.
    const nowhere = () => Promise.resolve(false);
    let batch: StoredObject[] = [];
    for await (const stored of this.#named(owner, EXPECTED)) {
      if (!ownersOf(stored.object)?.some(({ kind, name }) => name === owner.name && isOf(kind, owner))) continue;
      batch.push(stored);
      if (batch.length < BATCH_MAX) continue;
      await inBatches(batch, (each) => this.#collect(each, nowhere));
      batch = [];
    }
    await inBatches(batch, (each) => this.#collect(each, nowhere));
  }

  /** Of an object that waits for its dependents, one that blocks it is enough: it is asked as often as it has dependents. */
  async #dependents({ key, object: owner }: StoredObject): Promise<readonly ObservedDependent[]> {
    const { uid } = owner.metadata;
    const waits = isWaiting(owner);
    const dependents: ObservedDependent[] = [];
    for await (const stored of this.#named(key, waits ? 1 : EXPECTED)) {
      const { object } = stored;
      const reference = ownersOf(object)?.find((each) => each.uid === uid);
      if (!reference) continue;
      dependents.push({
        target: { ...stored.key, uid: object.metadata.uid },
        blocksOwner: reference.blockOwnerDeletion ?? false,
        waiting: isWaiting(object),
      });
      if (waits && reference.blockOwnerDeletion) break;
    }
    return dependents;
  }

  async *#named(owner: ObjectKey, expected: number): AsyncGenerator<StoredObject, void> {
    const range = dependentRange(owner);
    if (range) yield* listByPrefix(this.context.store, { ...range, namespace: owner.namespace, expected });
  }

  /** The owners that may wait for an object to go, or to let them go. */
  #addBlocked(object: KubeObject, add: (key: string) => void): void {
    for (const { apiVersion, kind: name, name: owner, blockOwnerDeletion } of ownersOf(object) ?? []) {
      const kind = kindOf(apiVersion, name);
      if (!kind || !blockOwnerDeletion) continue;
      const namespace = kind.namespaced ? (object.metadata.namespace ?? '') : '';
      add(formatKey({ resource: kind.resource, namespace, name: owner }));
    }
  }
}

function dependentRange({
  resource,
  name,
}: ObjectKey): { readonly resource: string; readonly prefix: string } | undefined {
  if (resource === 'jobs') return { resource: 'pods', prefix: podNamePrefix(name) };
  return resource === 'cronjobs' ? { resource: 'jobs', prefix: `${name}-` } : undefined;
}

function isOf(kind: string, owner: ObjectKey): boolean {
  return kind === (owner.resource === 'jobs' ? 'Job' : 'CronJob');
}

/** Its Job let go of it although it runs: most likely the Job went while the pod was being made. */
function wasLeft(previous: KubeObject, object: KubeObject): boolean {
  const pod = object as KubeObject & Pod;
  return isTracked(previous as KubeObject & Pod) && !isTracked(pod) && isActive(pod) && ownersOf(pod) !== undefined;
}
