import { describe, expect, it } from 'vitest';
import { servedGroups } from '../../lib/apiserver/discovery/resources.js';
import { openApiV2, openApiV3 } from '../../lib/apiserver/openapi/documents.js';
import { OpenApi } from '../../lib/apiserver/openapi/openapi.js';

type Json = Record<string, any>;

const v2 = openApiV2(servedGroups, 'v1.36.0') as Json;
const batch = openApiV3(
  servedGroups.find(({ name }) => name === 'batch')!,
  'v1.36.0',
) as Json;
const openApi = new OpenApi('v1.36.0');

function get(path: string, headers: Record<string, string> = {}): Response | undefined {
  return openApi.answer(new Request(`http://server${path}`, { headers }), new URL(path, 'http://server').pathname);
}

function operations(document: Json): Json[] {
  return Object.values(document['paths'] as Json).flatMap((methods) => Object.values(methods as Json) as Json[]);
}

function references(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [String(inner)] : references(inner)));
}

describe('OpenAPI documents', () => {
  it.each([
    ['v2', v2, v2['definitions'], '#/definitions/'],
    ['v3', batch, batch['components'].schemas, '#/components/schemas/'],
  ])('refer to nothing that they lack: %s', (_name, document, types, prefix) => {
    const found = new Set(references(document));
    expect(found.size).toBeGreaterThan(100);
    for (const each of found) expect(types, each).toHaveProperty([each.slice(prefix.length)]);
  });

  it('name every operation once, and tell which kind it is about', () => {
    const all = operations(v2);
    expect(all.length).toBeGreaterThan(50);
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length);
    for (const each of all) expect(each['x-kubernetes-group-version-kind']).toHaveProperty('kind');
  });

  it('describe all verbs of a kind at the paths of Kubernetes', () => {
    const verbs = Object.fromEntries(
      Object.entries(batch['paths'] as Json).map(([path, methods]) => [path, Object.keys(methods).sort()]),
    );
    expect(verbs).toMatchObject({
      '/apis/batch/v1/jobs': ['get'],
      '/apis/batch/v1/namespaces/{namespace}/jobs': ['delete', 'get', 'post'],
      '/apis/batch/v1/namespaces/{namespace}/jobs/{name}': ['delete', 'get', 'patch', 'put'],
      '/apis/batch/v1/namespaces/{namespace}/jobs/{name}/status': ['get', 'patch', 'put'],
    });
    const ids = operations(batch).map(({ operationId }) => operationId);
    expect(ids).toEqual(
      expect.arrayContaining([
        'listBatchV1JobForAllNamespaces',
        'createBatchV1NamespacedJob',
        'deleteBatchV1CollectionNamespacedJob',
        'patchBatchV1NamespacedCronJobStatus',
      ]),
    );
  });

  it('offer fieldValidation at patch, by which clients leave checking to the server', () => {
    for (const document of [v2, batch]) {
      const patches = operations(document).filter((each) => each['x-kubernetes-action'] === 'patch');
      expect(patches.length).toBeGreaterThan(0);
      for (const each of patches) {
        expect(each['parameters']).toContainEqual(expect.objectContaining({ name: 'fieldValidation', in: 'query' }));
      }
    }
  });

  it('carry what merging and applying need to know', () => {
    const podSpec = v2['definitions']['io.k8s.api.core.v1.PodSpec'].properties;
    expect(podSpec.containers).toMatchObject({
      type: 'array',
      items: { $ref: '#/definitions/io.k8s.api.core.v1.Container' },
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      'x-kubernetes-patch-merge-key': 'name',
      'x-kubernetes-patch-strategy': 'merge',
    });
    expect(podSpec.nodeSelector['x-kubernetes-map-type']).toBe('atomic');
    const job = batch['components'].schemas['io.k8s.api.batch.v1.Job'];
    expect(job['x-kubernetes-group-version-kind']).toEqual([{ group: 'batch', kind: 'Job', version: 'v1' }]);
    expect(job.properties.spec.allOf).toEqual([{ $ref: '#/components/schemas/io.k8s.api.batch.v1.JobSpec' }]);
  });
});

describe('/openapi', () => {
  it('answers JSON, and protobuf to clients that read nothing else', async () => {
    const json = get('/openapi/v2')!;
    expect(json.headers.get('content-type')).toBe('application/json');
    expect(await json.json()).toEqual(v2);
    const protobuf = get('/openapi/v2', { accept: 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf' })!;
    expect(protobuf.headers.get('content-type')).toMatch(/\+protobuf$/);
    // Field 1, three bytes: the version of the form.
    expect([...new Uint8Array(await protobuf.arrayBuffer()).slice(0, 5)]).toEqual([10, 3, 50, 46, 48]);
    expect(() => get('/openapi/v2', { accept: 'text/html' })).toThrow(/only the following media types are accepted/);
  });

  it('lists the documents by group with hashes, and lets clients keep what they have', async () => {
    const { paths } = (await get('/openapi/v3')!.json()) as Json;
    expect(Object.keys(paths)).toEqual(['api/v1', 'apis/batch/v1']);
    const found = get(paths['apis/batch/v1'].serverRelativeURL)!;
    expect(found.headers.get('cache-control')).toMatch(/immutable/);
    expect(await found.json()).toEqual(batch);
    const again = get('/openapi/v3/apis/batch/v1', { 'if-none-match': found.headers.get('etag')! })!;
    expect(again.status).toBe(304);
    expect(get('/openapi/v3/apis/none/v1')).toBeUndefined();
  });
});
