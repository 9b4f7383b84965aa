import { expect, test } from 'vitest';
import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { NoneRuntime } from '../../lib/adapters/memory/none-runtime.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Event } from '../../lib/apis/core/v1/event/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import type { ContainerStart, PodReport } from '../../lib/ports/pod-runtime.js';
import type { Change } from '../../lib/ports/store.js';
import { aPod, START_MS, World } from './world.js';

const run = (annotations: Record<string, string>, spec: object = {}, metadata: object = {}): object =>
  aPod(spec, { annotations, ...metadata });

async function pod(world: World): Promise<Pod> {
  return (await world.get<Pod>('pods', 'p'))!;
}

test('a pod that ends at once is written once', async () => {
  const world = await new World().start();
  const { revision } = await world.create('pods', aPod());
  const abort = new AbortController();
  const changes: Change[] = [];
  for await (const batch of world.store.changes({ resource: 'pods' }, revision, abort.signal)) {
    changes.push(...batch.changes);
    if (changes.some(({ object }) => (object as Change['object'] & Pod).status.phase === 'Succeeded')) break;
  }
  expect(changes).toHaveLength(1);
  expect(await pod(world)).toMatchObject({
    spec: { nodeName: 'finite' },
    status: {
      phase: 'Succeeded',
      containerStatuses: [{ state: { terminated: { exitCode: 0, reason: 'Completed' } } }],
    },
  });
});

test('a running pod ends when its time has come', async () => {
  const world = await new World().start();
  await world.create('pods', run({ 'finite.dev/run-ms': '5000', 'finite.dev/exit-code': '3' }));
  expect((await pod(world)).status).toMatchObject({
    phase: 'Running',
    startTime: '2026-01-01T00:00:00Z',
    hostIP: '127.0.0.1',
    containerStatuses: [{ ready: true, started: true, restartCount: 0 }],
  });
  await world.pass(4999);
  expect((await pod(world)).status.phase).toBe('Running');
  await world.pass(1);
  expect((await pod(world)).status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ ready: false, state: { terminated: { exitCode: 3, reason: 'Error' } } }],
  });
});

test('a failing container restarts at once, then after 10 s, 20 s, 40 s', async () => {
  const world = await new World().start();
  await world.create('pods', run({ 'finite.dev/exit-code': '1,1,1,1,0' }, { restartPolicy: 'OnFailure' }));
  const restarts = async (): Promise<number> => (await pod(world)).status.containerStatuses![0]!.restartCount;
  expect(await restarts()).toBe(1);
  expect((await pod(world)).status.containerStatuses![0]).toMatchObject({
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1 } },
  });
  await world.pass(9_999);
  expect(await restarts()).toBe(1);
  await world.pass(1);
  expect(await restarts()).toBe(2);
  await world.pass(20_000);
  expect(await restarts()).toBe(3);
  await world.pass(39_999);
  expect((await pod(world)).status.phase).toBe('Running');
  await world.pass(1);
  expect((await pod(world)).status).toMatchObject({ phase: 'Succeeded', containerStatuses: [{ restartCount: 4 }] });
});

test('the back-off of restarts survives a restart of the manager', async () => {
  const world = await new World().start();
  await world.create('pods', run({ 'finite.dev/exit-code': '1,1,1,0' }, { restartPolicy: 'OnFailure' }));
  await world.pass(10_000);
  await world.restart();
  await world.pass(19_999);
  expect((await pod(world)).status.phase).toBe('Running');
  await world.pass(1);
  expect((await pod(world)).status.phase).toBe('Succeeded');
});

test('a deleted pod ends within its grace, is seen as ended, and goes', async () => {
  const world = await new World().start();
  const { revision } = await world.create('pods', run({ 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '2000' }));
  await world.delete('pods', 'p');
  await world.pass(1999);
  expect((await pod(world)).status.phase).toBe('Running');
  await world.pass(1);
  expect(await pod(world)).toBeUndefined();
  const phases: string[] = [];
  for await (const { changes } of world.store.changes({ resource: 'pods' }, revision, new AbortController().signal)) {
    for (const change of changes)
      phases.push(`${change.type} ${(change.object as Change['object'] & Pod).status.phase}`);
    if (changes.at(-1)?.type === 'deleted') break;
  }
  expect(phases.slice(-2)).toEqual(['replaced Failed', 'deleted Failed']);
  expect(await world.runtime.list()).toEqual([]);
});

test('a pod that does not stop is killed when its grace is over', async () => {
  const world = await new World().start();
  const annotations = { 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '60000' };
  await world.create('pods', run(annotations, {}, { finalizers: ['a.b/c'] }));
  await world.delete('pods', 'p', { gracePeriodSeconds: 10 });
  await world.pass(10_000);
  expect(await pod(world)).toMatchObject({
    metadata: { deletionGracePeriodSeconds: 0, finalizers: ['a.b/c'] },
    status: { phase: 'Failed', containerStatuses: [{ state: { terminated: { exitCode: 137 } } }] },
  });
});

