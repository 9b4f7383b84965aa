import { DescribeTasksCommand, StopTaskCommand, type Task } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { fakeEcsWorld } from './fake-ecs-world.js';
import { OUT_OF_MEMORY } from './pretended-backend.js';

const HOUR = 3_600_000;
const container = ({ containers }: Task, name: string) => containers!.find((one) => one.name === name)!;

describe('the life of a task', () => {
  it('goes through the documented states, each an event with a higher version', async () => {
    const { register, runOne, look, pass, events } = fakeEcsWorld();
    await register({ name: 'app' });
    const arn = await runOne({ startedBy: 'finite', tags: [{ key: 'pod', value: 'a' }] });
    expect(await look(arn)).toMatchObject({ lastStatus: 'PROVISIONING', desiredStatus: 'RUNNING', version: 1 });
    pass(HOUR / 2);
    expect(events.map(({ detail }) => detail['lastStatus'])).toEqual([
      'PROVISIONING',
      'PENDING',
      'ACTIVATING',
      // The container's start.
      'ACTIVATING',
      'RUNNING',
      // The container's end.
      'RUNNING',
      'DEACTIVATING',
      'STOPPING',
      'DEPROVISIONING',
      'STOPPED',
    ]);
    expect(events.map(({ detail }) => detail['version'])).toEqual(events.map((_, index) => index + 1));
    const task = await look(arn);
    expect(task).toMatchObject({
      lastStatus: 'STOPPED',
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
    });
    expect(container(task, 'app').exitCode).toBe(0);
    expect(task.stoppedAt!.getTime()).toBeGreaterThan(task.startedAt!.getTime());
  });

  it('sends events in the documented shape', async () => {
    const { register, runOne, pass, events } = fakeEcsWorld();
    await register({ name: 'app' });
    const arn = await runOne();
    pass(HOUR / 2);
    const last = events.at(-1)!;
    expect(last).toMatchObject({
      version: '0',
      'detail-type': 'ECS Task State Change',
      source: 'aws.ecs',
      resources: [arn],
    });
    expect(last.detail).toMatchObject({ taskArn: arn, group: 'family:pod', createdAt: '2026-01-01T00:00:00.000Z' });
    expect(last.detail).not.toHaveProperty('tags');
    expect(last.detail['attachments']).toMatchObject([{ type: 'eni', status: 'DELETED' }]);
  });

  it('is forgotten an hour after it stopped', async () => {
    const { register, runOne, look, pass, ecs } = fakeEcsWorld();
    await register({ name: 'app' });
    const arn = await runOne();
    pass(HOUR);
    expect(await look(arn)).toMatchObject({ lastStatus: 'STOPPED' });
    pass(HOUR);
    expect(await ecs.client.send(new DescribeTasksCommand({ tasks: [arn] }))).toMatchObject({
      tasks: [],
      failures: [{ arn, reason: 'MISSING' }],
    });
  });

  it('stops on request: TERM, and KILL for who does not listen', async () => {
    const { register, runOne, look, pass, ecs } = fakeEcsWorld({ app: {}, deaf: { onTerm: 'ignored' } });
    await register({ name: 'app' }, { name: 'deaf', essential: false, stopTimeout: 60 });
    const arn = await runOne();
    pass(20_000);
    await ecs.client.send(new StopTaskCommand({ task: arn, reason: 'deleted' }));
    pass(59_000);
    expect(await look(arn)).toMatchObject({ lastStatus: 'STOPPING', desiredStatus: 'STOPPED' });
    pass(60_000);
    const task = await look(arn);
    expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'deleted', lastStatus: 'STOPPED' });
    expect(task.containers!.map(({ exitCode }) => exitCode)).toEqual([143, 137]);
  });

  it('stopped before it runs, runs nothing', async () => {
    const { register, runOne, look, pass, ecs, backend } = fakeEcsWorld();
    await register({ name: 'app' });
    const arn = await runOne();
    await ecs.client.send(new StopTaskCommand({ task: arn }));
    pass(60_000);
    const task = await look(arn);
    expect(task).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'UserInitiated' });
    expect(container(task, 'app').exitCode).toBeUndefined();
    expect(backend.started).toEqual([]);
  });

  it('tells memory that ran out and images that are not there', async () => {
    const { register, runOne, look, pass } = fakeEcsWorld({
      hungry: OUT_OF_MEMORY,
      missing: { failure: 'CannotPullContainerError: not found' },
    });
    await register({ name: 'hungry' });
    const hungry = await runOne();
    await register({ name: 'missing' });
    const missing = await runOne();
    pass(60_000);
    expect(container(await look(hungry), 'hungry')).toMatchObject({
      exitCode: 137,
      reason: 'OutOfMemoryError: Container killed due to memory usage',
    });
    expect(await look(missing)).toMatchObject({
      stopCode: 'TaskFailedToStart',
      stoppedReason: 'CannotPullContainerError: not found',
    });
    expect(container(await look(missing), 'missing').exitCode).toBeUndefined();
  });

  it('interrupted on Spot shows a running task that is to stop, then stops', async () => {
    const { register, runOne, look, pass, ecs, events } = fakeEcsWorld({
      app: { onTerm: { afterMs: 10_000, exitCode: 3 } },
    });
    await register({ name: 'app', stopTimeout: 120 });
    const strategy = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    const arn = await runOne({ launchType: undefined, capacityProviderStrategy: strategy });
    pass(20_000);
    ecs.interruptSpot(arn);
    expect(events.map(({ detail }) => detail).find(({ stopCode }) => stopCode !== undefined)).toMatchObject({
      lastStatus: 'RUNNING',
      desiredStatus: 'STOPPED',
      stopCode: 'SpotInterruption',
    });
    pass(60_000);
    const task = await look(arn);
    expect(task).toMatchObject({ capacityProviderName: 'FARGATE_SPOT', lastStatus: 'STOPPED' });
    expect(container(task, 'app').exitCode).toBe(3);
  });
});
