import { describe, expect, it } from 'vitest';
import { FargateRuntime } from '../../../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type { TaskDetail } from '../../../../../lib/adapters/aws/fargate-runtime/task-facts.js';
import { HOUR, MINUTE, started } from './pods.js';

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