test('a shorter grace asked for later counts', async () => {
  const world = await new World().start();
  await world.create('pods', run({ 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '60000' }));
  await world.delete('pods', 'p');
  await world.pass(1000);
  await world.delete('pods', 'p', { gracePeriodSeconds: 5 });
  await world.pass(5000);
  expect(await pod(world)).toBeUndefined();
});

test('a pod beyond activeDeadlineSeconds is stopped and fails', async () => {
  const world = await new World().start();
  await world.create(
    'pods',
    run({ 'finite.dev/run-ms': '-1', 'finite.dev/term-ms': '1000' }, { activeDeadlineSeconds: 7 }),
  );
  await world.pass(7999);
  expect((await pod(world)).status.phase).toBe('Running');
  await world.pass(1);
  expect((await pod(world)).status).toMatchObject({
    phase: 'Failed',
    reason: 'DeadlineExceeded',
    message: 'Pod was active on the node longer than the specified deadline',
  });
});

test('init containers run one after the other, sidecars beside the others until these have ended', async () => {
  const world = await new World().start();
  const annotations = { 'finite.dev/run-ms': '1000', 'finite.dev/run-ms.side': '-1' };
  const initContainers = [
    { name: 'first', image: 'i' },
    { name: 'side', image: 'i', restartPolicy: 'Always' },
    { name: 'second', image: 'i' },
  ];
  await world.create('pods', run(annotations, { initContainers }));
  const states = async (): Promise<string> => {
    const { initContainerStatuses = [], containerStatuses = [], phase } = (await pod(world)).status;
    return [phase, ...[...initContainerStatuses, ...containerStatuses].map(({ state }) => Object.keys(state!)[0])].join(
      ' ',
    );
  };
  expect(await states()).toBe('Pending running waiting waiting waiting');
  await world.pass(1000);
  expect(await states()).toBe('Pending terminated running running waiting');
  await world.pass(1000);
  expect(await states()).toBe('Running terminated running terminated running');
  await world.pass(1000);
  expect(await states()).toBe('Succeeded terminated terminated terminated terminated');
});

test('a pod whose init container fails is Failed, and its others never start', async () => {
  const world = await new World().start();
  await world.create(
    'pods',
    run({ 'finite.dev/exit-code.setup': '1' }, { initContainers: [{ name: 'setup', image: 'i' }] }),
  );
  expect((await pod(world)).status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { waiting: { reason: 'PodInitializing' } } }],
  });
});

test('a pod whose containers have been lost fails as disrupted', async () => {
  const world = await new World().start();
  await world.create('pods', run({ 'finite.dev/run-ms': '-1' }));
  const [identity] = await world.runtime.list();
  await world.runtime.remove(identity!, { logs: false });
  await world.restart();
  const { status } = await pod(world);
  expect(status).toMatchObject({
    phase: 'Failed',
    containerStatuses: [{ state: { terminated: { reason: 'ContainerStatusUnknown', exitCode: 137 } } }],
  });
  expect(status.conditions).toContainEqual(expect.objectContaining({ type: 'DisruptionTarget', status: 'True' }));
});

test('what the runtime still holds of pods that are gone is removed at the start', async () => {
  const runtime = new InstantRuntime(new VirtualClock(START_MS));
  const stranger = aPod({}, { uid: 'gone', name: 'gone' }) as Pod;
  await runtime.start({ pod: stranger, container: 'c', attempt: 0 } as ContainerStart);
  await new World({ runtime }).start();
  expect(await runtime.list()).toEqual([]);
});

test('pods of other nodes, gated pods and pods without a runtime are left alone', async () => {
  const world = await new World().start();
  await world.create('pods', aPod({ nodeName: 'node-1' }));
  await world.create('pods', aPod({ schedulingGates: [{ name: 'g' }] }, { name: 'gated' }));
  const idle = await new World({ runtime: new NoneRuntime() }).start();
  await idle.create('pods', aPod());
  for (const { status } of [...(await world.pods()), ...(await idle.pods())])
    expect(status).toEqual({ phase: 'Pending' });
});

test('a pod waits for a missing ConfigMap, says so, and starts when it is there', async () => {
  const world = await new World().start();
  const envFrom = [{ configMapRef: { name: 'settings' } }];
  await world.create('pods', aPod({ containers: [{ name: 'c', image: 'i', envFrom }] }));
  expect((await pod(world)).status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [
      { state: { waiting: { reason: 'CreateContainerConfigError', message: 'configmap "settings" not found' } } },
    ],
  });
  await world.create('configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'default' },
  });
  await world.pass(5000);
  expect((await pod(world)).status.phase).toBe('Succeeded');
});

