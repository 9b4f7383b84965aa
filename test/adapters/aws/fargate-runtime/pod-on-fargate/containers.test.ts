import { describe, expect, it } from 'vitest';
import { FargateWorld } from '../fargate-world.js';
import { behave, image, MINUTE, started, states } from './pods.js';

describe('several containers', () => {
  const containers = [
    { name: 'a', image },
    { name: 'b', image },
  ];

  it('run until the last has ended, each with its own exit code', async () => {
    const world = await started({ a: { runMs: 1000, exitCode: 0 }, b: { runMs: 90_000, exitCode: 7 } });
    await world.create({ containers });
    await world.pass(MINUTE);
    expect((await world.pod()).status.phase).toBe('Running');
    expect(await states(world)).toEqual({ a: 0, b: 'running' });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Failed');
    expect(await states(world)).toEqual({ a: 0, b: 7 });
  });

  it('that fail are started again when all have ended, and without those that succeeded', async () => {
    const world = await started({ a: [{ runMs: 1000, exitCode: 3 }, { runMs: 1000 }], b: { runMs: 2 * MINUTE } });
    await world.create({ containers, restartPolicy: 'OnFailure' });
    await world.pass(MINUTE);
    expect(world.tasks()).toHaveLength(1);
    expect((await world.pod()).status.containerStatuses![0]).toMatchObject({
      name: 'a',
      restartCount: 1,
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: { terminated: { exitCode: 3 } },
    });
    await world.pass(5 * MINUTE);
    expect(world.tasks()).toHaveLength(2);
    expect(world.tasks()[1]!.containers!.map(({ name }) => name)).toEqual(['a']);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ restartCount: 1 }, { restartCount: 0 }],
    });
  });
});

describe('init containers', () => {
  const initContainers = [
    { name: 'i1', image },
    { name: 'i2', image },
  ];

  it('succeed one after the other before the container', async () => {
    const order: string[] = [];
    const world = await new FargateWorld((plan) => {
      order.push(plan.name);
      return behave({})(plan);
    }).start();
    await world.create({ initContainers });
    await world.pass(2 * MINUTE);
    expect(order).toEqual(['i1', 'i2', 'c']);
    expect((await world.pod()).status.phase).toBe('Succeeded');
    expect(await states(world)).toEqual({ i1: 0, i2: 0, c: 0 });
  });

  it('that fail, fail the pod, and nothing after them has run', async () => {
    const world = await started({ i1: { runMs: 1000, exitCode: 5 } });
    await world.create({ initContainers });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Failed');
    expect(await states(world)).toEqual({ i1: 5, i2: 'PodInitializing', c: 'PodInitializing' });
  });

  it('that fail are tried again where the pod says so', async () => {
    const world = await started({ i1: [{ runMs: 1000, exitCode: 5 }, { runMs: 1000 }] });
    await world.create({ initContainers, restartPolicy: 'OnFailure' });
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Succeeded',
      initContainerStatuses: [{ name: 'i1', restartCount: 1 }, { restartCount: 0 }],
    });
    expect(world.tasks()).toHaveLength(2);
  });

  it('that are sidecars begin before the container, and end with it', async () => {
    const world = await started({ s: {}, c: { runMs: 30_000 } });
    await world.create({ initContainers: [{ name: 's', image, restartPolicy: 'Always' }] });
    await world.pass(20_000);
    expect(await states(world)).toEqual({ s: 'running', c: 'running' });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
    expect(await states(world)).toEqual({ s: 143, c: 0 });
    expect(world.calls('StopTask')).toBe(0);
  });
});
