import {
  DescribeTasksCommand,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import type { TaskStateChangeEvent } from './events.js';
import { FakeEcs, type FakeEcsOptions } from './fake-ecs.js';
import { NO_CAPACITY, TOO_MANY_VCPUS } from './launches.js';
import { OUT_OF_MEMORY, PretendedBackend, type PretendedRun } from './pretended-backend.js';
import { NO_QUOTAS, PUBLISHED_QUOTAS } from './quotas.js';

const HOUR = 3_600_000;
const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };

function world(runs: Record<string, PretendedRun> = {}, options: Partial<FakeEcsOptions> = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const events: TaskStateChangeEvent[] = [];
  const backend = new PretendedBackend(clock, ({ name }) => runs[name] ?? { runMs: 1000 });
  const onEvent = (event: TaskStateChangeEvent) => events.push(event);
  const ecs = new FakeEcs({ clock, backend, quotas: NO_QUOTAS, onEvent, ...options });
  const register = (...containers: ContainerDefinition[]) =>
    ecs.client.send(
      new RegisterTaskDefinitionCommand({
        family: 'pod',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: containers.map((container) => ({ image: 'busybox', ...container })),
      }),
    );
  const run = (input: Partial<RunTaskCommandInput> = {}) =>
    ecs.client.send(new RunTaskCommand({ taskDefinition: 'pod', launchType: 'FARGATE', ...NETWORK, ...input }));
  const runOne = async (input: Partial<RunTaskCommandInput> = {}) => (await run(input)).tasks![0]!.taskArn!;
  const look = async (arn: string): Promise<Task> =>
    (await ecs.client.send(new DescribeTasksCommand({ tasks: [arn] }))).tasks![0]!;
  const pass = (ms: number) => clock.advanceTo(clock.now() + ms);
  return { clock, events, backend, ecs, register, run, runOne, look, pass };
}

const container = ({ containers }: Task, name: string) => containers!.find((one) => one.name === name)!;

