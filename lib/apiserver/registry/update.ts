import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import { isRemovable } from '../../apis/meta/v1/deletion.js';
import type { FieldError } from '../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { conflict } from '../../apis/meta/v1/status-error.js';
import { validateCommonMetaUpdate } from '../../apis/meta/v1/validation/object-meta.js';
import type { ObjectKey, StoredObject } from '../../ports/store.js';
import { givenRevision } from './given-revision.js';
import { updatedMetadata } from './metadata.js';
import { platformRefusals } from './pod-platform.js';
import {
  currentAfter,
  getStored,
  refuseInvalid,
  type Draft,
  type RegistryContext,
  type WriteOptions,
} from './registry.js';
import type { Strategy, UpdateStrategy } from './strategy.js';

export interface UpdateRequest {
  readonly key: ObjectKey;
  /** Empty for the object itself. */
  readonly subresource: string;
  /** The UID the object must have, where the caller names one. */
  readonly uid?: string;
  /**
   * The state asked for, given the one that is; called again when somebody else was faster. Its
   * `metadata.resourceVersion`, when set, must be the current one.
   */
  readonly next: (current: KubeObject) => Draft | Promise<Draft>;
}

/**
 * Changes an object through one of its faces. A change that changes nothing is not written; one that takes away what
 * held a deletion removes the object.
 */
export async function updateObject(
  context: RegistryContext,
  strategy: Strategy,
  request: UpdateRequest,
  options: WriteOptions,
): Promise<KubeObject> {
  const face = request.subresource === '' ? strategy.main : strategy.subresources![request.subresource]!;
  let stored = await getStored(context.store, strategy, request.key);
  for (;;) {
    checkUid(strategy, stored, request.uid);
    const object = nextState(context, strategy, face, stored, await request.next(stored.object), options);
    if (object === stored.object || options.dryRun) return object;
    try {
      if (!isRemovable(object)) {
        const record = face.record?.(object, stored.object, stored.record, context.clock.now());
        return (await context.store.replace(request.key, stored.revision, object, record)).object;
      }
      await context.store.delete(request.key, stored.revision);
      return object;
    } catch (error) {
      stored = currentAfter(error, strategy, request.key);
    }
  }
}

/** In the words of Kubernetes' storage, which is where it notices. */
function checkUid({ kind }: Strategy, { key, object }: StoredObject, uid: string | undefined): void {
  if (!uid || uid === object.metadata.uid) return;
  const path = ['/registry', key.resource, key.namespace, key.name].filter((part) => part !== '').join('/');
  const because =
    `StorageError: invalid object, Code: 4, Key: ${path}, ResourceVersion: 0, AdditionalErrorMsg: ` +
    `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${object.metadata.uid}`;
  throw conflict(kind.resource, kind.group, key.name, because);
}

/** The state to store; the current one itself when nothing changes. */
function nextState(
  context: RegistryContext,
  strategy: Strategy,
  face: UpdateStrategy,
  { object: current }: StoredObject,
  draft: Draft,
  { warn }: WriteOptions,
): KubeObject {
  const { kind } = strategy;
  const { name } = current.metadata;
  const metadata = updatedMetadata(draft.metadata ?? {}, current.metadata);
  const version = givenRevision(draft.metadata?.resourceVersion);
  if (version !== 0n && version !== BigInt(current.metadata.resourceVersion ?? 0)) {
    throw conflict(kind.resource, kind.group, name, modified);
  }
  const given = {
    ...draft,
    metadata: { ...metadata, resourceVersion: current.metadata.resourceVersion },
  } as KubeObject;
  const next = withGeneration(strategy, face.prepare(given, current), current);
  refuseInvalid(strategy, name, updateErrors(face, next, current));
  // What was let in stays: only a change of what is to run is looked at.
  if (!deepEqual(next['spec'], current['spec'])) {
    refuseInvalid(strategy, name, platformRefusals(context.platform, kind.resource, next));
  }
  for (const text of face.warnings?.(next, current) ?? []) warn(text);
  const stored = face === strategy.main ? (strategy.canonicalize?.(next, context) ?? next) : next;
  return deepEqual(stored, current) ? current : stored;
}

/** Faults of the metadata are found twice, by the registry and by most kinds' own rules: Kubernetes lists both. */
function updateErrors(face: UpdateStrategy, next: KubeObject, current: KubeObject): readonly FieldError[] {
  return [...validateCommonMetaUpdate(next.metadata, current.metadata), ...face.validate(next, current)];
}

const modified = 'the object has been modified; please apply your changes to the latest version and try again';

function withGeneration(strategy: Strategy, next: KubeObject, current: KubeObject): KubeObject {
  if (!strategy.hasGeneration || deepEqual(next['spec'], current['spec'])) return next;
  return { ...next, metadata: { ...next.metadata, generation: (current.metadata.generation ?? 0) + 1 } };
}
