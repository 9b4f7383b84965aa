import { expect, test } from 'vitest';
import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import type { ContainerStart } from '../../lib/ports/pod-runtime.js';
import { RevisionExpired, type Store } from '../../lib/ports/store.js';
import { expectSecondFailed, expectThreeSucceeded } from './outcomes.js';
import { aJob, aPod, START_MS, World } from './world.js';

async function isComplete(world: World, name = 'j'): Promise<boolean> {
  return (
    (await world.job(name)).status.conditions?.some(({ type, status }) => type === 'Complete' && status === 'True') ??
    false
  );
}

test('a Job runs to completion', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob({ completions: 3, parallelism: 2 }));
  await expectThreeSucceeded(world);
  const events = await world.list<Event>('events');
  expect(events.map(({ reason, source }) => `${source!.component} ${reason}`).toSorted()).toEqual([
    'job-controller Completed',
    'job-controller SuccessfulCreate',
    'job-controller SuccessfulCreate',
    'job-controller SuccessfulCreate',
  ]);
});

test('a Job of many pods costs three writes a pod and few of its own', async () => {
  const world = new World();
  const writes: Record<string, number> = {};
  for (const method of ['create', 'replace', 'delete'] as const) {
    const write = world.store[method].bind(world.store) as (...args: unknown[]) => Promise<never>;
    world.store[method] = (key: { resource: string }, ...rest: unknown[]) => {
      writes[key.resource] = (writes[key.resource] ?? 0) + 1;
      return write(key, ...rest);
    };
  }
  await world.start();
  await world.create('jobs', aJob({ completions: 200, parallelism: 100 }));
  expect(await isComplete(world)).toBe(true);
  expect(writes.pods).toBe(600);
  expect(writes.jobs).toBeLessThan(20);
  expect(writes.events).toBeLessThan(30);
});

/** Every container ever started. */
class CountingRuntime extends InstantRuntime {
  readonly starts: string[] = [];

  override start(request: ContainerStart): Promise<void> {
    this.starts.push(`${request.pod.metadata.uid} ${request.attempt}`);
    return super.start(request);
  }
}

test('a Job goes on where it was after any number of restarts, and no container starts twice', async () => {
  const clock = new VirtualClock(START_MS);
  const runtime = new CountingRuntime(clock);
  const world = new World({ runtime, clock });
  await world.start();
  await world.create('jobs', aJob({ completions: 20, parallelism: 4 }, { 'finite.dev/run-ms': '1000' }));
  for (let n = 0; n < 10; n++) {
    await world.pass(333);
    await world.restart();
  }
  await world.pass(5000);
  expect(await isComplete(world)).toBe(true);
  expect((await world.job()).status.succeeded).toBe(20);
  expect(runtime.starts).toHaveLength(20);
  expect(new Set(runtime.starts).size).toBe(20);
});

test('a failed pod is replaced when its back-off is over, also after a restart', async () => {
  const world = await new World().start();
  await world.create('jobs', aJob({ backoffLimit: 1 }, { 'finite.dev/exit-code': '1' }));
  await world.pass(5000);
  await world.restart();
  await world.pass(4999);
  expect(await world.pods()).toHaveLength(1);
  await world.pass(1);
  await expectSecondFailed(world);
});

test("a name that somebody else's pod has is passed over", async () => {
  const first = await new World().start();
  await first.create('jobs', aJob());
  const { metadata } = (await first.pods())[0]!;
  const world = await new World().start();
  await world.create('pods', aPod({ nodeName: 'elsewhere' }, { name: metadata.name }));
  await world.create('jobs', aJob());
  expect(await isComplete(world)).toBe(true);
  expect(await world.pods()).toHaveLength(2);
});

test('bare pods of a manual selector are adopted and counted, whether they came before the Job or after', async () => {
  const world = await new World().start();
  const labels = { app: 'a' };
  const annotations = { 'finite.dev/run-ms': '1000' };
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' },
  } as const;
  const selector = { manualSelector: true, selector: { matchLabels: labels } };
  await world.create('pods', aPod({}, { name: 'before', labels, annotations }));
  await world.create('jobs', aJob({ ...selector, template, completions: 3, parallelism: 1 }));
  expect((await world.get('pods', 'before'))!.metadata.ownerReferences).toMatchObject([
    { name: 'j', controller: true },
  ]);
  await world.pass(1500);
  await world.create('pods', aPod({ nodeName: 'elsewhere' }, { name: 'after', labels }));
  // One too many: the younger one goes.
  expect((await world.get('pods', 'after'))!.metadata).toMatchObject({
    ownerReferences: [{ name: 'j', controller: true }],
    deletionTimestamp: expect.anything(),
  });
  await world.pass(5000);
  expect((await world.job()).status.succeeded).toBe(3);
});

test('three hundred Jobs beside each other all complete', async () => {
  const world = await new World().start();
  for (let n = 0; n < 300; n++) {
    const name = `j${n}`;
    const job = aJob({}, {}, name) as Parameters<Store['create']>[1];
    await world.store.create({ resource: 'jobs', namespace: 'default', name }, job);
  }
  await world.manager.idle();
  const jobs = await world.list<{ status: { succeeded?: number } }>('jobs');
  expect(jobs.filter(({ status }) => status.succeeded === 1)).toHaveLength(300);
});

test('a feed that has been compacted too far is read anew', async () => {
  const world = new World();
  const changes = world.store.changes.bind(world.store);
  let broken = 0;
  world.store.changes = (range, after, signal) => {
    if (broken++ < 2) throw new RevisionExpired(after, after + 1);
    return changes(range, after, signal);
  };
  await world.createServiceAccount();
  await world.manager.start();
  const key = { resource: 'jobs', namespace: 'default', name: 'j' };
  await world.store.create(key, aJob() as Parameters<Store['create']>[1]);
  for (let n = 0; n < 10; n++) {
    world.clock.advanceTo(world.clock.now() + 500);
    await new Promise((resolve) => setImmediate(resolve));
  }
  await world.pass(0);
  expect(await isComplete(world)).toBe(true);
});

test('a store that fails for a while delays the work and nothing else', async () => {
  const world = await new World().start();
  let failures = 8;
  for (const method of ['create', 'replace', 'delete'] as const) {
    const write = MemoryStore.prototype[method].bind(world.store) as (...args: unknown[]) => Promise<never>;
    world.store[method] = (key: { resource: string }, ...rest: unknown[]) => {
      if (key.resource !== 'jobs' && failures-- > 0) return Promise.reject(new Error('disk full'));
      return write(key, ...rest);
    };
  }
  await world.create('jobs', aJob({ completions: 5, parallelism: 5 }));
  await world.pass(120_000);
  expect(await isComplete(world)).toBe(true);
  expect(await world.pods()).toHaveLength(5);
});

test('a pod that is refused is tried again, and an event says why', async () => {
  const world = await new World().start();
  const account = (await world.store.get({ resource: 'serviceaccounts', namespace: 'default', name: 'default' }))!;
  await world.store.delete(account.key, account.revision);
  await world.create('jobs', aJob());
  await world.pass(1000);
  expect(await world.pods()).toEqual([]);
  const events = await world.list<Event>('events');
  expect(events.map(({ type, reason, message }) => `${type} ${reason} ${message}`)).toEqual([
    expect.stringMatching(
      /^Warning FailedCreate Error creating: pods "j-.*" is forbidden: error looking up service account/,
    ),
  ]);
  await world.createServiceAccount();
  await world.pass(60_000);
  expect(await isComplete(world)).toBe(true);
});
