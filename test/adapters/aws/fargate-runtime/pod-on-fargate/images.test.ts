import { describe, expect, it } from 'vitest';
import { FargateWorld } from '../fargate-world.js';
import { image, MINUTE, states } from './pods.js';

const CANNOT_PULL = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found';

describe('an image that cannot be had', () => {
  it('is ErrImagePull, then ImagePullBackOff, and pulled again until it is there', async () => {
    let pulls = 0;
    const world = await new FargateWorld(({ name }) =>
      name === 'c' && pulls++ < 2 ? { failure: CANNOT_PULL } : { runMs: 1000 },
    ).start();
    const reasons = new Set<string>();
    await world.create();
    for (let second = 0; second < 240; second++) {
      await world.pass(1000);
      reasons.add(String((await states(world))['c']));
    }
    expect([...reasons]).toEqual(
      expect.arrayContaining(['ContainerCreating', 'ErrImagePull', 'ImagePullBackOff', 'running', '0']),
    );
    expect((await world.pod()).status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ restartCount: 0 }] });
    expect(world.tasks()).toHaveLength(3);
  });

  it.each(['i', 'c'])('holds up the pod, whether it is that of %s', async (failing) => {
    let isThere = false;
    const world = await new FargateWorld(({ name }) =>
      name === failing && !isThere ? { failure: CANNOT_PULL } : { runMs: 1000 },
    ).start();
    await world.create({ initContainers: [{ name: 'i', image }] });
    await world.pass(MINUTE);
    expect((await world.pod()).status.phase).toBe('Pending');
    isThere = true;
    await world.pass(10 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });

  it('may be that of the container that fills volumes', async () => {
    let isThere = false;
    const world = await new FargateWorld(({ name }) =>
      name === 'finite-volumes' && !isThere ? { failure: CANNOT_PULL } : { runMs: 1000 },
    ).start();
    await world.create({ volumes: [{ name: 'v', emptyDir: {} }] });
    await world.pass(MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Pending',
      containerStatuses: [
        { state: { waiting: { reason: 'CreateContainerError', message: expect.stringContaining('CannotPull') } } },
      ],
    });
    isThere = true;
    await world.pass(10 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
  });
});
