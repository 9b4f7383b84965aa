import { expect, test } from 'vitest';
import type { Event } from '../../../../lib/apis/core/v1/event/types.js';
import { START_MS } from '../../../manager/world.js';
import { FargateWorld } from './fargate-world.js';

const MINUTE = 60_000;

test('a pod runs as a task, from Pending to Succeeded', async () => {
  const world = await new FargateWorld(() => ({ runMs: 30_000, exitCode: 0 })).start();
  await world.create();
  expect((await world.pod()).status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  expect((await world.pod()).metadata.annotations).toEqual({ 'finite.dev/task-arn': world.tasks()[0]!.taskArn });
  await world.pass(15_000);
  expect((await world.pod()).status).toMatchObject({
    phase: 'Running',
    podIP: expect.stringMatching(/^10\./),
    containerStatuses: [{ ready: true, state: { running: {} } }],
  });
  await world.pass(MINUTE);
  expect((await world.pod()).status).toMatchObject({
    phase: 'Succeeded',
    containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
  });
});

test('the happy path costs one RunTask, no look at ECS, three writes of the pod and one event', async () => {
  const world = await new FargateWorld().start();
  const { store } = world.world;
  const before = await store.currentRevision();
  await world.create();
  await world.pass(2 * MINUTE);
  expect(world.calls('RunTask')).toBe(1);
  expect(world.calls('DescribeTasks')).toBe(0);
  expect(world.calls('ListTasks')).toBe(1); // At the manager's start, for what it left.
  const changes: string[] = [];
  const abort = new AbortController();
  for await (const batch of store.changes({}, before, abort.signal)) {
    changes.push(...batch.changes.map(({ key, type }) => `${key.resource} ${type}`));
    if (batch.revision >= (await store.currentRevision())) break;
  }
  expect(changes.filter((change) => change === 'pods replaced')).toHaveLength(3);
  const events = await world.world.list<Event>('events');
  expect(events.map(({ reason, message }) => `${reason}: ${message}`)).toEqual([
    'Scheduled: Successfully assigned default/p to fargate',
  ]);
});

test('a launch is identified by the pod, so that a lost answer starts nothing twice', async () => {
  const world = await new FargateWorld().start();
  let lost = 0;
  world.ecs.after = (operation) => {
    if (operation === 'RunTask' && lost++ === 0) throw new Error('connection reset');
  };
  await world.create();
  await world.pass(2 * MINUTE);
  expect(world.calls('RunTask')).toBe(2);
  expect(world.tasks()).toHaveLength(1);
  expect(world.tasks()[0]).toMatchObject({ startedBy: (await world.pod()).metadata.uid });
  expect((await world.pod()).status.phase).toBe('Succeeded');
});

test.each([1, 42, 137])("exit code %i is the container's", async (exitCode) => {
  const world = await new FargateWorld(() => ({ runMs: 1000, exitCode })).start();
  await world.create();
  await world.pass(MINUTE);
  expect((await world.pod()).status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ restartCount: 0, state: { terminated: { exitCode, reason: 'Error' } } }],
  });
});

test('a failed container is started again in a task of its own, with back-off and its exit code kept', async () => {
  let runs = 0;
  const world = await new FargateWorld(() => ({ runMs: 1000, exitCode: [3, 4, 0][runs++] ?? 0 })).start();
  await world.create({ restartPolicy: 'OnFailure' });
  const delays: number[] = [];
  const launched = () => world.tasks().map(({ createdAt }) => createdAt!.getTime());
  await world.pass(5 * MINUTE);
  const tasks = world.tasks();
  for (const [index, at] of launched().entries()) {
    if (index > 0) delays.push(at - tasks[index - 1]!.executionStoppedAt!.getTime());
  }
  expect(tasks).toHaveLength(3);
  expect(delays[0]).toBeLessThan(10_000);
  expect(delays[1]).toBeGreaterThanOrEqual(10_000);
  const { phase, containerStatuses } = (await world.pod()).status;
  expect(phase).toBe('Succeeded');
  expect(containerStatuses).toMatchObject([
    {
      restartCount: 2,
      state: { terminated: { exitCode: 0, containerID: `ecs://${idOf(tasks[2]!.taskArn!)}/c` } },
      lastState: { terminated: { exitCode: 4, containerID: `ecs://${idOf(tasks[1]!.taskArn!)}/c` } },
    },
  ]);
});

const idOf = (arn: string) => arn.split('/').at(-1)!;

test('nothing is started before the launch budget allows it, and the pod says what it waits for', async () => {
  const world = await new FargateWorld().start();
  const expectedStartMs = START_MS + MINUTE;
  world.budget.wait = { reason: 'LaunchRateReached', message: 'the quota is used until 00:01:00', expectedStartMs };
  await world.create();
  const { status } = await world.pod();
  expect(status.phase).toBe('Pending');
  expect(status.startTime).toBeUndefined();
  expect(status.conditions).toMatchObject([
    { type: 'PodScheduled', status: 'False', reason: 'LaunchRateReached', message: 'the quota is used until 00:01:00' },
  ]);
  expect(world.tasks()).toHaveLength(0);
  expect(world.budget.asked).toHaveLength(1);
  world.budget.wait = undefined;
  const { uid } = (await world.pod()).metadata;
  world.wake(uid);
  await world.pass(MINUTE);
  expect(world.budget.asked[1]).toMatchObject({ pod: 'default/p', waitingUntilMs: expectedStartMs });
  expect((await world.pod()).status).toMatchObject({
    phase: 'Succeeded',
    conditions: expect.arrayContaining([expect.objectContaining({ type: 'PodScheduled', status: 'True' })]),
  });
});

test('a lost answer to the launch of a pod that has gone since leaves no task', async () => {
  const world = await new FargateWorld(() => ({ runMs: 600_000 })).start();
  let isDown = true;
  world.ecs.after = (operation) => {
    if (operation === 'RunTask' && isDown) throw new Error('connection reset');
  };
  await world.create();
  await world.world.delete('pods', 'p', { gracePeriodSeconds: 0 });
  isDown = false;
  expect(world.tasks()).toHaveLength(1);
  await world.pass(MINUTE);
  expect(await world.world.get('pods', 'p')).toBeUndefined();
  expect(world.tasks()[0]!.desiredStatus).toBe('STOPPED');
});