describe('the life of a task', () => {
  it('goes through the documented states, each an event with a higher version', async () => {
    const { register, runOne, look, pass, events } = world();
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
    const { register, runOne, pass, events } = world();
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
    const { register, runOne, look, pass, ecs } = world();
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
    const { register, runOne, look, pass, ecs } = world({ app: {}, deaf: { onTerm: 'ignored' } });
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
    const { register, runOne, look, pass, ecs, backend } = world();
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
    const { register, runOne, look, pass } = world({
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
    const { register, runOne, look, pass, ecs, events } = world({ app: { onTerm: { afterMs: 10_000, exitCode: 3 } } });
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

describe('dependsOn', () => {
  const dependsOn = (containerName: string, condition: 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY') => ({
    dependsOn: [{ containerName, condition }],
  });

  it('keeps the order of SUCCESS, and the task ACTIVATING until the last has begun', async () => {
    const { register, runOne, look, pass, backend } = world({ init: { runMs: 60_000 } });
    await register({ name: 'app', ...dependsOn('init', 'SUCCESS') }, { name: 'init', essential: false });
    const arn = await runOne();
    pass(30_000);
    expect(await look(arn)).toMatchObject({ lastStatus: 'ACTIVATING' });
    pass(60_000);
    expect(backend.started.map(({ name }) => name)).toEqual(['init', 'app']);
    expect(container(await look(arn), 'app').exitCode).toBe(0);
  });

  it('ends what waits for a success that does not come with 143', async () => {
    const { register, runOne, look, pass, backend } = world({ init: { runMs: 10, exitCode: 7 } });
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
    const { register, runOne, look, pass } = world({ a: { runMs: 5000 }, b: { runMs: 9000, exitCode: 1 } });
    const all = ['a', 'b'].map((containerName) => ({ containerName, condition: 'COMPLETE' as const }));
    await register({ name: 'a', essential: false }, { name: 'b', essential: false }, { name: 'end', dependsOn: all });
    const arn = await runOne();
    pass(60_000);
    expect((await look(arn)).containers!.map(({ exitCode }) => exitCode)).toEqual([0, 1, 0]);
  });

  it('waits for health, and stops in the other order', async () => {
    const { register, runOne, pass, backend, clock, look, ecs } = world({
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
    await expect(world().register(definition)).rejects.toThrow(message);
  });
});

describe('RunTask', () => {
  it('launches once for a token, and refuses another request with it for a day', async () => {
    const { register, run, pass } = world();
    await register({ name: 'app' });
    const first = await run({ clientToken: 'pod-1' });
    const again = await run({ clientToken: 'pod-1' });
    expect(again.tasks![0]!.taskArn).toBe(first.tasks![0]!.taskArn);
    await expect(run({ clientToken: 'pod-1', startedBy: 'other' })).rejects.toMatchObject({
      name: 'ConflictException',
      resourceIds: [first.tasks![0]!.taskArn],
    });
    pass(24 * HOUR);
    expect((await run({ clientToken: 'pod-1' })).tasks![0]!.taskArn).not.toBe(first.tasks![0]!.taskArn);
  });

  it.each([
    [{ networkConfiguration: undefined }, /Network Configuration must be provided/],
    [{ overrides: { containerOverrides: [{ name: 'app', command: ['x'.repeat(8192)] }] } }, /8192/],
    [{ overrides: { containerOverrides: [{ name: 'other' }] } }, /is not a container/],
    [{ overrides: { cpu: '256', memory: '4096' } }, /No Fargate configuration/],
    [{ startedBy: 'with blank' }, /startedBy/],
    [{ clientToken: 'x'.repeat(65) }, /clientToken/],
    [{ count: 11 }, /Count/],
    [{ taskDefinition: 'unknown' }, /not found/],
  ])('refuses %j', async (input, message) => {
    const { register, run } = world();
    await register({ name: 'app' });
    await expect(run(input)).rejects.toThrow(message);
  });

  it('keeps the published rate of launches, Spot apart from on demand', async () => {
    const { register, run, pass } = world({}, { quotas: { ...PUBLISHED_QUOTAS, runTask: NO_QUOTAS.runTask } });
    await register({ name: 'app' });
    for (let tasks = 0; tasks < 100; tasks += 10) await run({ count: 10 });
    await expect(run()).rejects.toMatchObject({ name: 'ThrottlingException' });
    const spot = [{ capacityProvider: 'FARGATE_SPOT', weight: 1 }];
    await run({ launchType: undefined, capacityProviderStrategy: spot });
    pass(50);
    await run();
    await expect(run()).rejects.toMatchObject({ name: 'ThrottlingException' });
  });

  it('keeps the published rate of calls for both together', async () => {
    const { register, run, ecs } = world({}, { quotas: PUBLISHED_QUOTAS });
    await register({ name: 'app' });
    for (let calls = 0; calls < 20; calls++) await run();
    await expect(run()).rejects.toThrow('Rate exceeded');
    expect(ecs.throttles).toBe(1);
  });

  it('tells lack of capacity and of vCPUs in `failures`', async () => {
    const quotas = { ...NO_QUOTAS, vCpus: { FARGATE: 0.25, FARGATE_SPOT: 6 } };
    const { register, run, ecs, pass } = world({}, { quotas });
    await register({ name: 'app' });
    await run();
    expect(await run()).toMatchObject({ tasks: [], failures: [{ reason: TOO_MANY_VCPUS }] });
    pass(HOUR / 2);
    ecs.capacity = () => NO_CAPACITY;
    expect(await run()).toMatchObject({ tasks: [], failures: [{ reason: NO_CAPACITY }] });
    ecs.capacity = () => undefined;
    expect((await run()).tasks).toHaveLength(1);
  });
});

describe('ListTasks', () => {
  it('filters by who started, what is wanted and the family, page by page', async () => {
    const { register, run, ecs } = world({ app: {} });
    await register({ name: 'app' });
    await run({ count: 5, startedBy: 'a' });
    const [stopped] = (await run({ startedBy: 'a' })).tasks!;
    await run({ startedBy: 'b' });
    await ecs.client.send(new StopTaskCommand({ task: stopped!.taskArn }));
    const list = async (input: object) => (await ecs.client.send(new ListTasksCommand(input))).taskArns!.length;
    expect(await list({ startedBy: 'a' })).toBe(5);
    expect(await list({ startedBy: 'a', desiredStatus: 'STOPPED' })).toBe(1);
    expect(await list({ family: 'pod' })).toBe(6);
    expect(await list({ desiredStatus: 'PENDING' })).toBe(0);
    await expect(list({ startedBy: 'a', family: 'pod' })).rejects.toThrow(/only filter/);
    const first = await ecs.client.send(new ListTasksCommand({ maxResults: 4 }));
    expect(first.taskArns).toHaveLength(4);
    expect(await list({ maxResults: 4, nextToken: first.nextToken })).toBe(2);
  });
});

describe('events on demand', () => {
  it('come twice, late or never', async () => {
    const { register, runOne, pass, events, ecs } = world();
    await register({ name: 'app' });
    ecs.delivery = ({ detail }) => {
      if (detail['lastStatus'] === 'RUNNING') return 'lost';
      if (detail['lastStatus'] === 'STOPPED') return 'twice';
      return detail['lastStatus'] === 'PENDING' ? { delayMs: 60_000 } : 'once';
    };
    await runOne();
    pass(HOUR / 2);
    const seen = events.map(({ detail }) => detail['lastStatus']);
    expect(seen).not.toContain('RUNNING');
    expect(seen.filter((status) => status === 'STOPPED')).toHaveLength(2);
    expect(seen.at(-1)).toBe('PENDING');
  });
});

describe('answers that get lost', () => {
  it('leave the task launched, so that the same token finds it', async () => {
    const { register, run, ecs } = world();
    await register({ name: 'app' });
    ecs.after = () => {
      throw new Error('socket hang up');
    };
    await expect(run({ clientToken: 'pod-1' })).rejects.toThrow('socket hang up');
    ecs.after = () => {};
    expect((await run({ clientToken: 'pod-1' })).tasks![0]!.taskArn).toBe(ecs.tasks()[0]!.taskArn);
    expect(ecs.tasks()).toHaveLength(1);
  });
});
