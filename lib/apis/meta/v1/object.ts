import type { InferStruct } from './schema.js';
import type { objectMeta } from './types.js';

/** The metadata of an object the server has admitted: what identifies it is always there. */
export type ServedMeta = Omit<InferStruct<typeof objectMeta>, 'name' | 'uid' | 'creationTimestamp'> & {
  readonly name: string;
  readonly uid: string;
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string;
};

/** What every stored object has, whatever its kind. Objects are immutable: a change is a new object. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ServedMeta;
  readonly [field: string]: unknown;
}

/**
 * An API type as the server stores it: defaulted and validated, so that metadata, spec and status are present
 * (an object without status yet has `{}`).
 */
export type Served<T> = Omit<T, 'apiVersion' | 'kind' | 'metadata' | 'spec' | 'status'> & {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ServedMeta;
} & (T extends { readonly spec?: infer S } ? { readonly spec: NonNullable<S> } : unknown) &
  (T extends { readonly status?: infer S } ? { readonly status: NonNullable<S> } : unknown);
