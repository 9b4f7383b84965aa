import { describe, expect, it } from 'vitest';
import { OUT_OF_MEMORY } from '../../../../support/ecs/pretended-backend.js';
import { disruption, HOUR, MINUTE, started } from './pods.js';

describe('ends', () => {
  it('for want of memory are OOMKilled', async () => {
    const world = await started({ c: OUT_OF_MEMORY });
    await world.create();
    await world.pass(MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } }],
    });
  });

  it('before the start, of a program that is not there, are StartErrors', async () => {
    const world = await started({
      c: { failure: 'CannotStartContainerError: exec: "nope": executable file not found' },
    });
    await world.create();
    await world.pass(MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [
        { state: { terminated: { exitCode: 128, reason: 'StartError', message: expect.stringContaining('nope') } } },
      ],
    });
  });

  it('are known by the sweep alone when every event is lost', async () => {
    const world = await started();
    world.onEvent = () => false;
    await world.create();
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Pending');
    world.wake((await world.pod()).metadata.uid);
    await world.pass(0);
    expect((await world.pod()).status.phase).toBe('Succeeded');
    expect(world.calls('DescribeTasks')).toBe(1);
  });

  it('that nobody has seen for an hour are lost', async () => {
    const world = await started({ c: { runMs: 2 * MINUTE } });
    world.onEvent = ({ containers }) => containers?.[0]?.lastStatus === 'RUNNING';
    await world.create();
    await world.pass(2 * HOUR);
    expect((await world.pod()).status.phase).toBe('Running');
    world.wake((await world.pod()).metadata.uid);
    await world.pass(0);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Failed',
      containerStatuses: [{ state: { terminated: { exitCode: 137, reason: 'ContainerStatusUnknown' } } }],
    });
    expect(await disruption(world)).toMatchObject({ status: 'True' });
    expect(world.tasks()).toHaveLength(0);
  });
});
