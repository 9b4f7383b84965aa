import { kindOf } from '../../apis/kinds.js';
import { foregroundFinalizer, orphanFinalizer } from '../../apis/meta/v1/deletion.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import {
  collectGarbage,
  isWaiting,
  type ObservedDependent,
  type ObservedOwner,
  type OwnerState,
} from '../../controllers/garbage-collector/reconcile.js';
import { formatKey, type Change, type ObjectKey, type Store, type StoredObject } from '../../ports/store.js';
import { parseKey, type Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';
import { perform } from '../perform.js';
import { Ownership, ownersOf } from './ownership.js';

export const COMPONENT = 'garbage-collector-controller';

/** Keys are whole: `pods/default/pi-x7f2k`. */
export class GarbageCollector implements Controller {
  readonly name = 'garbage-collector';
  readonly concurrency = 200;
  readonly #ownership = new Ownership();
  /** New dependents, until it is known what their owners are: while listing, most of those are still to come. */
  readonly #unsure = new Map<string, KubeObject>();
  /** UIDs of owners that wait for their dependents: one that comes now (its maker had not heard) has to go as well. */
  readonly #waiting = new Set<string>();

  constructor(readonly context: ControllerContext) {}

  reset(): void {
    this.#ownership.clear();
    this.#unsure.clear();
    this.#waiting.clear();
  }

  observe(change: Change, add: (key: string) => void): void {
    if (change.key.resource === 'events') return;
    this.#ownership.apply(change);
    const { object, previous, type } = change;
    const owners = ownersOf(object);
    if (owners && type !== 'deleted' && owners !== (previous && ownersOf(previous))) {
      this.#unsure.set(formatKey(change.key), object);
    }
    if (object.metadata.deletionTimestamp !== undefined || type === 'deleted') this.#observeLeaving(change, add);
    else if (owners && previous && blocks(previous) !== blocks(object)) this.#addOwners(object, add);
  }

  caughtUp(add: (key: string) => void): void {
    for (const [key, object] of this.#unsure) {
      const owners = ownersOf(object)!;
      if (owners.some(({ uid }) => this.#waiting.has(uid))) add(key);
      else if (!owners.every((owner) => this.#isKnown(owner, object))) add(key);
    }
    this.#unsure.clear();
  }

  async reconcile(key: string): Promise<undefined> {
    const { store } = this.context;
    const stored = await store.get(parseKey(key));
    if (!stored) return;
    const { object } = stored;
    const leaving = object.metadata.deletionTimestamp !== undefined;
    const owners = leaving ? [] : await Promise.all((ownersOf(object) ?? []).map((owner) => this.#look(owner, stored)));
    const needsDependents = leaving || owners.some(({ state }) => state === 'waiting');
    const dependents = needsDependents ? await this.#dependents(object) : [];
    const target = { ...stored.key, uid: object.metadata.uid };
    await perform(
      this.context,
      { stored, component: COMPONENT },
      collectGarbage({ object, target, owners, dependents }),
    );
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('The garbage collector could not look at an object; it tries again.', { key, error });
  }

  /** An object that goes, or has gone: its dependents and those who wait for it have to be looked at. */
  #observeLeaving({ type, key, object, previous }: Change, add: (key: string) => void): void {
    const { uid, finalizers = [] } = object.metadata;
    const waits = finalizers.includes(foregroundFinalizer);
    const begins = waits && !(previous && isWaiting(previous));
    if (waits && type !== 'deleted') this.#waiting.add(uid);
    else this.#waiting.delete(uid);
    if (type === 'deleted' || begins) for (const dependent of this.#ownership.dependentsOf(uid)) add(dependent);
    if (type === 'deleted') this.#addOwners(object, add);
    else if (waits || finalizers.includes(orphanFinalizer)) add(formatKey(key));
  }

  #addOwners(object: KubeObject, add: (key: string) => void): void {
    for (const { uid } of ownersOf(object) ?? []) {
      const key = this.#ownership.find(uid);
      if (key) add(formatKey(key));
    }
  }

  #isKnown(owner: OwnerReference, object: KubeObject): boolean {
    const key = this.#ownership.find(owner.uid);
    return key !== undefined && key.name === owner.name && isReachable(key, object);
  }

  async #look(reference: OwnerReference, { object }: StoredObject): Promise<ObservedOwner> {
    const state = await lookAtOwner(this.context.store, reference, object);
    if (state !== 'absent') return { reference, state };
    const elsewhere = this.#ownership.find(reference.uid);
    const otherNamespace = elsewhere !== undefined && !isReachable(elsewhere, object);
    return { reference, state, otherNamespace };
  }

  /** Of an object that waits for its dependents, one that blocks it is enough: it is asked as often as it has dependents. */
  async #dependents(owner: KubeObject): Promise<readonly ObservedDependent[]> {
    const { uid } = owner.metadata;
    const waits = isWaiting(owner);
    const dependents: ObservedDependent[] = [];
    for (const text of this.#ownership.dependentsOf(uid)) {
      const key = parseKey(text);
      const object = (await this.context.store.get(key))?.object;
      const reference = object && ownersOf(object)?.find((owner) => owner.uid === uid);
      if (!reference) continue;
      dependents.push({
        target: { ...key, uid: object.metadata.uid },
        blocksOwner: reference.blockOwnerDeletion ?? false,
        waiting: isWaiting(object),
      });
      if (waits && reference.blockOwnerDeletion) break;
    }
    return dependents;
  }
}

/** An owner of a kind that cannot be looked up stays. */
export async function lookAtOwner(store: Store, reference: OwnerReference, object: KubeObject): Promise<OwnerState> {
  const kind = kindOf(reference.apiVersion, reference.kind);
  const namespace = object.metadata.namespace ?? '';
  if (!kind || (kind.namespaced && namespace === '')) return 'solid';
  const key = { resource: kind.resource, namespace: kind.namespaced ? namespace : '', name: reference.name };
  const owner = (await store.get(key))?.object;
  if (owner?.metadata.uid !== reference.uid) return 'absent';
  return isWaiting(owner) ? 'waiting' : 'solid';
}

/** An owner is in the dependent's namespace or in none. */
function isReachable(owner: ObjectKey, { metadata: { namespace = '' } }: KubeObject): boolean {
  return owner.namespace === '' || owner.namespace === namespace;
}

/** How many owners an object keeps from going. */
export function blocks(object: KubeObject): number {
  return (ownersOf(object) ?? []).filter((owner) => owner.blockOwnerDeletion).length;
}
