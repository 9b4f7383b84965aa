import { kinds } from '../../apis/kinds.js';
import { apiVersionOf, type Kind } from '../../apis/meta/v1/kind.js';
import { strategyOf } from '../registry/strategies.js';
import { viewsOf } from '../registry/views.js';

/** What is served of one kind. */
export interface ServedResource {
  readonly kind: Kind;
  readonly verbs: readonly string[];
  /** By name. */
  readonly subresources: readonly ServedSubresource[];
}

export interface ServedSubresource {
  readonly name: string;
  readonly verbs: readonly string[];
  /** What it answers: the resource's own kind, unless it is a view. */
  readonly kind: Kind;
}

export interface ServedGroup {
  /** `''` for the core group. */
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
  /** By name. */
  readonly resources: readonly ServedResource[];
}

const allVerbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];

const readAndWrite = ['get', 'patch', 'update'];

/** In the order in which the kinds are listed. */
export const servedGroups: readonly ServedGroup[] = [...new Set(kinds.map(apiVersionOf))].map((apiVersion) => {
  const members = kinds.filter((kind) => apiVersionOf(kind) === apiVersion);
  const { group, version } = members[0]!;
  const resources = members.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)).map(servedResource);
  return { name: group, version, apiVersion, resources };
});

function servedResource(kind: Kind): ServedResource {
  // As in Kubernetes, namespaces go one by one.
  const own = kind.resource === 'namespaces' ? allVerbs.filter((verb) => verb !== 'deletecollection') : allVerbs;
  return { kind, verbs: own, subresources: subresourcesOf(kind).toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
}

function subresourcesOf(kind: Kind): ServedSubresource[] {
  const written = Object.keys(strategyOf(kind.resource).subresources ?? {});
  const names = kind.resource === 'pods' ? [...written, 'log'] : written;
  const views = Object.entries(viewsOf(kind.resource));
  return [
    ...names.map((name) => ({ name, verbs: verbsOf(name), kind })),
    ...views.map(([name, view]) => ({ name, verbs: view.write ? readAndWrite : ['get'], kind: view.kind })),
  ];
}

function verbsOf(subresource: string): readonly string[] {
  if (subresource === 'log') return ['get'];
  return subresource === 'finalize' ? ['update'] : readAndWrite;
}
