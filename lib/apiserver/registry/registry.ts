import type { FieldError } from '../../apis/meta/v1/field-error.js';
import type { KubeObject, ServedMeta } from '../../apis/meta/v1/object.js';
import { invalid, notFound } from '../../apis/meta/v1/status-error.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import type { PodPlatform } from '../../ports/pod-platform.js';
import { Absent, RevisionMismatch, type ObjectKey, type Store, type StoredObject } from '../../ports/store.js';
import type { Strategy } from './strategy.js';

export interface RegistryContext {
  readonly store: Store;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly nodeName: string | undefined;
  readonly platform?: PodPlatform | undefined;
}

export interface WriteOptions {
  readonly dryRun: boolean;
  /** Receives the texts of warnings for the client. */
  readonly warn: (text: string) => void;
}

/** An object as it comes from a client: decoded and defaulted, but its metadata may lack anything. */
export interface Draft {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata?: Partial<ServedMeta>;
  readonly [field: string]: unknown;
}

/** The draft with everything filled in that the client may leave out. */
export function applyDefaults({ defaults }: Strategy, draft: Draft): Draft {
  return defaults === undefined ? draft : defaults(draft as KubeObject);
}

/** The object after a compare-and-set that failed; other errors go on. */
export function currentAfter(error: unknown, { kind }: Strategy, key: ObjectKey): StoredObject {
  if (error instanceof RevisionMismatch) return error.current;
  if (error instanceof Absent) throw notFound(kind.resource, kind.group, key.name);
  throw error;
}

export async function getStored(store: Store, { kind }: Strategy, key: ObjectKey): Promise<StoredObject> {
  const stored = await store.get(key);
  if (stored === undefined) throw notFound(kind.resource, kind.group, key.name);
  return stored;
}

export function refuseInvalid({ kind }: Pick<Strategy, 'kind'>, name: string, errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid(kind.kind, kind.group, name, errors);
}
