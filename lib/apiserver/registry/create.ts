import type { KubeObject } from '../../apis/meta/v1/object.js';
import { alreadyExists, StatusError } from '../../apis/meta/v1/status-error.js';
import { AlreadyExists, type ObjectKey } from '../../ports/store.js';
import { givenRevision, revisionProblem } from './given-revision.js';
import { newMetadata } from './metadata.js';
import { checkNamespace } from './namespace-lifecycle.js';
import { platformRefusals, platformWarnings } from './pod-platform.js';
import { refuseInvalid, type Draft, type RegistryContext, type WriteOptions } from './registry.js';
import type { Strategy } from './strategy.js';

/** A generated name that is taken is drawn again so often. With 27⁵ endings, one more draw nearly always does. */
const nameDrawsMax = 8;

/** Creates an object. Throws what the client is answered with. */
export async function createObject(
  context: RegistryContext,
  strategy: Strategy,
  namespace: string,
  draft: Draft,
  options: WriteOptions,
): Promise<KubeObject> {
  await checkNamespace(context.store, strategy.kind, namespace, draft.metadata?.name ?? '');
  for (let draw = 1; ; draw++) {
    try {
      return await createOnce(context, strategy, namespace, draft, options);
    } catch (error) {
      const generated = !draft.metadata?.name && draft.metadata?.generateName;
      if (!generated || !isAlreadyExists(error) || draw === nameDrawsMax) throw error;
    }
  }
}

function isAlreadyExists(error: unknown): boolean {
  return error instanceof StatusError && error.status.reason === 'AlreadyExists';
}

async function createOnce(
  context: RegistryContext,
  strategy: Strategy,
  namespace: string,
  draft: Draft,
  { dryRun, warn }: WriteOptions,
): Promise<KubeObject> {
  const { store, clock, ids } = context;
  const { kind } = strategy;
  const given = { ...draft, metadata: newMetadata(draft.metadata ?? {}, namespace, clock.now(), ids) } as KubeObject;
  const admitted = strategy.admit === undefined ? given : await strategy.admit(given, { ...context, warn });
  const prepared = strategy.prepareForCreate?.(admitted) ?? admitted;
  const { name } = prepared.metadata;
  refuseInvalid(strategy, name, strategy.validate(prepared));
  refuseInvalid(strategy, name, platformRefusals(context.platform, kind.resource, prepared));
  for (const text of strategy.warnings?.(prepared) ?? []) warn(text);
  for (const text of platformWarnings(context.platform, kind.resource, prepared)) warn(text);
  const object = strategy.canonicalize?.(prepared, context) ?? prepared;
  const key: ObjectKey = { resource: kind.resource, namespace, name };
  if (dryRun) {
    if (await store.get(key)) throw alreadyExists(kind.resource, kind.group, name);
    const asked = draft.metadata?.resourceVersion;
    return asked ? { ...object, metadata: { ...object.metadata, resourceVersion: asked } } : object;
  }
  refuseRevision(draft.metadata?.resourceVersion);
  try {
    return (await store.create(key, object)).object;
  } catch (error) {
    if (error instanceof AlreadyExists) throw alreadyExists(kind.resource, kind.group, name);
    throw error;
  }
}

/** A new object has no revision yet. What cannot be read as one does not count; Kubernetes' storage answers the rest. */
function refuseRevision(text: string | undefined): void {
  if (!text || revisionProblem(text) !== undefined || givenRevision(text) === 0n) return;
  throw new StatusError(500, undefined, 'resourceVersion should not be set on objects to be created');
}
