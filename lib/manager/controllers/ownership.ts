import type { KubeObject } from '../../apis/meta/v1/object.js';
import { formatKey, type Change, type ObjectKey } from '../../ports/store.js';

/**
 * Who owns whom, kept up to date from the change feed. Of dependents only the key is held: a Job's ten thousand
 * finished pods cost little more than their names.
 */
export class Ownership {
  /** Dependents' keys by their owner's UID. */
  readonly #dependents = new Map<string, Set<string>>();
  /** Where the objects are that may own others. Pods are left out (they hardly ever own), so are events. */
  readonly #owners = new Map<string, ObjectKey>();

  clear(): void {
    this.#dependents.clear();
    this.#owners.clear();
  }

  dependentsOf(uid: string): Iterable<string> {
    return this.#dependents.get(uid) ?? [];
  }

  hasDependents(uid: string): boolean {
    return this.#dependents.has(uid);
  }

  /** Where the object with this UID is, if that is known. */
  find(uid: string): ObjectKey | undefined {
    return this.#owners.get(uid);
  }

  apply({ type, key, object, previous }: Change): void {
    if (type !== 'replaced' && key.resource !== 'pods' && key.resource !== 'events') {
      if (type === 'deleted') this.#owners.delete(object.metadata.uid);
      else this.#owners.set(object.metadata.uid, key);
    }
    const before = type === 'created' ? undefined : ownersOf(previous ?? object);
    const after = type === 'deleted' ? undefined : ownersOf(object);
    if (before === after || (!before && !after)) return;
    const text = formatKey(key);
    for (const { uid } of before ?? []) if (!after?.some((owner) => owner.uid === uid)) this.#forget(uid, text);
    for (const { uid } of after ?? []) this.#keep(uid, text);
  }

  #keep(uid: string, dependent: string): void {
    const dependents = this.#dependents.get(uid);
    if (dependents) dependents.add(dependent);
    else this.#dependents.set(uid, new Set([dependent]));
  }

  #forget(uid: string, dependent: string): void {
    const dependents = this.#dependents.get(uid);
    if (dependents?.delete(dependent) && dependents.size === 0) this.#dependents.delete(uid);
  }
}

export function ownersOf(object: KubeObject): KubeObject['metadata']['ownerReferences'] {
  const owners = object.metadata.ownerReferences;
  return owners?.length ? owners : undefined;
}
