import { expect, test } from 'vitest';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { sweep, type SweepCursor, type SweepDepth } from '../../../lib/manager/stream/sweep.js';
import type { WakeKey } from '../../../lib/ports/wake-ups.js';
import { aJob, aPod } from '../world.js';
import { StreamWorld } from './stream-world.js';

async function swept(world: StreamWorld, depth: SweepDepth): Promise<readonly string[]> {
  const { wakes } = await sweep({ store: world.store, clock: world.clock, depth });
  return wakes.map(({ controller, key }) => `${controller} ${key}`).toSorted();
}

/** Nobody hears of what has happened so far. */
async function forget(world: StreamWorld): Promise<void> {
  await world.untold();
  world.runtime.events.splice(0);
  world.wakeUps.clear();
}

test('a world at rest has nothing to look at', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 3 }));
  await world.pass(1000);
  expect(await swept(world, 'unfinished')).toEqual([]);
  expect(await swept(world, 'everything')).toEqual(['namespace default']);
});

test('what was lost on the way is found, and ends', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 3, parallelism: 3, ttlSecondsAfterFinished: 600 }));
  await forget(world);
  expect(await swept(world, 'unfinished')).toEqual(['job default/j']);
  for (let round = 0; round < 10; round++) {
    const { wakes } = await sweep({ store: world.store, clock: world.clock, depth: 'unfinished' });
    world.manager = world.newManager();
    await world.handle({ wakes });
    await forget(world);
    await world.pass(60_000);
  }
  expect((await world.job()).status.succeeded).toBe(3);
  await world.pass(300_000);
  expect(await swept(world, 'unfinished')).toEqual(['ttl-after-finished default/j']);
});

test('pods of unfinished Jobs are looked at, those at rest are not', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 2, parallelism: 2 }, { 'finite.dev/run-ms': '100000' }));
  await world.create('pods', aPod({}, { name: 'bare' }));
  await world.settle();
  const pods = (await world.pods()).map(({ metadata: { name } }) => name).filter((name) => name !== 'bare');
  const ofJob = ['job default/j', ...pods.map((name) => `pod default/${name}`)];
  expect(await swept(world, 'unfinished')).toEqual(ofJob.toSorted());
});

test('what no event tells of is found when everything is looked at', async () => {
  const world = await new StreamWorld().start();
  const reference = { apiVersion: 'batch/v1', kind: 'Job', name: 'gone', uid: 'gone', controller: true };
  const finalizers = ['batch.kubernetes.io/job-tracking'];
  await world.create('pods', aPod({}, { name: 'stray', ownerReferences: [reference], finalizers }));
  await world.create('pods', aPod({}, { name: 'orphan', finalizers }));
  await world.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'owned', namespace: 'default', ownerReferences: [reference] },
  });
  await forget(world);
  expect(await swept(world, 'everything')).toEqual([
    'garbage-collector configmaps/default/owned',
    'garbage-collector pods/default/stray',
    'job default/',
    'job default/gone',
    'namespace default',
    'pod default/orphan',
    'pod default/stray',
  ]);
  const { wakes } = await sweep({ store: world.store, clock: world.clock, depth: 'everything' });
  await world.handle({ wakes: wakes.filter(({ controller }) => controller !== 'pod') });
  await forget(world);
  await world.handle({ wakes: [{ controller: 'pod', key: 'default/stray' }] });
  expect(await world.get('configmaps', 'owned')).toBeUndefined();
  expect(await world.get('pods', 'stray')).toBeUndefined();
  expect((await world.get<KubeObject>('pods', 'orphan'))!.metadata.finalizers).toBeUndefined();
});

test('a due CronJob is found, one that is not due is not', async () => {
  const world = await new StreamWorld().start();
  await world.create('cronjobs', {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'c', namespace: 'default' },
    spec: { schedule: '0 * * * *', jobTemplate: { spec: {} } },
    status: {},
  });
  await forget(world);
  expect(await swept(world, 'unfinished')).toEqual([]);
  world.clock.advanceTo(world.clock.now() + 3_600_000);
  expect(await swept(world, 'unfinished')).toEqual(['cronjob default/c']);
});

test('an event goes an hour after it was last written', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob());
  await world.pass(1000);
  const events = await world.list('events');
  expect(events.length).toBeGreaterThan(0);
  world.clock.advanceTo(world.clock.now() + 3_590_000);
  await swept(world, 'everything');
  expect(await world.list('events')).toHaveLength(events.length);
  world.clock.advanceTo(world.clock.now() + 11_000);
  await swept(world, 'everything');
  expect(await world.list('events')).toEqual([]);
});

test('a sweep in parts finds the same as one in a piece', async () => {
  const world = await new StreamWorld().start();
  for (let n = 0; n < 450; n++) await world.create('jobs', aJob({}, {}, `j${n}`));
  const whole = await sweep({ store: world.store, clock: world.clock, depth: 'everything', wakesMax: Infinity });
  expect(whole.next).toBeUndefined();
  const parts: WakeKey[] = [];
  let from: SweepCursor | undefined;
  let count = 0;
  do {
    const part = await sweep({
      store: world.store,
      clock: world.clock,
      depth: 'everything',
      ...(from && { from: JSON.parse(JSON.stringify(from)) as SweepCursor }),
      ...(count % 2 ? { wakesMax: 1 } : { untilMs: world.clock.now() }),
    });
    parts.push(...part.wakes);
    from = part.next;
    count++;
  } while (from);
  expect(count).toBeGreaterThan(3);
  expect(parts).toEqual(whole.wakes);
});
