import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { OwnerReference } from '../../lib/apis/meta/v1/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { podStatus } from './behaviour/pod-status.js';
import { openNamespace } from './behaviour/served-cluster.js';
import { startVirtualServer } from './behaviour/virtual-server.js';

let server: Awaited<ReturnType<typeof startVirtualServer>>;
let cluster: Awaited<ReturnType<typeof openNamespace>>;

beforeEach(async () => {
  server = await startVirtualServer();
  cluster = await openNamespace(server, 'garbage');
});
afterEach(async () => {
  cluster.close();
  await server.stop();
});

const wait = (seconds: number) => cluster.sleep(seconds * 1000);

async function createJob(spec: object = {}, metadata: object = {}): Promise<KubeObject> {
  // On a node pods have a kubelet that ends them; without one they go at once.
  const template = {
    spec: { restartPolicy: 'Never', nodeName: 'node-1', containers: [{ name: 'c', image: 'i' }] },
  };
  const job = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j', ...metadata },
    spec: { template, ...spec },
  };
  expect(await cluster.create(job)).toBeUndefined();
  await wait(1);
  return (await cluster.get('jobs', 'j'))!;
}

async function report(phase: 'Running' | 'Succeeded' | 'Failed'): Promise<void> {
  for (const pod of await cluster.pods()) {
    const status = podStatus(pod, { phase }, cluster.now());
    await cluster.patch('pods', pod.metadata.name, { status }, { subresource: 'status' });
  }
  await wait(0);
}

/** What the kubelet does with pods that are being deleted. */
async function stopPods(): Promise<void> {
  for (const { metadata } of await cluster.pods()) {
    if (metadata.deletionTimestamp === undefined) continue;
    await cluster.delete('pods', metadata.name, { gracePeriodSeconds: 0 });
  }
  await wait(0);
}

const isThere = async () => (await cluster.get('jobs', 'j')) !== undefined;
const podCount = async () => (await cluster.pods()).length;

describe('ttlSecondsAfterFinished', () => {
  async function finishedJob(ttlSecondsAfterFinished?: number): Promise<void> {
    await createJob({ ...(ttlSecondsAfterFinished !== undefined && { ttlSecondsAfterFinished }) });
    await report('Succeeded');
  }
  const setTtl = (ttlSecondsAfterFinished: number | null) =>
    cluster.patch('jobs', 'j', { spec: { ttlSecondsAfterFinished } });

  it('of 0 takes a Job away as soon as it has ended, its pods with it', async () => {
    await finishedJob(0);
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });

  it('counts from the end, not from the creation', async () => {
    await createJob({ ttlSecondsAfterFinished: 30 });
    await wait(100);
    await report('Succeeded');
    await wait(29);
    expect(await isThere()).toBe(true);
    await wait(1);
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });

  it('counts from the end of a Job that failed, too', async () => {
    await createJob({ ttlSecondsAfterFinished: 30, backoffLimit: 0 });
    await report('Failed');
    await wait(29);
    expect(await isThere()).toBe(true);
    await wait(1);
    expect(await isThere()).toBe(false);
  });

  it.each<[string, number | undefined, number | null, number, number]>([
    ['set after the end', undefined, 60, 59, 60],
    ['made longer', 60, 90, 89, 90],
    ['made shorter', 60, 30, 29, 30],
    ['made shorter than the time since then', 60, 5, 9, 10],
    ['taken away', 60, null, 10_000, Infinity],
  ])('may be changed after the end: %s', async (_, before, after, lastSeen, gone) => {
    await finishedJob(before);
    await wait(10);
    expect(await setTtl(after)).toBeUndefined();
    if (lastSeen >= 10) {
      await wait(lastSeen - 10);
      expect(await isThere()).toBe(true);
    }
    if (gone === Infinity) return;
    await wait(gone - Math.max(lastSeen, 10));
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });

  it('waits for pods that somebody else holds', async () => {
    await finishedJob(30);
    const [pod] = await cluster.pods();
    await cluster.patch('pods', pod!.metadata.name, { metadata: { finalizers: ['example.com/hold'] } });
    await wait(1000);
    expect((await cluster.get('jobs', 'j'))!.metadata).toMatchObject({ finalizers: ['foregroundDeletion'] });
    await cluster.patch('pods', pod!.metadata.name, { metadata: { finalizers: null } });
    await wait(0);
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });
});

