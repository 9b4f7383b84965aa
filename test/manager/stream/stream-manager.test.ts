import { expect, test } from 'vitest';
import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { PodNames, podNamePrefix, generateNameOf } from '../../../lib/controllers/job/pod-names.js';
import type { ListOptions, ObjectKey, Page, Range, StoredObject } from '../../../lib/ports/store.js';
import type { StreamBatch } from '../../../lib/manager/stream/stream-manager.js';
import { turn } from '../../support/virtual-time.js';
import { expectSecondFailed, expectThreeSucceeded } from '../outcomes.js';
import { aJob, aPod, START_MS } from '../world.js';
import { StreamWorld } from './stream-world.js';

function isComplete({ status }: Job): boolean {
  return status.conditions?.some(({ type }) => type === 'Complete') ?? false;
}

/** Makes a method of the world's store do something before, or instead. */
function intercept(world: StreamWorld, method: 'replace' | 'create', before: (key: ObjectKey) => Promise<void>): void {
  const write = world.store[method].bind(world.store) as (...args: unknown[]) => Promise<StoredObject>;
  world.store[method] = async (key: ObjectKey, ...rest: unknown[]) => {
    await before(key);
    return write(key, ...rest);
  };
}

test('a Job runs to completion', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 3, parallelism: 2 }));
  await world.pass(1000);
  await expectThreeSucceeded(world);
});

test('what a Job waits for is told as a wake-up, and what it does then is what the local manager does', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ backoffLimit: 1 }, { 'finite.dev/exit-code': '1' }));
  await world.settle();
  expect([...world.wakeUps.values()]).toContainEqual({
    controller: 'job',
    key: 'default/j',
    atMs: START_MS + 10_000,
  });
  await world.pass(START_MS + 9999 - world.clock.now());
  expect(await world.pods()).toHaveLength(1);
  await world.pass(1);
  await expectSecondFailed(world);
});

test('a key that fails is told with the changes and wakes that asked for it, and holds up no other', async () => {
  const world = await new StreamWorld().start();
  intercept(world, 'replace', async ({ resource, name }) => {
    if (resource === 'jobs' && name === 'poison') throw new Error('this one never');
  });
  for (const name of ['a', 'poison', 'b']) await world.create('jobs', aJob({}, {}, name));
  const changes = await world.untold();
  const wakes = [
    { controller: 'job', key: 'default/b' },
    { controller: 'job', key: 'default/poison' },
    { controller: 'of-another-function', key: 'default/b' },
  ];
  const { failed } = await world.handle({ changes, wakes });
  expect(failed).toEqual([
    { controller: 'job', key: 'default/poison', error: new Error('this one never'), changes: [1], wakes: [1] },
  ]);
  await world.settle();
  expect(isComplete(await world.job('a'))).toBe(true);
  expect(isComplete(await world.job('b'))).toBe(true);
});

test('a hiccup of the store is waited for inside', async () => {
  const world = await new StreamWorld().start();
  let hiccups = 3;
  intercept(world, 'replace', async ({ resource }) => {
    if (resource === 'jobs' && hiccups-- > 0) throw new Error('slow down');
  });
  await world.create('jobs', aJob());
  await world.pass(1000);
  expect(isComplete(await world.job())).toBe(true);
  expect(world.failed).toEqual([]);
});

test('a pod that is refused is tried again later, and holds up no batch', async () => {
  const world = await new StreamWorld().start();
  const account = (await world.store.get({ resource: 'serviceaccounts', namespace: 'default', name: 'default' }))!;
  await world.store.delete(account.key, account.revision);
  await world.untold();
  // Nobody makes it again.
  world.manager = world.newManager(world.store, { controllers: ['job', 'pod'] });
  await world.create('jobs', aJob());
  await world.settle();
  expect(world.failed).toEqual([]);
  expect(await world.pods()).toEqual([]);
  expect((await world.job()).status.active).toBeUndefined();
  expect(world.wakeUps.has('job default/j')).toBe(true);
  const events = await world.list<KubeObject & { reason: string }>('events');
  expect(events.map(({ reason }) => reason)).toEqual(['FailedCreate']);
});

