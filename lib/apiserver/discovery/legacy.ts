import { createHash } from 'node:crypto';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { ServedGroup, ServedResource } from './resources.js';

/** `/api`. */
export function apiVersions(serverAddress: string): object {
  return {
    kind: 'APIVersions',
    versions: ['v1'],
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `/apis`. */
export function apiGroupList(groups: readonly ServedGroup[]): object {
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(groupFields) };
}

/** `/apis/batch`. */
export function apiGroup(group: ServedGroup): object {
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupFields(group) };
}

function groupFields({ name, version, apiVersion }: ServedGroup): object {
  const groupVersion = { groupVersion: apiVersion, version };
  return { name, versions: [groupVersion], preferredVersion: groupVersion };
}

/** `/api/v1` and `/apis/batch/v1`. */
export function apiResourceList({ name, apiVersion, resources }: ServedGroup): object {
  return {
    kind: 'APIResourceList',
    ...(name === '' ? {} : { apiVersion: 'v1' }),
    groupVersion: apiVersion,
    resources: resources.flatMap(apiResources),
  };
}

function apiResources({ kind, verbs, subresources }: ServedResource): readonly object[] {
  const { resource, singular, namespaced, shortNames, categories } = kind;
  return [
    {
      name: resource,
      singularName: singular,
      namespaced,
      kind: kind.kind,
      verbs,
      ...(shortNames.length === 0 ? {} : { shortNames }),
      ...(categories.length === 0 ? {} : { categories }),
      storageVersionHash: storageVersionHash(kind),
    },
    ...subresources.map((subresource) => ({
      name: `${resource}/${subresource.name}`,
      singularName: '',
      namespaced,
      ...(subresource.kind === kind ? {} : { group: subresource.kind.group, version: subresource.kind.version }),
      kind: subresource.kind.kind,
      verbs: subresource.verbs,
    })),
  ];
}

/** Changes when objects are stored in another version: clients that migrate storage look at it. */
function storageVersionHash({ group, version, kind }: Kind): string {
  return createHash('sha256').update(`${group}/${version}/${kind}`).digest().subarray(0, 8).toString('base64');
}
