import { ECSServiceException } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { MINUTE, started } from './pods.js';

describe('nothing fails a pod', () => {
  it('that has no capacity: it waits and says so', async () => {
    const world = await started();
    world.ecs.capacity = () => 'RESOURCE:FARGATE';
    await world.create();
    expect((await world.pod()).status).toMatchObject({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'CapacityUnavailable' }],
    });
    expect(world.budget.refusals).toMatchObject([{ cause: 'no-capacity' }]);
    world.ecs.capacity = () => undefined;
    world.wake((await world.pod()).metadata.uid);
    await world.pass(MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });

  it('whose task is taken back for want of capacity before anything has run', async () => {
    const world = await started({ c: { pullMs: MINUTE, runMs: 1000 } });
    await world.create({}, { annotations: { 'finite.dev/capacity': 'spot' } });
    await world.pass(20_000);
    world.ecs.interruptSpot(world.tasks()[0]!.taskArn!);
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Pending',
      conditions: expect.arrayContaining([
        expect.objectContaining({ type: 'PodScheduled', status: 'False', reason: 'CapacityUnavailable' }),
      ]),
    });
    expect(world.budget.refusals).toHaveLength(1);
    world.wake((await world.pod()).metadata.uid);
    await world.pass(5 * MINUTE);
    expect(world.tasks()).toHaveLength(2);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });

  it('that waits for its place to start again', async () => {
    const world = await started({ c: [{ runMs: 1000, exitCode: 1 }, { runMs: 1000 }] });
    await world.create({ restartPolicy: 'OnFailure' });
    const expectedStartMs = world.clock.now() + 10 * MINUTE;
    world.budget.wait = { reason: 'LaunchRateReached', message: 'later', expectedStartMs };
    await world.pass(MINUTE);
    const { store } = world.world;
    const before = await store.get({ resource: 'pods', namespace: 'default', name: 'p' });
    expect((await world.pod()).status).toMatchObject({
      containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode: 1 } } }],
      conditions: expect.arrayContaining([expect.objectContaining({ type: 'PodScheduled', status: 'False' })]),
    });
    world.wake((await world.pod()).metadata.uid);
    await world.pass(0);
    expect(world.budget.asked.at(-1)).toMatchObject({ waitingUntilMs: expectedStartMs });
    // What the condition says holds: nothing was written.
    expect(await store.get(before!.key)).toEqual(before);
    world.budget.wait = undefined;
    world.wake((await world.pod()).metadata.uid);
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ restartCount: 1 }] });
  });

  it('that is throttled', async () => {
    const world = await started();
    let throttles = 0;
    world.ecs.before = (operation) => {
      if (operation !== 'RunTask' || throttles++ > 0) return;
      throw new EcsError('Rate exceeded');
    };
    await world.create();
    expect((await world.pod()).status).toMatchObject({
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason: 'LaunchThrottled' }],
    });
    world.wake((await world.pod()).metadata.uid);
    await world.pass(MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });

  it('that ECS refuses: it says why, and asks again', async () => {
    const world = await started();
    let isRefused = true;
    world.ecs.before = (operation) => {
      if (operation === 'RunTask' && isRefused)
        throw new EcsError('not authorized to pass the role', 'AccessDeniedException');
    };
    await world.create();
    expect((await world.pod()).status.conditions).toMatchObject([
      { type: 'PodScheduled', reason: 'LaunchRefused', message: expect.stringContaining('pass the role') },
    ]);
    isRefused = false;
    await world.pass(3 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });
});

class EcsError extends ECSServiceException {
  constructor(message: string, name = 'ThrottlingException') {
    super({ name, message, $fault: 'client', $metadata: {} });
  }
}