test('after its turns a large Job is told as due, and a small one has had its own', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 1200, parallelism: 1200, completionMode: 'Indexed' }));
  await world.create('jobs', aJob({}, {}, 'small'));
  intercept(world, 'create', async ({ name }) => {
    if (name.startsWith('j-')) await new Promise<void>((resolve) => world.clock.at(world.clock.now() + 10, resolve));
  });
  world.manager = world.newManager(world.store, { controllers: ['job'] });
  const podsAfter: number[] = [];
  let batch: Partial<StreamBatch> = { changes: await world.untold() };
  for (;;) {
    const { wakeUps, failed } = await world.handle({ ...batch, turnsMs: 5 });
    expect(failed).toEqual([]);
    podsAfter.push((await world.pods()).length);
    const now = world.clock.now();
    const due = wakeUps.filter(({ atMs }) => atMs <= now);
    if (due.length === 0) break;
    expect(due.map(({ controller, key }) => ({ controller, key }))).toEqual([{ controller: 'job', key: 'default/j' }]);
    batch = { wakes: due };
  }
  // At last it finds that nothing is left to make.
  expect(podsAfter).toEqual([501, 1001, 1201, 1201]);
});

test('an invocation ends in time; what it has not begun, and what does not end, is told as due', async () => {
  const world = await new StreamWorld().start();
  intercept(world, 'replace', ({ resource, name }) =>
    resource === 'jobs' && name === 'stuck' ? new Promise(() => {}) : Promise.resolve(),
  );
  await world.create('jobs', aJob({}, {}, 'stuck'));
  await world.create('jobs', aJob({}, {}, 'j'));
  const began = world.clock.now();
  const { wakeUps } = await world.handle({ changes: await world.untold(), remainingMs: 2000 });
  expect(world.clock.now() - began).toBeLessThanOrEqual(2000);
  expect(wakeUps).toContainEqual({ controller: 'job', key: 'default/stuck', atMs: expect.any(Number) });
  await world.settle();
  expect(isComplete(await world.job('j'))).toBe(true);
});

/** Counts what is read of each resource, in objects. */
function countReads(world: StreamWorld): Record<string, number> {
  const reads: Record<string, number> = {};
  const count = (resource: string, items: number): void => void (reads[resource] = (reads[resource] ?? 0) + items);
  const get = world.store.get.bind(world.store);
  const list = world.store.list.bind(world.store);
  world.store.get = (key) => {
    count(key.resource, 1);
    return get(key);
  };
  world.store.list = async (range: Range, options?: ListOptions): Promise<Page> => {
    const page = await list(range, options);
    count(range.resource, page.items.length);
    return page;
  };
  return reads;
}

test.each([500, 3000])('a warm instance reads as much for each pod of a Job of %i as of any', async (completions) => {
  const world = await new StreamWorld({ controllers: ['job', 'garbage-collector', 'ttl-after-finished'] }).start();
  const kubelet = world.newManager(world.store, { controllers: ['pod'] });
  const reads = countReads(world);
  await world.create('jobs', aJob({ completions, parallelism: 100 }, { 'finite.dev/run-ms': '1000' }));
  for (let rounds = 0; !isComplete(await world.job()) && rounds < 1000; rounds++) {
    const changes = await world.untold();
    const before = reads['pods'] ?? 0;
    await world.handle({ changes, wakes: world.runtime.events.splice(0) }, kubelet);
    reads['pods'] = before;
    for (let at = 0; at < changes.length; at += 100) await world.handle({ changes: changes.slice(at, at + 100) });
    const next = world.clock.nextAlarm();
    if (changes.length === 0 && next !== undefined) world.clock.advanceTo(next);
    await turn();
  }
  expect((await world.job()).status.succeeded).toBe(completions);
  expect(reads['pods']! / completions).toBeLessThan(3);
  expect(reads['jobs']! / completions).toBeLessThan(1);
});

test('two Jobs of which one has the name of the other at its begin keep to their own pods', async () => {
  const world = await new StreamWorld().start();
  const indexed = { completionMode: 'Indexed', completions: 3, parallelism: 3 } as const;
  await world.create('jobs', aJob(indexed, {}, 'j'));
  await world.create('jobs', aJob(indexed, {}, 'j-0'));
  await world.pass(1000);
  expect((await world.job('j')).status.completedIndexes).toBe('0-2');
  expect((await world.job('j-0')).status.completedIndexes).toBe('0-2');
  expect(await world.pods()).toHaveLength(6);
});

test.each([undefined, 0, 7, 2_147_483_647])(
  'the name of a pod of index %s begins with the prefix of its Job',
  (index) => {
    for (const length of [1, 45, 46, 47, 52, 63]) {
      const job = 'j'.repeat(length);
      expect(new PodNames('uid').nameOf(generateNameOf(job, index), 3).startsWith(podNamePrefix(job))).toBe(true);
    }
  },
);

