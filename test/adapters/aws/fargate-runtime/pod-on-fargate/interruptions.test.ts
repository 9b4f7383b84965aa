import { describe, expect, it, test } from 'vitest';
import { disruption, HOUR, MINUTE, started } from './pods.js';

describe('Spot', () => {
  const spot = { annotations: { 'finite.dev/capacity': 'spot' } };

  it.each([
    ['an annotation', {}, spot],
    ['a node selector', { nodeSelector: { 'finite.dev/capacity': 'spot' } }, {}],
  ])('is asked for by %s', async (_, spec, metadata) => {
    const world = await started();
    await world.create(spec, metadata);
    expect(world.tasks()[0]).toMatchObject({ capacityProviderName: 'FARGATE_SPOT' });
    expect(world.budget.asked[0]).toMatchObject({ provider: 'FARGATE_SPOT' });
  });

  it('interrupts: the pod fails with a DisruptionTarget, whatever its restart policy', async () => {
    const world = await started({ c: { runMs: HOUR } });
    await world.create({ restartPolicy: 'OnFailure' }, spot);
    await world.pass(MINUTE);
    world.ecs.interruptSpot(world.tasks()[0]!.taskArn!);
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Failed');
    expect(await disruption(world)).toMatchObject({ status: 'True', message: 'Your Spot Task was interrupted.' });
    expect(world.tasks()).toHaveLength(1);
  });

  it('is left after so many interruptions', async () => {
    const world = await started();
    const annotations = { ...spot.annotations, 'finite.dev/spot-attempts': '2', 'finite.dev/spot-interruptions': '2' };
    await world.create({}, { annotations });
    expect(world.tasks()[0]!.capacityProviderName).not.toBe('FARGATE_SPOT');
  });
});

test('a host that fails disrupts its pod', async () => {
  const world = await started({ c: { runMs: HOUR } });
  await world.create();
  await world.pass(MINUTE);
  world.ecs.loseHost(world.tasks()[0]!.taskArn!);
  await world.pass(MINUTE);
  expect((await world.pod()).status.phase).toBe('Failed');
  expect(await disruption(world)).toMatchObject({ status: 'True', message: expect.stringContaining('host') });
});
