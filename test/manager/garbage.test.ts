import { expect, test } from 'vitest';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { StoredObject } from '../../lib/ports/store.js';
import { aJob, World } from './world.js';

const map = (name: string, metadata: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default', ...metadata },
});

const ownedBy = ({ object }: StoredObject, more: object = {}): object => ({
  apiVersion: object.apiVersion,
  kind: object.kind,
  name: object.metadata.name,
  uid: object.metadata.uid,
  ...more,
});

async function names(world: World, resource = 'configmaps'): Promise<readonly string[]> {
  return (await world.list(resource)).map(({ metadata }) => metadata.name);
}

test('a Job takes its pods with it', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob({ completions: 2, parallelism: 2 }));
  await world.create('jobs', aJob({ parallelism: 1 }, { 'finite.dev/run-ms': '-1' }, 'running'));
  await world.delete('jobs', 'j');
  await world.delete('jobs', 'running');
  await world.pass(60_000);
  expect(await names(world, 'pods')).toEqual([]);
  expect(await world.runtime.list()).toEqual([]);
});

test('in the foreground the owner stays until its dependents have gone', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  const reference = ownedBy(owner, { blockOwnerDeletion: true });
  const held = await world.create('configmaps', map('held', { ownerReferences: [reference], finalizers: ['a.b/c'] }));
  await world.delete('configmaps', 'owner', { propagationPolicy: 'Foreground' });
  expect(await world.get('configmaps', 'owner')).toMatchObject({ metadata: { finalizers: ['foregroundDeletion'] } });
  expect((await world.get('configmaps', 'held'))!.metadata.deletionTimestamp).toBeDefined();
  const { key, revision } = (await world.store.get(held.key))!;
  await world.store.delete(key, revision);
  await world.manager.idle();
  expect(await names(world)).toEqual([]);
});

test('a dependent that is made while its owner is waiting goes too', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  const reference = ownedBy(owner, { blockOwnerDeletion: true });
  const held = await world.create('configmaps', map('held', { ownerReferences: [reference], finalizers: ['a.b/c'] }));
  await world.delete('configmaps', 'owner', { propagationPolicy: 'Foreground' });
  await world.create('configmaps', map('late', { ownerReferences: [reference] }));
  expect(await names(world)).toEqual(['held', 'owner']);
  const { key, revision } = (await world.store.get(held.key))!;
  await world.store.delete(key, revision);
  await world.manager.idle();
  expect(await names(world)).toEqual([]);
});

test('a dependent that does not block its owner does not hold it up', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  await world.create('configmaps', map('held', { ownerReferences: [ownedBy(owner)], finalizers: ['a.b/c'] }));
  await world.delete('configmaps', 'owner', { propagationPolicy: 'Foreground' });
  expect(await names(world)).toEqual(['held']);
});

test('two that wait for each other do not wait for ever', async () => {
  const world = await new World().start();
  const a = await world.create('configmaps', map('a'));
  const b = await world.create('configmaps', map('b', { ownerReferences: [ownedBy(a, { blockOwnerDeletion: true })] }));
  await world.change(a, (object) => ({
    ...object,
    metadata: { ...object.metadata, ownerReferences: [ownedBy(b, { blockOwnerDeletion: true })] },
  }));
  await world.delete('configmaps', 'a', { propagationPolicy: 'Foreground' });
  expect(await names(world)).toEqual([]);
});

test('orphaned dependents stay, without their owner', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  await world.create('configmaps', map('child', { ownerReferences: [ownedBy(owner)] }));
  await world.delete('configmaps', 'owner', { propagationPolicy: 'Orphan' });
  expect(await names(world)).toEqual(['child']);
  expect((await world.get('configmaps', 'child'))!.metadata.ownerReferences).toBeUndefined();
});

test('orphaned pods of a Job lose the finalizer that nobody waits for any more', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob({}, { 'finite.dev/run-ms': '-1' }));
  await world.delete('jobs', 'j', { propagationPolicy: 'Orphan' });
  const [pod] = await world.pods();
  expect(pod!.metadata).not.toHaveProperty('finalizers');
  expect(pod!.metadata).not.toHaveProperty('ownerReferences');
});

test('an object with another owner left only loses the reference', async () => {
  const world = await new World().start();
  const first = await world.create('configmaps', map('first'));
  const second = await world.create('configmaps', map('second'));
  await world.create('configmaps', map('child', { ownerReferences: [ownedBy(first), ownedBy(second)] }));
  await world.delete('configmaps', 'first');
  expect((await world.get('configmaps', 'child'))!.metadata.ownerReferences).toEqual([ownedBy(second)]);
});

test.for([
  ['an owner that never was', { uid: 'nowhere', name: 'owner' }, false],
  ['the owner of another UID under the name', { uid: 'another' }, false],
  ['an owner of an unknown kind', { apiVersion: 'apps/v1', kind: 'Deployment', uid: 'unknown' }, true],
] as const)('with %s an object stays: %s', async ([, changes, stays]) => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  await world.create('configmaps', map('child', { ownerReferences: [{ ...ownedBy(owner), ...changes }] }));
  expect((await names(world)).includes('child')).toBe(stays);
});

test('an owner in another namespace is none, and an event says so', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner', { namespace: 'other' }));
  await world.create('configmaps', map('child', { ownerReferences: [ownedBy(owner)] }));
  expect(await names(world)).toEqual(['owner']);
  const [event] = await world.list<Event & KubeObject>('events');
  expect(event).toMatchObject({
    reason: 'OwnerRefInvalidNamespace',
    source: { component: 'garbage-collector-controller' },
    message: `ownerRef [v1/ConfigMap, namespace: default, name: owner, uid: ${owner.object.metadata.uid}] does not exist in namespace "default"`,
  });
});

test('what was left undone before a restart is done after it', async () => {
  const world = await new World().start();
  const owner = await world.create('configmaps', map('owner'));
  await world.create('configmaps', map('child', { ownerReferences: [ownedBy(owner)] }));
  await world.manager.stop();
  await world.store.delete(owner.key, owner.revision);
  await world.restart();
  expect(await names(world)).toEqual([]);
});

test('finished pods beyond the threshold go, the oldest first', async () => {
  const world = await new World({ terminatedPodThreshold: 3 }).start();
  for (let n = 1; n <= 5; n++) {
    await world.create('jobs', aJob({}, {}, `j${n}`));
    await world.pass(1000);
  }
  const jobs = (await world.pods()).map((pod) => pod.metadata.labels!['batch.kubernetes.io/job-name']);
  expect(jobs.toSorted()).toEqual(['j3', 'j4', 'j5']);
});

test('a finished Job goes when its time to live is over, its pods first', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob({ ttlSecondsAfterFinished: 60 }));
  await world.pass(59_999);
  expect(await world.job()).toBeDefined();
  await world.pass(1);
  expect(await world.job()).toBeUndefined();
  expect(await names(world, 'pods')).toEqual([]);
});
