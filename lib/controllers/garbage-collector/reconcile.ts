import { foregroundFinalizer, orphanFinalizer } from '../../apis/meta/v1/deletion.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { Command, Decision, EventToRecord, ObjectReference } from '../decision.js';

/**
 * What an owner reference leads to: an owner that stays (`solid`, also one of a kind that cannot be looked up), no
 * owner (`absent`: none of that name, or of another UID), or one that is deleted once its dependents are (`waiting`).
 */
export type OwnerState = 'solid' | 'absent' | 'waiting';

export interface ObservedOwner {
  readonly reference: OwnerReference;
  readonly state: OwnerState;
  /** The UID is that of an object in another namespace, which cannot own this one. */
  readonly otherNamespace?: boolean;
}

export interface ObservedDependent {
  readonly target: ObjectReference;
  readonly blocksOwner: boolean;
  /** It is itself waiting for its dependents to be deleted. */
  readonly waiting: boolean;
}

export interface ObservedGarbage {
  readonly object: KubeObject;
  readonly target: ObjectReference;
  readonly owners: readonly ObservedOwner[];
  readonly dependents: readonly ObservedDependent[];
}

type GarbageDecision = Decision<undefined>;

const NOTHING: GarbageDecision = { before: [], after: [], events: [] };

/** What the garbage collector does about one object. */
export function collectGarbage(observed: ObservedGarbage): GarbageDecision {
  const { deletionTimestamp, finalizers = [] } = observed.object.metadata;
  if (deletionTimestamp !== undefined) {
    if (finalizers.includes(orphanFinalizer)) return orphanDependents(observed);
    if (finalizers.includes(foregroundFinalizer)) return awaitDependents(observed);
    return NOTHING;
  }
  return observed.owners.length === 0 ? NOTHING : collectByOwners(observed);
}

/** Whether an object waits for its dependents to be deleted. */
export function isWaiting({ metadata: { deletionTimestamp, finalizers } }: KubeObject): boolean {
  return deletionTimestamp !== undefined && (finalizers?.includes(foregroundFinalizer) ?? false);
}

/** The dependents lose their owner, then the owner may go. */
function orphanDependents({ target, dependents }: ObservedGarbage): GarbageDecision {
  const change = { removeOwnerReference: { uid: target.uid } };
  return {
    ...NOTHING,
    before: dependents.map((dependent) => ({ do: 'change-metadata', target: dependent.target, change })),
    metadata: { removeFinalizers: [orphanFinalizer] },
  };
}

function awaitDependents({ dependents }: ObservedGarbage): GarbageDecision {
  if (dependents.some(({ blocksOwner }) => blocksOwner)) return NOTHING;
  return { ...NOTHING, metadata: { removeFinalizers: [foregroundFinalizer] } };
}

/** An object goes when the last of its owners has gone, or is about to go; until then it only loses those references. */
function collectByOwners(observed: ObservedGarbage): GarbageDecision {
  const { owners, dependents, target } = observed;
  const leaving = owners.filter(({ state }) => state !== 'solid');
  const events = owners.filter(({ otherNamespace }) => otherNamespace).map((owner) => invalidNamespace(owner, target));
  if (leaving.length === 0) return { ...NOTHING, events };
  if (leaving.length < owners.length)
    return { ...NOTHING, before: leaving.map((owner) => disown(owner, target)), events };
  const isWaitedFor = owners.some(({ state }) => state === 'waiting') && dependents.length > 0;
  if (!isWaitedFor) return { ...NOTHING, before: [remove(observed, policyOf(observed.object))], events };
  // Two that wait for each other would wait for ever: this one no longer blocks its owners.
  const circle = dependents.some(({ waiting }) => waiting);
  const unblock = circle ? owners.map((owner) => unblockOwner(owner, target)) : [];
  return { ...NOTHING, before: [...unblock, remove(observed, 'Foreground')], events };
}

function disown({ reference: { uid } }: ObservedOwner, target: ObjectReference): Command {
  return { do: 'change-metadata', target, change: { removeOwnerReference: { uid } } };
}

function unblockOwner({ reference: { uid } }: ObservedOwner, target: ObjectReference): Command {
  return { do: 'change-metadata', target, change: { unblockOwnerReference: { uid } } };
}

function remove({ target }: ObservedGarbage, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Command {
  return { do: 'delete', target, propagationPolicy };
}

/** What was once asked for this object's own dependents still holds. */
function policyOf({ metadata: { finalizers = [] } }: KubeObject): 'Background' | 'Foreground' | 'Orphan' {
  if (finalizers.includes(orphanFinalizer)) return 'Orphan';
  return finalizers.includes(foregroundFinalizer) ? 'Foreground' : 'Background';
}

function invalidNamespace({ reference }: ObservedOwner, { namespace }: ObjectReference): EventToRecord {
  const { apiVersion, kind, name, uid } = reference;
  const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
  const message = `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace)}`;
  return { type: 'Warning', reason: 'OwnerRefInvalidNamespace', message };
}
