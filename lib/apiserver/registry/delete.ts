import { planDeletion } from '../../apis/meta/v1/deletion.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { conflict, notFound } from '../../apis/meta/v1/status-error.js';
import type { DeleteOptions } from '../../apis/meta/v1/types.js';
import type { ObjectKey, StoredObject } from '../../ports/store.js';
import { checkNamespaceDeletion } from './namespace-lifecycle.js';
import { currentAfter, getStored, type RegistryContext } from './registry.js';
import type { Strategy } from './strategy.js';

export interface Deleted {
  /** The object's last state, or its state while it waits to go. */
  readonly object: KubeObject;
  readonly removed: boolean;
}

/** Deletes an object, or begins to. Throws what the client is answered with. */
export async function deleteObject(
  context: RegistryContext,
  strategy: Strategy,
  key: ObjectKey,
  options: DeleteOptions,
  dryRun: boolean,
): Promise<Deleted> {
  checkNamespaceDeletion(strategy.kind, key.name);
  let stored = await getStored(context.store, strategy, key);
  const { uid } = stored.object.metadata;
  for (;;) {
    checkPreconditions(strategy, stored.object, options);
    try {
      return await deleteOnce(context, strategy, stored, options, dryRun);
    } catch (error) {
      stored = currentAfter(error, strategy, key);
      // Somebody made a new object of this name meanwhile: the one that was to be deleted is gone.
      if (stored.object.metadata.uid !== uid) throw notFound(strategy.kind.resource, strategy.kind.group, key.name);
    }
  }
}

async function deleteOnce(
  { store, clock }: RegistryContext,
  { deletion }: Strategy,
  { key, revision, object }: StoredObject,
  options: DeleteOptions,
  dryRun: boolean,
): Promise<Deleted> {
  const plan = planDeletion(object, { ...options, now: clock.now() }, deletion);
  if (plan.action === 'none') return { object, removed: false };
  const removed = plan.action === 'remove';
  if (dryRun) return { object: plan.object, removed };
  if (!removed) return { object: (await store.replace(key, revision, plan.object)).object, removed };
  // A graceful deletion without grace shows in a watch as in Kubernetes: terminating first, then gone. If the process
  // stops between the two, the object is left terminating without grace, and the next deletion removes it.
  const last = plan.object === object ? revision : (await store.replace(key, revision, plan.object)).revision;
  return { object: (await store.delete(key, last)).object, removed };
}

/** These refusals name the kind where others name the resource; those of namespaces are worded on their own. */
function checkPreconditions({ kind }: Strategy, { metadata }: KubeObject, { preconditions }: DeleteOptions): void {
  const { uid, resourceVersion } = preconditions ?? {};
  const refuse = (what: string, asked: string, actual: string | undefined, why: string): never => {
    if (kind.kind === 'Namespace') {
      const because = `Precondition failed: ${what} in precondition: ${asked}, ${what} in object meta: ${actual}`;
      throw conflict(kind.resource, kind.group, metadata.name, because);
    }
    const because = `the ${what} in the precondition (${asked}) does not match the ${what} in record (${actual}). ${why}`;
    throw conflict(kind.kind, kind.group, metadata.name, because);
  };
  if (uid !== undefined && uid !== metadata.uid) {
    refuse('UID', uid, metadata.uid, 'The object might have been deleted and then recreated');
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    refuse('ResourceVersion', resourceVersion, metadata.resourceVersion, 'The object might have been modified');
  }
}
