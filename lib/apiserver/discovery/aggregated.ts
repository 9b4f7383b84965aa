import type { ServedGroup, ServedResource } from './resources.js';

/** Versions of the aggregated document, whose shapes are the same. */
export type AggregatedVersion = 'v2' | 'v2beta1';

/** `apidiscovery.k8s.io` `APIGroupDiscoveryList`: everything of `/api` or of `/apis` in one answer. */
export function apiGroupDiscoveryList(groups: readonly ServedGroup[], version: AggregatedVersion): object {
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: groups.map((group) => ({
      metadata: group.name === '' ? {} : { name: group.name },
      versions: [{ version: group.version, resources: group.resources.map(resource), freshness: 'Current' }],
    })),
  };
}

function resource({ kind, verbs, subresources }: ServedResource): object {
  const { shortNames, categories } = kind;
  // Group and version are left empty where they are those of the document's group.
  const responseKind = { group: '', version: '', kind: kind.kind };
  return {
    resource: kind.resource,
    responseKind,
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs,
    ...(shortNames.length === 0 ? {} : { shortNames }),
    ...(categories.length === 0 ? {} : { categories }),
    ...(subresources.length === 0
      ? {}
      : {
          subresources: subresources.map(({ name, verbs: own, kind: shown }) => ({
            subresource: name,
            responseKind:
              shown === kind ? responseKind : { group: shown.group, version: shown.version, kind: shown.kind },
            verbs: own,
          })),
        }),
  };
}
