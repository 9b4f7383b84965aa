import type { KubeObject } from './object.js';
import type { Struct } from './schema.js';

/** What the server needs to know of a kind to route, decode and describe it. One per kind, listed in `apis/kinds.ts`. */
export interface Kind<T extends KubeObject = KubeObject> {
  /** `''` for the core group. */
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** The plural in paths: `jobs`. */
  readonly resource: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  readonly schema: Struct;
  /** Only here to carry the object's type. */
  readonly example?: T;
}

export function apiVersionOf(kind: { group: string; version: string }): string {
  return kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
}