test('a CronJob starts its Jobs at their times, and leaves as many as it is told', async () => {
  const world = await new StreamWorld().start();
  const spec = { template: { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } } };
  await world.create('cronjobs', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c', namespace: 'default', generation: 1 },
    spec: {
      schedule: '* * * * *',
      concurrencyPolicy: 'Forbid',
      successfulJobsHistoryLimit: 2,
      failedJobsHistoryLimit: 1,
      suspend: false,
      jobTemplate: { spec },
    },
    status: {},
  });
  await world.pass(5 * 60_000 + 1000);
  const jobs = await world.list<KubeObject & Job>('jobs');
  expect(jobs).toHaveLength(2);
  expect(jobs.every(isComplete)).toBe(true);
  const { status } = (await world.get<CronJob>('cronjobs', 'c'))!;
  expect(status.lastScheduleTime).toBe('2026-01-01T00:05:00Z');
  expect(world.failed).toEqual([]);
});

test('the pods of a Job go with it, in whichever order was asked for', async () => {
  const world = await new StreamWorld().start();
  for (const [name, propagationPolicy] of Object.entries({ b: 'Background', f: 'Foreground', o: 'Orphan' })) {
    await world.create('jobs', aJob({ completions: 12, parallelism: 12 }, { 'finite.dev/run-ms': '100000' }, name));
    await world.settle();
    await world.delete('jobs', name, { propagationPolicy });
  }
  await world.pass(40_000);
  expect(await world.list('jobs')).toEqual([]);
  const pods = await world.pods();
  expect(pods.map(({ metadata }) => metadata.name.slice(0, 2))).toEqual(Array(12).fill('o-'));
  expect(pods.every(({ metadata }) => !metadata.ownerReferences?.length && !metadata.finalizers?.length)).toBe(true);
});

test('a pod that is made while its Job waits for its pods goes too', async () => {
  const annotations = { 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '5000' };
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({}, annotations));
  await world.pass(1000);
  await world.delete('jobs', 'j', { propagationPolicy: 'Foreground' });
  await world.settle();
  expect((await world.job()).metadata.finalizers).toContain('foregroundDeletion');
  const { uid } = (await world.job()).metadata;
  const owner = { apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid, controller: true, blockOwnerDeletion: true };
  await world.create('pods', aPod({}, { name: 'j-late', annotations, ownerReferences: [owner] }));
  await world.pass(30_000);
  expect(await world.pods()).toEqual([]);
  expect(await world.list('jobs')).toEqual([]);
});

test('a finished Job goes when its time is over', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 2, ttlSecondsAfterFinished: 30 }));
  await world.pass(29_000);
  expect(await world.list('jobs')).toHaveLength(1);
  await world.pass(2000);
  expect(await world.list('jobs')).toEqual([]);
  expect(await world.pods()).toEqual([]);
});

test('pods of a selector of its own are adopted and counted, whichever instance looks', async () => {
  const world = await new StreamWorld().start();
  const labels = { app: 'a' };
  const annotations = { 'finite.dev/run-ms': '1000' };
  const template = {
    metadata: { labels, annotations },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' },
  } as const;
  await world.create('pods', aPod({}, { name: 'before', labels, annotations }));
  await world.settle();
  const selector = { manualSelector: true, selector: { matchLabels: labels } };
  await world.create('jobs', aJob({ ...selector, template, completions: 2, parallelism: 1 }));
  world.manager = world.newManager();
  await world.settle();
  expect((await world.get('pods', 'before'))!.metadata.ownerReferences).toMatchObject([{ name: 'j' }]);
  world.manager = world.newManager();
  await world.pass(3000);
  expect((await world.job()).status.succeeded).toBe(2);
});

test('a namespace goes with everything in it', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 3, parallelism: 3 }, { 'finite.dev/run-ms': '100000' }));
  await world.settle();
  const stored = (await world.store.get({ resource: 'namespaces', namespace: '', name: 'default' }))!;
  const spec = { finalizers: ['kubernetes'] };
  await world.store.replace(stored.key, stored.revision, { ...stored.object, spec });
  await world.delete('namespaces', 'default');
  await world.pass(60_000);
  expect(await world.list('namespaces')).toEqual([]);
  expect(await world.list('jobs')).toEqual([]);
  expect(await world.pods()).toEqual([]);
});

test('the controller of pods asks for a runtime', () => {
  const world = new StreamWorld();
  const make = () => world.newManager(world.store, { controllers: ['pod'], runtime: { nodeName: 'n' } });
  expect(make).toThrow('needs a runtime');
});