describe('the deletion of a Job', () => {
  const remove = async (propagationPolicy: string | undefined) => {
    await cluster.delete('jobs', 'j', { body: { ...(propagationPolicy && { propagationPolicy }) } });
    await wait(0);
  };
  beforeEach(async () => {
    await createJob({ completions: 2, parallelism: 2 });
    await report('Running');
  });

  it('in the background takes the Job at once, its pods when they have ended', async () => {
    await remove('Background');
    expect([await isThere(), await podCount()]).toEqual([false, 2]);
    await stopPods();
    expect(await podCount()).toBe(0);
  });

  it('in the foreground takes the pods first', async () => {
    await remove('Foreground');
    expect((await cluster.get('jobs', 'j'))!.metadata.finalizers).toEqual(['foregroundDeletion']);
    await wait(100);
    expect([await isThere(), await podCount()]).toEqual([true, 2]);
    await stopPods();
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });

  it.each(['Orphan', undefined])('with the policy %s leaves its pods, free of it', async (policy) => {
    await remove(policy);
    expect(await isThere()).toBe(false);
    for (const { metadata } of await cluster.pods()) {
      expect(metadata.deletionTimestamp).toBeUndefined();
      expect(metadata).not.toHaveProperty('ownerReferences');
      expect(metadata).not.toHaveProperty('finalizers');
    }
    expect(await podCount()).toBe(2);
  });

  it('waits for a finalizer of its own, and creates no pods meanwhile', async () => {
    await cluster.patch('jobs', 'j', { metadata: { finalizers: ['example.com/hold'] } });
    await remove('Background');
    const [first] = await cluster.pods();
    await cluster.delete('pods', first!.metadata.name, { gracePeriodSeconds: 0 });
    await wait(100);
    expect([await isThere(), await podCount()]).toEqual([true, 1]);
    await cluster.patch('jobs', 'j', { metadata: { finalizers: null } });
    await wait(0);
    await stopPods();
    expect([await isThere(), await podCount()]).toEqual([false, 0]);
  });
});

describe('what a Job owns beside its pods', () => {
  const map = (name: string, owner: OwnerReference) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'garbage', ownerReferences: [owner] },
  });
  const isLeft = async (name: string) => (await cluster.get('configmaps', name)) !== undefined;

  it.each<[string, object, boolean]>([
    ['goes with it', {}, false],
    ['goes at once when the owner of that name has another UID', { uid: 'another' }, false],
    ['stays when its owner is of a kind that is not served', { apiVersion: 'example.com/v1', kind: 'Thing' }, true],
  ])('%s', async (_, change, stays) => {
    const { metadata } = await createJob();
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: metadata.uid, ...change };
    await cluster.create(map('dependent', owner));
    await wait(1);
    expect(await isLeft('dependent')).toBe(!('uid' in change));
    await cluster.delete('jobs', 'j', { body: { propagationPolicy: 'Background' } });
    await wait(1);
    expect(await isLeft('dependent')).toBe(stays);
  });

  it('goes at once in another namespace, where an owner is none', async () => {
    const { metadata } = await createJob();
    const elsewhere = await openNamespace(server, 'elsewhere');
    const dependent = map('dependent', { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: metadata.uid });
    await elsewhere.create({ ...dependent, metadata: { ...dependent.metadata, namespace: 'elsewhere' } });
    await wait(1);
    expect(await elsewhere.get('configmaps', 'dependent')).toBeUndefined();
    expect((await elsewhere.events()).map(({ reason }) => reason)).toEqual(['OwnerRefInvalidNamespace']);
    expect(await isThere()).toBe(true);
    elsewhere.close();
  });

  it('holds the Job in the foreground when it blocks it', async () => {
    const { metadata } = await createJob();
    const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: metadata.uid, blockOwnerDeletion: true };
    const held = map('dependent', owner);
    await cluster.create({ ...held, metadata: { ...held.metadata, finalizers: ['example.com/hold'] } });
    await wait(1);
    await cluster.delete('jobs', 'j', { body: { propagationPolicy: 'Foreground' } });
    await wait(1);
    await stopPods();
    expect([await isThere(), await podCount()]).toEqual([true, 0]);
    await cluster.patch('configmaps', 'dependent', { metadata: { finalizers: null } });
    await wait(1);
    expect([await isThere(), await isLeft('dependent')]).toEqual([false, false]);
  });
});

describe('pods that nobody cleans up', () => {
  const podsByName = async () =>
    ((await cluster.pods()) as readonly Pod[]).map(({ metadata }) => metadata.name).toSorted();

  it.each([
    [0, ['evicted', 'p1', 'p2', 'p3', 'p4', 'running']],
    [3, ['p2', 'p3', 'p4', 'running']],
    [4, ['p1', 'p2', 'p3', 'p4', 'running']],
  ])('are kept up to a threshold of %i, evicted ones least', async (terminatedPodThreshold, left) => {
    cluster.close();
    await server.stop();
    server = await startVirtualServer({ terminatedPodThreshold });
    cluster = await openNamespace(server, 'garbage');
    for (const name of ['p1', 'p2', 'running', 'evicted', 'p3', 'p4']) {
      const spec = { containers: [{ name: 'c', image: 'i' }] };
      await cluster.create({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
      await wait(1);
    }
    for (const pod of await cluster.pods()) {
      const { name } = pod.metadata;
      const phase = name === 'running' ? 'Running' : name === 'evicted' ? 'Failed' : 'Succeeded';
      const status = podStatus(pod, { phase, ...(name === 'evicted' && { reason: 'Evicted' }) }, cluster.now());
      await cluster.patch('pods', name, { status }, { subresource: 'status' });
    }
    await wait(10);
    expect(await podsByName()).toEqual(left);
  });
});
