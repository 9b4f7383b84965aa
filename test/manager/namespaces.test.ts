import { expect, test } from 'vitest';
import type { Namespace } from '../../lib/apis/core/v1/namespace/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { formatTime } from '../../lib/apis/meta/v1/time.js';
import { aJob, aPod, World } from './world.js';

const aNamespace = (name = 'default'): object => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
});

/** What a DELETE of the namespace stores. */
async function terminate(world: World): Promise<void> {
  const stored = (await world.store.get({ resource: 'namespaces', namespace: '', name: 'default' }))!;
  await world.change(stored, (object) => ({
    ...object,
    metadata: { ...object.metadata, deletionTimestamp: formatTime(world.clock.now()) },
    status: { phase: 'Terminating' },
  }));
}

async function namespace(world: World): Promise<Namespace | undefined> {
  return world.get<Namespace>('namespaces', 'default', '');
}

async function content(world: World): Promise<readonly string[]> {
  const resources = ['configmaps', 'events', 'jobs', 'pods', 'secrets', 'serviceaccounts'];
  const all = await Promise.all(resources.map((resource) => world.list(resource, 'default')));
  return all.flat().map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

test('a namespace is born with its ServiceAccount and its ConfigMap, and gets them again', async () => {
  const world = await new World({ rootCertificates: 'PEM' }).start();
  await world.create('namespaces', aNamespace());
  expect(await content(world)).toEqual(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);
  expect(await world.get('configmaps', 'kube-root-ca.crt')).toMatchObject({ data: { 'ca.crt': 'PEM' } });
  await world.delete('configmaps', 'kube-root-ca.crt');
  await world.delete('serviceaccounts', 'default');
  expect(await content(world)).toEqual(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);
});

test('content goes five seconds after its namespace, and then the namespace itself', async () => {
  const world = await new World().start();
  await world.create('namespaces', aNamespace());
  await world.create('jobs', aJob({ parallelism: 3, completions: 3 }, { 'finite.dev/run-ms': '-1' }));
  await terminate(world);
  await world.pass(4999);
  expect(await content(world)).toContain('Job j');
  await world.pass(1);
  expect(await content(world)).toEqual([]);
  expect(await namespace(world)).toBeUndefined();
});

test('a Job with an index in back-off does not hold its namespace up', async () => {
  const world = await new World().start();
  await world.create('namespaces', aNamespace());
  const spec = { completionMode: 'Indexed', completions: 2, parallelism: 2, backoffLimitPerIndex: 3 } as const;
  await world.create('jobs', aJob(spec, { 'finite.dev/exit-code': '1' }));
  await terminate(world);
  await world.pass(5000);
  expect(await namespace(world)).toBeUndefined();
});

test('pods that take their time hold the namespace up, nothing new comes, and the conditions tell', async () => {
  const world = await new World().start();
  await world.create('namespaces', aNamespace());
  const annotations = { 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '8000' };
  await world.create('jobs', aJob({ parallelism: 2, completions: 2 }, annotations));
  await terminate(world);
  await world.pass(5000);
  const { status } = (await namespace(world))!;
  expect(status.phase).toBe('Terminating');
  expect(status.conditions?.map(({ type, status: holds, message }) => `${type} ${holds} ${message}`)).toEqual([
    'NamespaceDeletionDiscoveryFailure False All resources successfully discovered',
    'NamespaceDeletionGroupVersionParsingFailure False All legacy kube types successfully parsed',
    'NamespaceDeletionContentFailure False All content successfully deleted, may be waiting on finalization',
    expect.stringMatching(
      /^NamespaceContentRemaining True Some resources are remaining: pods. has 2 resource instances$/,
    ),
    expect.stringMatching(/^NamespaceFinalizersRemaining /),
  ]);
  await world.pass(8000);
  expect(await namespace(world)).toBeUndefined();
  expect(await content(world)).toEqual([]);
});

test('an object with a finalizer holds the namespace up until the finalizer is gone', async () => {
  const world = await new World().start();
  await world.create('namespaces', aNamespace());
  const metadata = { name: 'c', namespace: 'default', finalizers: ['a.b/c'] };
  const held = await world.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata });
  await terminate(world);
  await world.pass(5000);
  expect((await namespace(world))!.status.conditions).toContainEqual(
    expect.objectContaining({
      type: 'NamespaceFinalizersRemaining',
      status: 'True',
      reason: 'SomeFinalizersRemain',
      message: 'Some content in the namespace has finalizers remaining: a.b/c in 1 resource instances',
    }),
  );
  const { key, revision } = (await world.store.get(held.key))!;
  await world.store.delete(key, revision);
  await world.pass(0);
  expect(await namespace(world)).toBeUndefined();
});

test('a namespace with a finalizer of its own stays, empty, until that is gone', async () => {
  const world = await new World().start();
  const { metadata, ...rest } = aNamespace() as KubeObject;
  await world.create('namespaces', { ...rest, metadata: { ...metadata, finalizers: ['a.b/c'] } });
  await terminate(world);
  await world.pass(5000);
  expect(await namespace(world)).toMatchObject({ spec: { finalizers: [] }, metadata: { finalizers: ['a.b/c'] } });
  expect(await content(world)).toEqual([]);
});

test('other namespaces keep what they have', async () => {
  const world = await new World().start();
  await world.create('namespaces', aNamespace());
  await world.create('pods', aPod({}, { namespace: 'other' }));
  await terminate(world);
  await world.pass(5000);
  expect(await world.get('pods', 'p', 'other')).toBeDefined();
});
