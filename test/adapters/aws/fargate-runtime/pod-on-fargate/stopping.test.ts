import { describe, expect, it, test } from 'vitest';
import { FargateRuntime } from '../../../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import { World } from '../../../../manager/world.js';
import { disruption, HOUR, MINUTE, started } from './pods.js';

describe('stopping', () => {
  it('of a pod stops its task, with its grace, and the pod goes when it has ended', async () => {
    const world = await started({ c: { runMs: HOUR, onTerm: { afterMs: 20_000, exitCode: 9 } } });
    await world.create({ terminationGracePeriodSeconds: 60 });
    await world.pass(MINUTE);
    await world.world.delete('pods', 'p');
    expect(world.tasks()[0]).toMatchObject({
      desiredStatus: 'STOPPED',
      stoppedReason: expect.stringMatching(/^finite: /),
    });
    await world.pass(10_000);
    expect(await world.world.get('pods', 'p')).toBeDefined();
    await world.pass(MINUTE);
    expect(await world.world.get('pods', 'p')).toBeUndefined();
    expect(world.calls('StopTask')).toBe(1);
  });

  it('of a pod whose deadline has passed makes it fail as Kubernetes does', async () => {
    const world = await started({ c: { runMs: HOUR } });
    await world.create({ activeDeadlineSeconds: 60 });
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status).toMatchObject({ phase: 'Failed', reason: 'DeadlineExceeded' });
    expect(world.tasks()[0]!.lastStatus).toBe('STOPPED');
    expect(await disruption(world)).toBeUndefined();
  });

  it('by somebody else is a disruption', async () => {
    const world = await started({ c: { runMs: HOUR } });
    await world.create();
    await world.pass(MINUTE);
    await world.ecs.handle('StopTask', { cluster: 'finite', task: world.tasks()[0]!.taskArn!, reason: 'by hand' });
    await world.pass(MINUTE);
    expect(await disruption(world)).toMatchObject({ message: 'by hand' });
  });

  it('of a pod that was removed at once stops its task all the same', async () => {
    const world = await started({ c: { runMs: HOUR } });
    await world.create();
    await world.pass(MINUTE);
    await world.world.delete('pods', 'p', { gracePeriodSeconds: 0 });
    await world.pass(MINUTE);
    expect(world.tasks()[0]!.lastStatus).toBe('STOPPED');
  });

  it('of a finished pod asks nothing of ECS', async () => {
    const world = await started();
    await world.create();
    await world.pass(2 * MINUTE);
    const before = { ...world.ecs.calls };
    await world.world.delete('pods', 'p');
    await world.pass(MINUTE);
    expect(await world.world.get('pods', 'p')).toBeUndefined();
    expect(world.ecs.calls).toEqual(before);
  });
});

test('tasks of pods that nobody knows are stopped by a sweep that has heard of none', async () => {
  const world = await started({ c: { runMs: HOUR } });
  await world.create();
  await world.pass(MINUTE);
  await world.world.manager.stop();
  const next = await new World({ clock: world.clock, runtime: new FargateRuntime(world.options()) }).start();
  expect(await next.pods()).toEqual([]);
  expect(world.tasks()[0]).toMatchObject({ desiredStatus: 'STOPPED', stoppedReason: 'finite: the pod is gone' });
});
