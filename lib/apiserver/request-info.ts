import { kindOfResource, kinds } from '../apis/kinds.js';
import type { Kind } from '../apis/meta/v1/kind.js';

/** The resource a path names: `/apis/batch/v1/namespaces/default/jobs/pi/status`. */
export interface ResourcePath {
  readonly kind: Kind;
  /** Empty: all namespaces, or a kind without. */
  readonly namespace: string;
  /** Empty: the collection. */
  readonly name: string;
  readonly subresource: string;
}

export type ParsedPath =
  | ({ readonly type: 'resource' } & ResourcePath)
  /** A path of a served group that names nothing served. */
  | { readonly type: 'unknown-resource' }
  | { readonly type: 'other' };

const other: ParsedPath = { type: 'other' };
const unknownResource: ParsedPath = { type: 'unknown-resource' };

/** Groups (`''` is the core group) below whose paths an unknown resource is answered with a Status. */
const servedGroups: ReadonlySet<string> = new Set(kinds.map(({ group }) => group));

/** Which resource a URL's path is about. */
export function parsePath(pathname: string): ParsedPath {
  const [root, ...rest] = pathname.split('/').slice(1);
  if (root === 'api') return parseResource('', rest);
  if (root === 'apis') return parseResource(rest[0] ?? '', rest.slice(1));
  return other;
}

function parseResource(group: string, [version, ...rest]: readonly string[]): ParsedPath {
  if (!version || rest.length === 0 || !servedGroups.has(group)) return other;
  const parts = rest.at(-1) === '' ? rest.slice(0, -1) : rest;
  if (parts.length === 0) return other;
  const inNamespace = parts[0] === 'namespaces' && parts.length > 2 && !namespaceSubresources.has(parts[2]!);
  const namespace = inNamespace ? decode(parts[1]!) : '';
  const [resource, name = '', subresource = '', ...more] = inNamespace ? parts.slice(2) : parts;
  const kind = kindOfResource(group === '' ? version : `${group}/${version}`, resource!);
  // A namespaced object has no path outside its namespace, a cluster-scoped one none inside.
  const misplaced = kind !== undefined && (inNamespace ? !kind.namespaced : kind.namespaced && name !== '');
  if (kind === undefined || misplaced || more.length > 0) return unknownResource;
  return { type: 'resource', kind, namespace, name: decode(name), subresource: decode(subresource) };
}

const namespaceSubresources: ReadonlySet<string> = new Set(['status', 'finalize']);

function decode(segment: string): string {
  if (!segment.includes('%')) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
