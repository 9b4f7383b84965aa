import { expect, test } from 'vitest';
import { sweep } from '../../../lib/manager/stream/sweep.js';
import { TerminatedPods } from '../../../lib/manager/stream/terminated-pods.js';
import { aPod } from '../world.js';
import { StreamWorld } from './stream-world.js';

const THRESHOLD = 3;

/** Names say when a pod was made, not where the sweep finds it. */
async function makePods(world: StreamWorld, pods: Readonly<Record<string, object>>): Promise<void> {
  for (const [name, status] of Object.entries(pods)) {
    const pod = aPod({}, { name });
    await world.create('pods', { ...pod, status });
    world.clock.advanceTo(world.clock.now() + 1000);
  }
}

async function sweepEverything({ store, clock }: StreamWorld): Promise<void> {
  await sweep({ store, clock, depth: 'everything', terminatedPods: new TerminatedPods({ store, clock }, THRESHOLD) });
}

async function names(world: StreamWorld): Promise<readonly string[]> {
  return (await world.pods()).map(({ metadata }) => metadata.name);
}

const done = { phase: 'Succeeded' };

test('finished pods beyond the threshold go, the oldest first, wherever they are', async () => {
  const world = await new StreamWorld().start();
  await makePods(world, { e: done, d: { phase: 'Failed' }, a: done, c: done, b: done });
  await sweepEverything(world);
  expect(await names(world)).toEqual(['a', 'b', 'c']);
});

test('pods that run do not count, and those that go anyway neither', async () => {
  const world = await new StreamWorld().start();
  await makePods(world, { e: { phase: 'Running' }, d: done, a: done, c: done, b: { phase: 'Pending' } });
  await world.change('pods', 'a', ({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, finalizers: ['a.b/c'] },
  }));
  await world.delete('pods', 'a');
  await makePods(world, { f: done });
  await sweepEverything(world);
  expect(await names(world)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
});

test('evicted pods go before older ones', async () => {
  const world = await new StreamWorld().start();
  await makePods(world, { d: done, a: done, c: { phase: 'Failed', reason: 'Evicted' }, b: done });
  await sweepEverything(world);
  expect(await names(world)).toEqual(['a', 'b', 'd']);
});

test('a pod that is not counted yet is only marked: its Job counts it first', async () => {
  const world = await new StreamWorld().start();
  await makePods(world, { d: done, a: done, c: done, b: done });
  await world.change('pods', 'd', ({ metadata, ...rest }) => ({
    ...rest,
    metadata: { ...metadata, finalizers: ['batch.kubernetes.io/job-tracking'] },
  }));
  await sweepEverything(world);
  expect(await names(world)).toEqual(['a', 'b', 'c', 'd']);
  expect((await world.get('pods', 'd'))!.metadata.deletionTimestamp).toBeDefined();
});

test('a sweep in several parts ends with the same', async () => {
  const world = await new StreamWorld().start();
  const pods = Array.from({ length: 1000 }, (_, n) => [`p${(n * 389) % 1000}`.padEnd(4, 'x'), done] as const);
  await makePods(world, Object.fromEntries(pods));
  const { store, clock } = world;
  const terminatedPods = new TerminatedPods({ store, clock }, THRESHOLD);
  let from: Awaited<ReturnType<typeof sweep>>['next'];
  do {
    const part = await sweep({
      store,
      clock,
      depth: 'everything',
      untilMs: clock.now(),
      terminatedPods,
      ...(from && { from }),
    });
    from = part.next;
  } while (from);
  expect(await names(world)).toEqual(
    pods
      .slice(-THRESHOLD)
      .map(([name]) => name)
      .toSorted(),
  );
});
