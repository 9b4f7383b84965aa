import { isRemovable } from '../../apis/meta/v1/deletion.js';
import type { Namespace } from '../../apis/core/v1/namespace/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import {
  Absent,
  RevisionMismatch,
  type JsonObject,
  type ObjectKey,
  type Revision,
  type Store,
  type StoredObject,
} from '../../ports/store.js';

/**
 * Stores the next state of an object; one that nothing holds any more is deleted instead: as in Kubernetes watchers
 * then see the state before, since only the deletion is written. Resolves with the revision.
 */
export async function writeOrRemove(
  store: Store,
  stored: StoredObject,
  next: KubeObject,
  record?: JsonObject,
): Promise<Revision> {
  const { key, revision } = stored;
  const written =
    isRemovable(next) && !hasContent(next)
      ? await store.delete(key, revision)
      : await store.replace(key, revision, next, record);
  return written.revision;
}

/** A namespace's own finalizers: the namespace controller takes them off when it is empty. */
function hasContent(object: KubeObject): boolean {
  return object.kind === 'Namespace' && !!(object as KubeObject & Namespace).spec.finalizers?.length;
}

/**
 * Brings the object of this UID from whatever state it is in to the one that `change` makes of it, again if somebody
 * else writes meanwhile. An absent object, or another one under the name, is left alone. Resolves with the revision
 * written, if any.
 */
export async function update(
  store: Store,
  key: ObjectKey,
  uid: string,
  change: (stored: StoredObject) => Promise<Revision> | undefined,
  known?: StoredObject,
): Promise<Revision | undefined> {
  let stored = known ?? (await store.get(key));
  while (stored && stored.object.metadata.uid === uid) {
    try {
      return await change(stored);
    } catch (error) {
      if (error instanceof Absent) return undefined;
      if (!(error instanceof RevisionMismatch)) throw error;
      stored = error.current;
    }
  }
  return undefined;
}
