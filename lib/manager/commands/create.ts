import type { KubeObject } from '../../apis/meta/v1/object.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { CreateObject } from '../../controllers/decision.js';
import { AlreadyExists, type ObjectKey, type Revision, type StoredObject } from '../../ports/store.js';
import type { ControllerContext } from '../context.js';

export type Created =
  | { readonly result: 'created'; readonly revision: Revision }
  /** The owner has it already: an earlier attempt that was not known to have succeeded. */
  | { readonly result: 'found'; readonly revision: Revision; readonly uid: string }
  | { readonly result: 'taken' }
  /** Its namespace is being deleted: nothing new is made there. */
  | { readonly result: 'terminating' };

export async function createObject(context: ControllerContext, command: CreateObject): Promise<Created> {
  const { metadata } = command.object;
  if (context.terminating.has(metadata.namespace ?? '')) return { result: 'terminating' };
  const key: ObjectKey = { resource: command.resource, namespace: metadata.namespace ?? '', name: metadata.name };
  const object = await context.admission.admit(command.resource, newObject(context, command), command);
  try {
    const { revision } = await context.store.create(key, object);
    return { result: 'created', revision };
  } catch (error) {
    if (!(error instanceof AlreadyExists)) throw error;
    const { existing } = error;
    return isControlledBy(existing, command.owner)
      ? { result: 'found', revision: existing.revision, uid: existing.object.metadata.uid }
      : { result: 'taken' };
  }
}

/** The object as a client would send it, with what the API server gives it at once. */
export function newObject({ ids, clock }: Pick<ControllerContext, 'ids' | 'clock'>, command: CreateObject): KubeObject {
  const creationTimestamp = formatTime(clock.now());
  const metadata = { ...command.object.metadata, uid: command.uid ?? ids.uid(), creationTimestamp };
  return { ...command.object, metadata } as KubeObject;
}

function isControlledBy({ object }: StoredObject, uid: string): boolean {
  return object.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === uid) ?? false;
}
