const resources = new Set([
  'pods',
  'events',
  'namespaces',
  'serviceaccounts',
  'configmaps',
  'secrets',
  'jobs',
  'cronjobs',
  'roles',
  'rolebindings',
]);
const groups = new Set(['', 'batch', 'rbac.authorization.k8s.io']);

interface Named {
  readonly name: string;
}
interface Discovered {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly resources: readonly { readonly resource: string }[] }[];
}

/** A discovery document cut down to the kinds and groups that the recordings keep. */
export function onlyRecordedKinds(document: unknown): unknown {
  const { kind, ...rest } = document as { kind: string } & Record<string, unknown>;
  switch (kind) {
    case 'APIResourceList':
      return { ...rest, kind, resources: servedResources(rest['resources'] as Named[]) };
    case 'APIGroupList':
      return { ...rest, kind, groups: byName((rest['groups'] as Named[]).filter(({ name }) => groups.has(name))) };
    case 'APIVersions': {
      const { serverAddressByClientCIDRs: _, ...versions } = rest;
      return { ...versions, kind };
    }
    case 'APIGroupDiscoveryList':
      return { ...rest, kind, items: (rest['items'] as Discovered[]).filter(isRecordedGroup).map(discovered) };
    default:
      return document;
  }
}

function servedResources(list: readonly Named[]): readonly object[] {
  return byName(list.filter(({ name }) => resources.has(name.split('/')[0]!))).map((resource) => {
    const { storageVersionHash: _, ...kept } = resource as Named & { storageVersionHash?: string };
    return kept;
  });
}

function isRecordedGroup({ metadata }: Discovered): boolean {
  return groups.has(metadata?.name ?? '');
}

function discovered(group: Discovered): object {
  const versions = group.versions.map((version) => ({
    ...version,
    resources: version.resources.filter(({ resource }) => resources.has(resource)),
  }));
  return { ...group, versions };
}

function byName<T extends Named>(list: readonly T[]): readonly T[] {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
