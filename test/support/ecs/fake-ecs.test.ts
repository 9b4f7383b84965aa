import { ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import { describe, expect, it } from 'vitest';
import { fakeEcsWorld } from './fake-ecs-world.js';
import { NO_CAPACITY, TOO_MANY_VCPUS } from './launches.js';
import { NO_QUOTAS, PUBLISHED_QUOTAS } from './quotas.js';

const HOUR = 3_600_000;

describe('RunTask', () => {
  it('launches once for a token, and refuses another request with it for a day', async () => {
    const { register, run, pass } = fakeEcsWorld();
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
    const { register, run } = fakeEcsWorld();
    await register({ name: 'app' });
    await expect(run(input)).rejects.toThrow(message);
  });

  it('keeps the published rate of launches, Spot apart from on demand', async () => {
    const { register, run, pass } = fakeEcsWorld({}, { quotas: { ...PUBLISHED_QUOTAS, runTask: NO_QUOTAS.runTask } });
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
    const { register, run, ecs } = fakeEcsWorld({}, { quotas: PUBLISHED_QUOTAS });
    await register({ name: 'app' });
    for (let calls = 0; calls < 20; calls++) await run();
    await expect(run()).rejects.toThrow('Rate exceeded');
    expect(ecs.throttles).toBe(1);
  });

  it('tells lack of capacity and of vCPUs in `failures`', async () => {
    const quotas = { ...NO_QUOTAS, vCpus: { FARGATE: 0.25, FARGATE_SPOT: 6 } };
    const { register, run, ecs, pass } = fakeEcsWorld({}, { quotas });
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
    const { register, run, ecs } = fakeEcsWorld({ app: {} });
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
    const { register, runOne, pass, events, ecs } = fakeEcsWorld();
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
    const { register, run, ecs } = fakeEcsWorld();
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
