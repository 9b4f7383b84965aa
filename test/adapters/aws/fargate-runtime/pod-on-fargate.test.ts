import { ECSServiceException } from '@aws-sdk/client-ecs';
import { describe, expect, it, test } from 'vitest';
import type { TaskDetail } from '../../../../lib/adapters/aws/fargate-runtime/task-facts.js';
import { FargateRuntime } from '../../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type { Event } from '../../../../lib/apis/core/v1/event/types.js';
import type { ContainerPlan } from '../../../support/ecs/backend.js';
import { OUT_OF_MEMORY, type PretendedRun } from '../../../support/ecs/pretended-backend.js';
import { World } from '../../../manager/world.js';
import { FargateWorld } from './fargate-world.js';

/** The table of how a pod runs on Fargate, row by row, on a model of ECS. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const CANNOT_PULL = 'CannotPullContainerError: pull image manifest has been retried 1 time(s): not found';

/** Containers by name; others end well after a second. */
const behave =
  (runs: Record<string, PretendedRun | readonly PretendedRun[]>) =>
  ({ name, environment }: ContainerPlan): PretendedRun => {
    const run = runs[name] ?? { runMs: name.startsWith('finite-') ? 0 : 1000 };
    if (!Array.isArray(run)) return run as PretendedRun;
    return run[Number(environment['FINITE_ATTEMPT'] ?? 0)] ?? { runMs: 1000 };
  };
const started = async (runs: Parameters<typeof behave>[0] = {}) => new FargateWorld(behave(runs)).start();
const image = 'i';
const states = async (world: FargateWorld) =>
  Object.fromEntries(
    [
      ...((await world.pod()).status.initContainerStatuses ?? []),
      ...((await world.pod()).status.containerStatuses ?? []),
    ].map(({ name, state }) => [
      name,
      state?.terminated ? state.terminated.exitCode : (state?.waiting?.reason ?? 'running'),
    ]),
  );
const disruption = async (world: FargateWorld) =>
  (await world.pod()).status.conditions?.find(({ type }) => type === 'DisruptionTarget');

describe('several containers', () => {
  const containers = [
    { name: 'a', image },
    { name: 'b', image },
  ];

  it('run until the last has ended, each with its own exit code', async () => {
    const world = await started({ a: { runMs: 1000, exitCode: 0 }, b: { runMs: 90_000, exitCode: 7 } });
    await world.create({ containers });
    await world.pass(MINUTE);
    expect((await world.pod()).status.phase).toBe('Running');
    expect(await states(world)).toEqual({ a: 0, b: 'running' });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Failed');
    expect(await states(world)).toEqual({ a: 0, b: 7 });
  });

  it('that fail are started again when all have ended, and without those that succeeded', async () => {
    const world = await started({ a: [{ runMs: 1000, exitCode: 3 }, { runMs: 1000 }], b: { runMs: 2 * MINUTE } });
    await world.create({ containers, restartPolicy: 'OnFailure' });
    await world.pass(MINUTE);
    expect(world.tasks()).toHaveLength(1);
    expect((await world.pod()).status.containerStatuses![0]).toMatchObject({
      name: 'a',
      restartCount: 1,
      state: { waiting: { reason: 'ContainerCreating' } },
      lastState: { terminated: { exitCode: 3 } },
    });
    await world.pass(5 * MINUTE);
    expect(world.tasks()).toHaveLength(2);
    expect(world.tasks()[1]!.containers!.map(({ name }) => name)).toEqual(['a']);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Succeeded',
      containerStatuses: [{ restartCount: 1 }, { restartCount: 0 }],
    });
  });
});

describe('init containers', () => {
  const initContainers = [
    { name: 'i1', image },
    { name: 'i2', image },
  ];

  it('succeed one after the other before the container', async () => {
    const order: string[] = [];
    const world = await new FargateWorld((plan) => {
      order.push(plan.name);
      return behave({})(plan);
    }).start();
    await world.create({ initContainers });
    await world.pass(2 * MINUTE);
    expect(order).toEqual(['i1', 'i2', 'c']);
    expect((await world.pod()).status.phase).toBe('Succeeded');
    expect(await states(world)).toEqual({ i1: 0, i2: 0, c: 0 });
  });

  it('that fail, fail the pod, and nothing after them has run', async () => {
    const world = await started({ i1: { runMs: 1000, exitCode: 5 } });
    await world.create({ initContainers });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Failed');
    expect(await states(world)).toEqual({ i1: 5, i2: 'PodInitializing', c: 'PodInitializing' });
  });

  it('that fail are tried again where the pod says so', async () => {
    const world = await started({ i1: [{ runMs: 1000, exitCode: 5 }, { runMs: 1000 }] });
    await world.create({ initContainers, restartPolicy: 'OnFailure' });
    await world.pass(5 * MINUTE);
    expect((await world.pod()).status).toMatchObject({
      phase: 'Succeeded',
      initContainerStatuses: [{ name: 'i1', restartCount: 1 }, { restartCount: 0 }],
    });
    expect(world.tasks()).toHaveLength(2);
  });

  it('that are sidecars begin before the container, and end with it', async () => {
    const world = await started({ s: {}, c: { runMs: 30_000 } });
    await world.create({ initContainers: [{ name: 's', image, restartPolicy: 'Always' }] });
    await world.pass(20_000);
    expect(await states(world)).toEqual({ s: 'running', c: 'running' });
    await world.pass(2 * MINUTE);
    expect((await world.pod()).status.phase).toBe('Succeeded');
    expect(await states(world)).toEqual({ s: 143, c: 0 });
    expect(world.calls('StopTask')).toBe(0);
  });
});

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

