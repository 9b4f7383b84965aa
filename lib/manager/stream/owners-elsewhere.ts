import { kindOf } from '../../apis/kinds.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { Store } from '../../ports/store.js';
import { Recent } from '../recent.js';

/** Owners whose dependents come one after the other. */
const OWNERS_KEPT = 1000;
/** Larger: an owner is found in more namespaces, for as many reads. */
const NAMESPACES_MAX = 200;

/**
 * Whether an owner that is not where its dependent is exists in another namespace: a mistake that Kubernetes tells of.
 * There is no index by UID here; so an object of the owner's name is read in each of the other namespaces, once for all
 * dependents of that owner.
 */
export class OwnersElsewhere {
  readonly #known = new Recent<Promise<boolean>>(OWNERS_KEPT);

  constructor(readonly store: Pick<Store, 'get' | 'list'>) {}

  async has(reference: OwnerReference, namespace: string): Promise<boolean> {
    const id = `${namespace} ${reference.uid}`;
    const found = this.#known.get(id) ?? this.#find(reference, namespace);
    this.#known.set(id, found);
    try {
      return await found;
    } catch (error) {
      this.#known.delete(id);
      throw error;
    }
  }

  async #find({ apiVersion, kind: name, name: owner, uid }: OwnerReference, namespace: string): Promise<boolean> {
    const kind = kindOf(apiVersion, name);
    if (!kind?.namespaced) return false;
    const { items } = await this.store.list({ resource: 'namespaces' }, { limit: NAMESPACES_MAX });
    const others = items.map(({ key }) => key.name).filter((other) => other !== namespace);
    const found = await Promise.all(
      others.map((other) => this.store.get({ resource: kind.resource, namespace: other, name: owner })),
    );
    return found.some((stored) => stored?.object.metadata.uid === uid);
  }
}
