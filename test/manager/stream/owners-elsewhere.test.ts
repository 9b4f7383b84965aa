import { expect, test, vi } from 'vitest';
import type { Event } from '../../../lib/apis/core/v1/event/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { sweep } from '../../../lib/manager/stream/sweep.js';
import type { StoredObject } from '../../../lib/ports/store.js';
import { StreamWorld } from './stream-world.js';

async function worldWithTwoNamespaces(): Promise<StreamWorld> {
  const world = await new StreamWorld().start();
  const metadata = { name: 'other' };
  await world.create('namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata, spec: {}, status: {} });
  return world;
}

function configMap(world: StreamWorld, name: string, metadata: object = {}): Promise<StoredObject> {
  const given = { name, namespace: 'default', ...metadata };
  return world.create('configmaps', { apiVersion: 'v1', kind: 'ConfigMap', metadata: given });
}

/** What the sweep of everything finds is looked at. */
async function sweepEverything(world: StreamWorld): Promise<void> {
  await world.settle();
  const { wakes } = await sweep({ store: world.store, clock: world.clock, depth: 'everything' });
  await world.handle({ wakes });
  await world.settle();
}

async function warnings(world: StreamWorld): Promise<readonly (Event & KubeObject)[]> {
  return (await world.list<Event & KubeObject>('events')).filter(({ type }) => type === 'Warning');
}

test('an owner in another namespace is none, and an event says so', async () => {
  const world = await worldWithTwoNamespaces();
  const { object: owner } = await configMap(world, 'owner', { namespace: 'other' });
  const { uid } = owner.metadata;
  await configMap(world, 'child', { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }] });
  await sweepEverything(world);
  expect(await world.get('configmaps', 'child')).toBeUndefined();
  expect(await warnings(world)).toEqual([
    expect.objectContaining({
      reason: 'OwnerRefInvalidNamespace',
      source: { component: 'garbage-collector-controller' },
      message: `ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${uid}] does not exist in namespace "default"`,
    }),
  ]);
});

test('of an owner that is nowhere, or of another UID, nothing is said', async () => {
  const world = await worldWithTwoNamespaces();
  await configMap(world, 'owner', { namespace: 'other' });
  const gone = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'gone' };
  await configMap(world, 'child', { ownerReferences: [gone] });
  await sweepEverything(world);
  expect(await world.get('configmaps', 'child')).toBeUndefined();
  expect(await warnings(world)).toEqual([]);
});

test('the other namespaces are asked once for all dependents of an owner', async () => {
  const world = await worldWithTwoNamespaces();
  const gone = { apiVersion: 'batch/v1', kind: 'Job', name: 'owner', uid: 'gone' };
  for (let n = 0; n < 20; n++) await configMap(world, `child-${n}`, { ownerReferences: [gone] });
  const get = vi.spyOn(world.store, 'get');
  await sweepEverything(world);
  expect((await world.list('configmaps')).filter(({ metadata }) => metadata.ownerReferences)).toEqual([]);
  const elsewhere = get.mock.calls.filter(([key]) => key.resource === 'jobs' && key.namespace === 'other');
  expect(elsewhere).toHaveLength(1);
});
