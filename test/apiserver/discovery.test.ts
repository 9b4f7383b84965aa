import { describe, expect, it } from 'vitest';
import { kindOfResource } from '../../lib/apis/kinds.js';
import { routeOf } from '../../lib/apiserver/resources.js';
import { answerDiscovery } from '../../lib/apiserver/discovery/discovery.js';

const v2 = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
const v2beta1 = 'application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList';

function ask(path: string, headers: Record<string, string> = {}): Promise<Response | undefined> {
  return answerDiscovery(new Request(`https://localhost${path}`, { headers }), path);
}

async function documentAt(path: string, accept?: string): Promise<object> {
  const response = await ask(path, accept === undefined ? {} : { accept });
  return (await response!.json()) as object;
}

/** The verbs of the routes that a resource or sub-resource has, in its namespace and by name. */
function routedVerbs(root: string, path: string): string[] {
  const [resource, subresource = ''] = path.split('/');
  const kind = kindOfResource(root.replace(/^\/apis?\//, ''), resource!)!;
  const namespace = kind.namespaced ? 'default' : '';
  const names = subresource === '' ? ['', 'name'] : ['name'];
  const verbs = names.flatMap((name) =>
    ['GET', 'GET watch=1', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((asked) => {
      const [method, query] = asked.split(' ');
      try {
        return [routeOf(method!, { kind, namespace, name, subresource }, new URLSearchParams(query)).verb];
      } catch {
        return [];
      }
    }),
  );
  return [...new Set(verbs)].toSorted();
}

describe('discovery', () => {
  it('names the versions and groups', async () => {
    expect(await documentAt('/api')).toMatchObject({ kind: 'APIVersions', versions: ['v1'] });
    const batch = { name: 'batch', preferredVersion: { groupVersion: 'batch/v1', version: 'v1' } };
    expect(await documentAt('/apis')).toMatchObject({ kind: 'APIGroupList', groups: [batch] });
    expect(await documentAt('/apis/batch')).toMatchObject({ kind: 'APIGroup', apiVersion: 'v1', ...batch });
  });

  it.each([
    ['/api/v1', 'pods', ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']],
    ['/api/v1', 'pods/log', ['get']],
    ['/api/v1', 'pods/status', ['get', 'patch', 'update']],
    ['/api/v1', 'namespaces', ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']],
    ['/api/v1', 'namespaces/finalize', ['update']],
    ['/apis/batch/v1', 'jobs/status', ['get', 'patch', 'update']],
  ])('lists in %s %s with its verbs', async (path, name, verbs) => {
    const { resources } = (await documentAt(path)) as { resources: { name: string }[] };
    expect(resources.find((resource) => resource.name === name)).toMatchObject({ verbs });
  });

  it('lists resources with what people may call them', async () => {
    expect(await documentAt('/apis/batch/v1/')).toMatchObject({
      kind: 'APIResourceList',
      groupVersion: 'batch/v1',
      resources: expect.arrayContaining([
        expect.objectContaining({ name: 'cronjobs', singularName: 'cronjob', shortNames: ['cj'], categories: ['all'] }),
      ]),
    });
  });

  it('tells of what kind a sub-resource is that shows the object as another one', async () => {
    const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
    const { resources } = (await documentAt('/apis/batch/v1')) as { resources: object[] };
    expect(resources).toContainEqual({
      name: 'jobs/scale',
      singularName: '',
      namespaced: true,
      ...scale,
      verbs: ['get', 'patch', 'update'],
    });
    const aggregated = JSON.stringify(await documentAt('/apis', v2));
    expect(aggregated).toContain(`{"subresource":"scale","responseKind":${JSON.stringify(scale)},`);
  });

  it.each(['/api/v1', '/apis/batch/v1'])('names in %s exactly what is routed', async (path) => {
    const { resources } = (await documentAt(path)) as { resources: { name: string; verbs: string[] }[] };
    expect(resources).not.toEqual([]);
    for (const { name, verbs } of resources) expect(verbs.toSorted()).toEqual(routedVerbs(path, name));
  });

  it.each([
    [`${v2},${v2beta1},application/json`, v2, 'v2'],
    [`${v2beta1},application/json`, v2beta1, 'v2beta1'],
    [`application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,${v2}`, v2, 'v2'],
  ])('aggregates for %s', async (accept, contentType, version) => {
    const response = await ask('/apis', { accept });
    expect(response!.headers.get('content-type')).toBe(contentType);
    expect(await response!.json()).toMatchObject({
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      items: [
        {
          metadata: { name: 'batch' },
          versions: [
            { version: 'v1', resources: [{ resource: 'cronjobs' }, { resource: 'jobs', scope: 'Namespaced' }] },
          ],
        },
      ],
    });
  });

  it('prefers the plain document where the client does', async () => {
    expect(await documentAt('/apis', `application/json,${v2}`)).toMatchObject({ kind: 'APIGroupList' });
  });

  it('says when the aggregated document has not changed', async () => {
    const first = await ask('/api', { accept: v2 });
    const again = await ask('/api', { accept: v2, 'if-none-match': first!.headers.get('etag')! });
    expect(again!.status).toBe(304);
  });

  it('refuses forms it does not have', async () => {
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList';
    await expect(ask('/apis', { accept })).rejects.toMatchObject({ code: 406 });
  });

  it.each(['/', '/apis/other', '/apis/batch/v2', '/api/v2', '/api/v1/pods', '/apis//v1'])(
    'leaves %s to others',
    async (path) => {
      expect(await ask(path)).toBeUndefined();
    },
  );
});
