import { StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { fakeEcsWorld } from './fake-ecs-world.js';

const container = ({ containers }: Task, name: string) => containers!.find((one) => one.name === name)!;

describe('dependsOn', () => {
  const dependsOn = (containerName: string, condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY') => ({
    dependsOn: [{ containerName, condition }],
  });

  it('keeps the order of SUCCESS, and the task ACTIVATING until the last has begun', async () => {
    const { register, runOne, look, pass, backend } = fakeEcsWorld({ init: { runMs: 60_000 } });
    await register({ name: 'app', ...dependsOn('init', 'SUCCESS') }, { name: 'init', essential: false });
    const arn = await runOne();
    pass(30_000);
    expect(await look(arn)).toMatchObject({ lastStatus: 'ACTIVATING' });
    pass(60_000);
    expect(backend.started.map(({ name }) => name)).toEqual(['init', 'app']);
    expect(container(await look(arn), 'app').exitCode).toBe(0);
  });

  it('ends what waits for a success that does not come with 143', async () => {
    const { register, runOne, look, pass, backend } = fakeEcsWorld({ init: { runMs: 10, exitCode: 7 } });
    await register({ name: 'app', ...dependsOn('init', 'SUCCESS') }, { name: 'init', essential: false });
    const arn = await runOne();
    pass(60_000);
    const task = await look(arn);
    expect(container(task, 'init').exitCode).toBe(7);
    expect(container(task, 'app')).toMatchObject({ exitCode: 143, lastStatus: 'STOPPED' });
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(backend.started.map(({ name }) => name)).toEqual(['init']);
  });

  it('ends a task of several containers with the essential one that waits for all', async () => {
    const { register, runOne, look, pass } = fakeEcsWorld({ a: { runMs: 5000 }, b: { runMs: 9000, exitCode: 1 } });
    const all = ['a', 'b'].map((containerName) => ({ containerName, condition: 'COMPLETE' as const }));
    await register({ name: 'a', essential: false }, { name: 'b', essential: false }, { name: 'end', dependsOn: all });
    const arn = await runOne();
    pass(60_000);
    expect((await look(arn)).containers!.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
  });

  it('waits for health, and stops in the other order', async () => {
    const { register, runOne, pass, backend, clock, look, ecs } = fakeEcsWorld({
      app: { onTerm: { afterMs: 5000, exitCode: 0 } },
      proxy: { healthyMs: 20_000 },
    });
    const healthCheck = { command: ['CMD', 'true'] };
    await register({ name: 'app', ...dependsOn('proxy', 'HEALTHY') }, { name: 'proxy', essential: false, healthCheck });
    const arn = await runOne();
    pass(29_000);
    expect(backend.started.map(({ name }) => name)).toEqual(['proxy']);
    pass(2000);
    expect(backend.started.map(({ name }) => name)).toEqual(['proxy', 'app']);
    await ecs.client.send(new StopTaskCommand({ task: arn }));
    clock.advanceTo(clock.now() + 4000);
    expect((await look(arn)).containers!.map(({ lastStatus }) => lastStatus)).toEqual(['RUNNING', 'RUNNING']);
    pass(60_000);
    expect((await look(arn)).containers!.map(({ exitCode }) => exitCode)).toEqual([0, 143]);
  });

  it.each([
    [{ name: 'a', dependsOn: [{ containerName: 'b', condition: 'START' as const }] }, /does not have/],
    [{ name: 'a', dependsOn: [{ containerName: 'a', condition: 'START' as const }] }, /cyclic/],
    [{ name: 'a', dependsOn: [{ containerName: 'a', condition: 'HEALTHY' as const }] }, /health check/],
  ])('refuses %j', async (definition, message) => {
    await expect(fakeEcsWorld().register(definition)).rejects.toThrow(message);
  });
});
