import type { Kind } from '../../apis/meta/v1/kind.js';
import type { DeletionRules } from '../../apis/meta/v1/deletion.js';
import type { FieldError } from '../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { Ids } from '../../ports/ids.js';
import type { JsonObject, Store } from '../../ports/store.js';

/**
 * What is peculiar to a kind when it is written. Everything else (names, times, conflicts, finalizers, dry runs …) is
 * the registry's, the same for all kinds. Objects come in decoded and defaulted, and go out as new objects.
 */
export interface Strategy<T extends KubeObject = KubeObject> {
  readonly kind: Kind;
  readonly deletion: DeletionRules;
  /** Fills in what the client left out, before anything else. */
  defaults?(object: T): T;
  /** A DELETE that removes the object answers with it, not with a Status. */
  readonly returnsDeletedObject?: boolean;
  /** A PUT to a name that does not exist creates the object. */
  readonly createsOnUpdate?: boolean;
  /** Changes `spec` raise `metadata.generation`, which begins at 1. */
  readonly hasGeneration?: boolean;

  /** What admission does on create: may read other objects, refuse (StatusError) and change. Runs before `prepareForCreate`. */
  admit?(object: T, context: AdmissionContext): Promise<T>;
  /** The object as it begins its life: status reset, generated fields filled in. */
  prepareForCreate?(object: T): T;
  validate(object: T): readonly FieldError[];
  warnings?(object: T): readonly string[];
  /** A valid object as it is stored, after a create and after each change of its main face. */
  canonicalize?(object: T, context: Surroundings): T;

  /** The writable face of the object. */
  readonly main: UpdateStrategy<T>;
  /** Further faces, by sub-resource: `status`, `finalize`, `ephemeralcontainers`. */
  readonly subresources?: { readonly [subresource: string]: UpdateStrategy<T> };
}

/** What one face of an object lets be changed. */
export interface UpdateStrategy<T extends KubeObject = KubeObject> {
  /** The next state, with everything put back that this face may not change. */
  prepare(next: T, current: T): T;
  validate(next: T, current: T): readonly FieldError[];
  warnings?(next: T, current: T): readonly string[];
  /** What its controller is to remember from this change (ms since 1970) on; given back as it is: nothing new. */
  record?(next: T, current: T, record: JsonObject | undefined, now: number): JsonObject | undefined;
}

export interface Surroundings {
  readonly store: Store;
  readonly ids: Ids;
  /** The node every pod is bound to; undefined where pods wait for somebody to bind them. */
  readonly nodeName: string | undefined;
}

export interface AdmissionContext extends Surroundings {
  /** Receives the text of a warning, which goes out even when the object is refused. */
  readonly warn: (text: string) => void;
}