/** An instant runtime with one trouble. */
class Troubled extends InstantRuntime {
  failures = 0;
  pullErrors = 0;
  slow: (() => void) | undefined;
  slowStarts = false;

  override async observe(identity: Parameters<InstantRuntime['observe']>[0]): Promise<PodReport> {
    if (this.failures-- > 0) throw new Error('the engine is gone');
    if (this.pullErrors <= 0) return super.observe(identity);
    const state = { type: 'waiting', reason: 'ErrImagePull', message: 'no such image' } as const;
    return { containers: [{ name: 'c', attempt: 0, state }], events: [] };
  }

  override async start(request: ContainerStart): Promise<void> {
    if (this.slowStarts) await new Promise<void>((resolve) => (this.slow = resolve));
    if (--this.pullErrors <= 0) await super.start(request);
  }
}

function troubled(): { runtime: Troubled; clock: VirtualClock } {
  const world = new World();
  return { runtime: new Troubled(world.clock), clock: world.clock };
}

test('trouble of the runtime is retried with back-off and shown as an event', async () => {
  const { runtime } = troubled();
  const world = await new World({ runtime }).start();
  runtime.failures = 3;
  await world.create('pods', aPod());
  await world.pass(1000);
  expect((await pod(world)).status.phase).toBe('Succeeded');
  const events = await world.list<Event>('events');
  expect(events.map(({ reason, type }) => `${type} ${reason}`)).toContain('Warning FailedSync');
});

test('an image that cannot be pulled is tried again after 10 s, then 20 s', async () => {
  const { runtime } = troubled();
  const world = await new World({ runtime }).start();
  const reason = async (): Promise<string | undefined> =>
    (await pod(world)).status.containerStatuses![0]!.state!.waiting?.reason;
  runtime.pullErrors = 2;
  await world.create('pods', aPod());
  expect(await reason()).toBe('ErrImagePull');
  await world.pass(2000);
  expect(await reason()).toBe('ImagePullBackOff');
  await world.pass(8000);
  expect(await reason()).toBe('ErrImagePull');
  await world.pass(19_999);
  expect(await reason()).toBe('ImagePullBackOff');
  await world.pass(1);
  expect((await pod(world)).status.phase).toBe('Succeeded');
});

test('a start that takes long is shown as being created, and asked for once', async () => {
  const { runtime } = troubled();
  const world = await new World({ runtime }).start();
  runtime.slowStarts = true;
  const creating = world.create('pods', aPod());
  await new Promise((resolve) => setImmediate(resolve));
  world.clock.advanceTo(world.clock.now() + 20);
  await creating;
  expect((await pod(world)).status).toMatchObject({
    phase: 'Pending',
    containerStatuses: [{ state: { waiting: { reason: 'ContainerCreating' } } }],
  });
  runtime.slowStarts = false;
  runtime.slow!();
  await new Promise((resolve) => setImmediate(resolve));
  await world.pass(0);
  expect((await pod(world)).status.phase).toBe('Succeeded');
});

test('a pod that is gone before its start is answered leaves nothing running', async () => {
  const { runtime } = troubled();
  const world = await new World({ runtime }).start();
  runtime.slowStarts = true;
  const creating = world.create('pods', run({ 'finite.dev/run-ms': '-1' }));
  await new Promise((resolve) => setImmediate(resolve));
  world.clock.advanceTo(world.clock.now() + 20);
  await creating;
  await world.delete('pods', 'p', { gracePeriodSeconds: 0 });
  expect(await pod(world)).toBeUndefined();
  runtime.slow!();
  await new Promise((resolve) => setImmediate(resolve));
  await world.pass(0);
  expect(await runtime.list()).toEqual([]);
});

test('a pod that is deleted while its first start is asked for leaves nothing running', async () => {
  const { runtime } = troubled();
  const world = await new World({ runtime }).start();
  const start = runtime.start.bind(runtime);
  runtime.start = async (request) => {
    // Not bound yet as far as the store knows, so that it goes at once.
    const stored = (await world.store.get({ resource: 'pods', namespace: 'default', name: 'p' }))!;
    await world.store.delete(stored.key, stored.revision);
    await start(request);
  };
  await world.create('pods', run({ 'finite.dev/run-ms': '-1' }));
  await world.pass(1000);
  expect(await pod(world)).toBeUndefined();
  expect(await runtime.list()).toEqual([]);
});

test('the placement of a pod that really runs is told once', async () => {
  const { runtime } = troubled();
  Object.assign(runtime, { pretended: false, failures: 3 });
  const world = await new World({ runtime }).start();
  await world.create('pods', aPod());
  await world.pass(1000);
  const placed = (await world.list<Event>('events')).filter(({ reason }) => reason === 'Scheduled');
  expect(placed).toMatchObject([
    {
      message: 'Successfully assigned default/p to finite',
      source: { component: 'default-scheduler' },
      count: 1,
    },
  ]);
});