describe('events', () => {
  it('that come late, twice or out of order change nothing back', async () => {
    const details: TaskDetail[] = [];
    const world = await started({ c: { runMs: 30_000 } });
    world.onEvent = (detail) => details.push(detail) > 0;
    await world.create();
    await world.pass(5 * MINUTE);
    const { status } = await world.pod();
    expect(status.phase).toBe('Succeeded');
    for (const detail of details.toReversed()) await world.runtime.applyTaskEvent(detail);
    await world.pass(MINUTE);
    expect((await world.pod()).status).toEqual(status);
  });

  it('that are overtaken are found out by a function that knows nothing', async () => {
    const details: TaskDetail[] = [];
    const world = await started({ c: [{ runMs: 30_000, exitCode: 1 }, { runMs: HOUR }] });
    world.onEvent = (detail) => details.push(detail) > 0;
    await world.create({ restartPolicy: 'OnFailure' });
    await world.pass(40_000);
    const old = details.find(({ lastStatus }) => lastStatus === 'RUNNING')!;
    await world.pass(5 * MINUTE);
    const { status } = await world.pod();
    expect(status).toMatchObject({ phase: 'Running', containerStatuses: [{ restartCount: 1 }] });
    const another = new FargateRuntime(world.options());
    expect(await another.applyTaskEvent(old)).toMatchObject({ name: 'p' });
    const { uid } = (await world.pod()).metadata;
    const report = await another.observe({ uid, namespace: 'default', name: 'p', object: await world.pod() });
    expect(report.containers).toMatchObject([{ attempt: 1, state: { type: 'running' } }]);
  });

  it('of tasks that are not pods, or that tell nothing new, ask for no look', async () => {
    const world = await started();
    const details: TaskDetail[] = [];
    world.onEvent = (detail) => details.push(detail) > 0;
    await world.create();
    await world.pass(5 * MINUTE);
    const another = new FargateRuntime(world.options());
    const told = [];
    for (const detail of details)
      if (await another.applyTaskEvent(detail)) told.push(`${detail.lastStatus} ${detail.containers![0]!.lastStatus}`);
    expect(told).toEqual(['RUNNING RUNNING', 'DEPROVISIONING STOPPED']);
    const { startedBy: _, ...foreign } = details.at(-1)!;
    expect(await another.applyTaskEvent(foreign)).toBeUndefined();
    expect(await another.applyTaskEvent({})).toBeUndefined();
  });

  it('of tasks that a function launched without living to tell bring the pod its task', async () => {
    const world = await started({ c: { runMs: HOUR } });
    const { store } = world.world;
    const replace = store.replace.bind(store);
    let isDown = true;
    store.replace = (...args) => (isDown ? Promise.reject(new Error('gone')) : replace(...args));
    await world.create();
    expect((await world.pod()).metadata.annotations).toBeUndefined();
    isDown = false;
    await world.pass(MINUTE);
    expect((await world.pod()).metadata.annotations?.['finite.dev/task-arn']).toBe(world.tasks()[0]!.taskArn);
    expect(world.tasks()).toHaveLength(1);
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

test('pull secrets that a ServiceAccount brings are told to have no effect', async () => {
  const world = await started();
  const data = { '.dockerconfigjson': btoa('{}') };
  const metadata = { name: 'pull', namespace: 'default' };
  await world.world.create('secrets', { apiVersion: 'v1', kind: 'Secret', metadata, data });
  await world.create({ imagePullSecrets: [{ name: 'pull' }] });
  await world.pass(2 * MINUTE);
  const events = await world.world.list<Event>('events');
  expect(events.map(({ reason }) => reason).sort()).toEqual(['Scheduled', 'Unsupported']);
});

test('a token that has expired starts nothing twice', async () => {
  const world = await started({ c: { runMs: 10 * HOUR } });
  const { store } = world.world;
  const replace = store.replace.bind(store);
  let isDown = true;
  store.replace = (...args) => (isDown ? Promise.reject(new Error('gone')) : replace(...args));
  world.onEvent = () => false;
  await world.create({}, { creationTimestamp: '2025-12-30T00:00:00Z' });
  expect(world.tasks()).toHaveLength(1);
  isDown = false;
  const lists = world.calls('ListTasks');
  // Another function, which has heard of nothing.
  const runtime = new FargateRuntime(world.options());
  await world.world.manager.stop();
  const next = new World({ clock: world.clock, runtime });
  await next.store.create(
    { resource: 'pods', namespace: 'default', name: 'p' },
    (await store.get({ resource: 'pods', namespace: 'default', name: 'p' }))!.object,
  );
  await next.start();
  expect(world.calls('ListTasks')).toBeGreaterThan(lists);
  expect(world.tasks()).toHaveLength(1);
});

test('DescribeTasks is asked for many pods at once', async () => {
  const world = await started({ c: { runMs: HOUR } });
  world.onEvent = () => false;
  for (let pod = 0; pod < 15; pod++) {
    const uid = `7e5f0c64-0000-4000-8000-0000000001${String(pod).padStart(2, '0')}`;
    await world.create({}, { name: `p${pod}`, uid });
  }
  await world.pass(MINUTE);
  const pods = await world.world.pods();
  const reports = await Promise.all(
    pods.map((object) =>
      world.runtime.observe({ uid: object.metadata.uid, namespace: 'default', name: object.metadata.name, object }),
    ),
  );
  expect(reports.every(({ containers }) => containers[0]?.state.type === 'running')).toBe(true);
  expect(world.calls('DescribeTasks')).toBeLessThanOrEqual(2);
});

class EcsError extends ECSServiceException {
  constructor(message: string, name = 'ThrottlingException') {
    super({ name, message, $fault: 'client', $metadata: {} });
  }
}
