import { expect, test } from 'vitest';
import { FargateRuntime } from '../../../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type { Event } from '../../../../../lib/apis/core/v1/event/types.js';
import { World } from '../../../../manager/world.js';
import { HOUR, MINUTE, started } from './pods.js';

test('pull secrets that a ServiceAccount brings are told to have no effect', async () => {
  const world = await started();
  const data = { '.dockerconfigjson': btoa('{}') };
  const metadata = { name: 'pull', namespace: 'default' };
  await world.world.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata, data });
  await world.create({ imagePullSecrets: [{ name: 'pull' }] });
  await world.pass(2 * MINUTE);
  const events = await world.world.list<Event>('events');
  expect(events.map(({ reason }) => reason).sort()).toEqual(['Scheduled', 'Unsupported']);
});

test('a token that has expired starts nothing twice', async () => {
  const world = await started({ c: { runMs: 10 * HOUR } });
  const { store } = world.world;
  const replace = store.replace.bind(store);
  let isDown = true;
  store.replace = (...args) => (isDown ? Promise.reject(new Error('gone')) : replace(...args));
  world.onEvent = () => false;
  await world.create({}, { creationTimestamp: '2025-12-30T00:00:00Z' });
  expect(world.tasks()).toHaveLength(1);
  isDown = false;
  const lists = world.calls('ListTasks');
  // Another function, which has heard of nothing.
  const runtime = new FargateRuntime(world.options());
  await world.world.manager.stop();
  const next = new World({ clock: world.clock, runtime });
  await next.store.create(
    { resource: 'pods', namespace: 'default', name: 'p' },
    (await store.get({ resource: 'pods', namespace: 'default', name: 'p' }))!.object,
  );
  await next.start();
  expect(world.calls('ListTasks')).toBeGreaterThan(lists);
  expect(world.tasks()).toHaveLength(1);
});

test('DescribeTasks is asked for many pods at once', async () => {
  const world = await started({ c: { runMs: HOUR } });
  world.onEvent = () => false;
  for (let pod = 0; pod < 15; pod++) {
    const uid = `7e5f0c64-0000-4000-8000-0000000001${String(pod).padStart(2, '0')}`;
    await world.create({}, { name: `p${pod}`, uid });
  }
  await world.pass(MINUTE);
  const pods = await world.world.pods();
  const reports = await Promise.all(
    pods.map((object) =>
      world.runtime.observe({ uid: object.metadata.uid, namespace: 'default', name: object.metadata.name, object }),
    ),
  );
  expect(reports.every(({ containers }) => containers[0]?.state.type === 'running')).toBe(true);
  expect(world.calls('DescribeTasks')).toBeLessThanOrEqual(2);
});
