import { readFileSync } from 'node:fs';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { ECSClient, type Task } from '@aws-sdk/client-ecs';
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { startTaskEventBridge, type TaskEventBridge } from '../support/ecs/task-event-bridge.js';
import { eventually } from '../support/eventually.js';
import { runKubectl } from '../support/kubectl.js';
import { Namespace, newestKubectl, shellJob } from './kubectl-on-aws.js';
import { placeKind, whyNoPlace } from './place.js';
import { allTasks, podOf } from './tasks.js';
import { startWorld, type World } from './world.js';

/*
 * The stack with an ECS that we have not written: the emulator's own, which runs each task's containers on the engine.
 * Where it is looser than ECS nothing is asserted: it
 * - tells nobody of its tasks: a bridge looks at them and sends the events, or nobody does;
 * - drops entry points: programs are given as `args` here, which is the same for an image without an entry point;
 * - drops environment files and `dependsOn`: Secrets, volumes and init containers are tested against the model of ECS;
 * - starts a second task for a client token it has seen;
 * - shows a task that is being stopped as stopped with exit code 0 before its containers have ended;
 * - removes the containers of a task that it stops, and those that ended by themselves two to three minutes later: on the
 *   engine is then more than runs;
 * - knows times to the second, and neither quotas nor lack of capacity.
 */
const why =
  whyNoPlace() ??
  (placeKind() === 'emulator' ? undefined : 'tasks of a given endpoint or account are not on an engine of the test');
const title = `Jobs on the emulator's own ECS${why === undefined ? '' : ` (skipped: ${why})`}`;

/** Ends when the file is there, which `letGo` makes. */
const GATED = 'until [ -e /tmp/go ]; do sleep 0.1; done';

describe.skipIf(why !== undefined)(title, () => {
  let world: World;
  let ecs: ECSClient;
  let lambda: LambdaClient;
  let cloudFormation: CloudFormationClient;
  let bridge: TaskEventBridge | undefined;
  const undelivered: unknown[] = [];

  beforeAll(async () => {
    world = await startWorld({ ecs: 'own' });
    ecs = new ECSClient(world.place.client);
    lambda = new LambdaClient(world.place.client);
    cloudFormation = new CloudFormationClient(world.place.client);
  });
  afterAll(async () => {
    await bridge?.close();
    for (const client of [ecs, lambda, cloudFormation]) client?.destroy();
    await world?.close();
  });

  const output = (name: string): string => world.deployed.outputs[name]!;

  const tasks = (): Promise<readonly Task[]> => allTasks(world);

  /** Those of a Job's pods, also of such as are gone. */
  const tasksOf = async ({ name }: Namespace, job: string): Promise<readonly Task[]> =>
    (await tasks()).filter((task) => podOf(task).startsWith(`${name}/${job}-`));

  /** Beside those that are known already. */
  const untilRunning = (here: Namespace, job: string, count: number, known: readonly Task[] = []) =>
    eventually(`${count} tasks of ${job} run`, async (): Promise<readonly Task[] | undefined> => {
      const found = (await tasksOf(here, job)).filter(({ lastStatus }) => lastStatus === 'RUNNING');
      const others = found.filter(({ taskArn }) => known.every((each) => each.taskArn !== taskArn));
      return others.length === count ? others : undefined;
    });

  const listed = (...options: string[]): readonly string[] =>
    world.place
      .engine!.podman('ps', '--quiet', ...options)
      .split('\n')
      .filter(Boolean);

  /** On the engine, also such as do not run any more. */
  const containers = (task: Task): readonly string[] =>
    listed('--all', '--filter', `label=com.amazonaws.ecs.task-arn=${task.taskArn}`);

  const letGo = (task: Task): void => {
    for (const container of containers(task)) world.place.engine!.podman('exec', container, 'touch', '/tmp/go');
  };

  const stackStatus = async (): Promise<string | undefined> => {
    const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: world.stack }));
    return Stacks?.[0]?.StackStatus;
  };

  const variablesOf = async (name: string): Promise<Readonly<Record<string, string>> | undefined> => {
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: output(name) }));
    return Environment?.Variables;
  };

  const sweep = async (): Promise<void> => {
    const answer = await lambda.send(new InvokeCommand({ FunctionName: output('SweepFunctionName') }));
    expect(answer.FunctionError, Buffer.from(answer.Payload ?? []).toString()).toBeUndefined();
  };

  it('finishes every Job by the sweep alone when no event comes', async () => {
    const here = await Namespace.create(world, 'swept');
    const fails = runnable(shellJob('fails', 'exit 7', { backoffLimit: 0 }));
    await here.create(example('completions'), example('indexed'), fails);
    const ended = await eventually('the Jobs have ended', async () => {
      await sweep();
      const jobs = await Promise.all(['completions', 'indexed', 'fails'].map((name) => here.job(name)));
      return jobs.every((job) => /^(Complete|Failed)$/.test(endOf(job).last ?? '')) ? jobs : undefined;
    });
    expect(ended.map(endOf)).toEqual([
      { succeeded: 5, failed: 0, active: 0, last: 'Complete' },
      { succeeded: 4, failed: 0, active: 0, last: 'Complete' },
      { succeeded: 0, failed: 1, active: 0, last: 'Failed' },
    ]);
    expect(ended[1]!.status.completedIndexes).toBe('0-3');
    expect(await tasks()).toHaveLength(10);
  });

  it('runs Jobs, with logs, when the events come', async () => {
    const swept = new Namespace(world, 'swept');
    const before = await swept.job('completions');
    bridge = startTaskEventBridge({
      ecs,
      lambda,
      cluster: output('ClusterName'),
      functionName: output('TaskStateFunctionName'),
      onError: (error) => undelivered.push(error),
    });
    const here = await Namespace.create(world, 'told');
    await here.create(example('completions'), example('indexed'));
    const completions = await here.until('completions', 'Complete');
    expect(endOf(completions)).toEqual({ succeeded: 5, failed: 0, active: 0, last: 'Complete' });
    const { status } = await here.until('indexed', 'Complete');
    expect([status.succeeded, status.completedIndexes]).toEqual([4, '0-3']);
    expect(await tasksOf(here, 'completions')).toHaveLength(5);
    expect(await tasksOf(here, 'indexed')).toHaveLength(4);
    for (const { metadata } of await here.pods('indexed')) {
      const index = metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
      const log = await eventually('there are logs', async () => (await here.ok('logs', metadata.name)) || undefined);
      expect(log).toBe(`I am index ${index}\n`);
    }
    // The first events were those of the tasks that the sweep had found out about.
    expect(bridge.sent()).toBeGreaterThanOrEqual((await tasks()).length);
    expect(await swept.job('completions')).toEqual(before);
  });

  it('fails a Job whose pod fails', async () => {
    const here = await Namespace.create(world, 'failing');
    await here.create(runnable(shellJob('fails', 'echo no; exit 7', { backoffLimit: 0 })));
    const { status } = await here.until('fails', 'Failed');
    expect(status.failed).toBe(1);
    expect(status.conditions?.find(({ type }) => type === 'Failed')?.reason).toBe('BackoffLimitExceeded');
    const [pod] = await here.pods('fails');
    expect(pod!.status.containerStatuses?.[0]?.state?.terminated).toMatchObject({ exitCode: 7, reason: 'Error' });
  });

  it('stops the container of a Job that is deleted', async () => {
    const here = await Namespace.create(world, 'leaving');
    await here.create(runnable(shellJob('stays', GATED)));
    const [task] = await untilRunning(here, 'stays', 1);
    expect(containers(task!)).toHaveLength(1);
    await here.ok('delete', 'job', 'stays');
    await eventually('its container has ended', async () => (containers(task!).length === 0 ? true : undefined));
    await eventually('its pods are gone', async () => ((await here.pods('stays')).length === 0 ? true : undefined));
    const stopped = await tasksOf(here, 'stays');
    expect(stopped.map(({ stoppedReason }) => stoppedReason)).toEqual([expect.stringMatching(/^finite: /)]);
  });

  it('loses nothing when the stack is deployed again in the middle of a Job', async () => {
    const here = await Namespace.create(world, 'redeployed');
    await here.create(runnable(shellJob('long', GATED, { completions: 4, parallelism: 2 })));
    const begun = await untilRunning(here, 'long', 2);
    const before = JSON.stringify(await variablesOf('TaskStateFunctionName'));
    const meanwhile = async (): Promise<void> => {
      letGo(begun[0]!);
      // CloudFormation is done in no time here: this is as near to the middle as can be.
      await eventually('the functions are replaced', async () =>
        JSON.stringify(await variablesOf('TaskStateFunctionName')) === before ? undefined : true,
      );
      letGo(begun[1]!);
      await here.create(runnable(shellJob('created-meanwhile', 'true')));
    };
    const [deployed] = await Promise.all([
      world.deployed.redeploy({ helperImage: world.place.engine!.image }),
      meanwhile(),
    ]);
    expect(deployed.outputs).toEqual(world.deployed.outputs);
    for (const task of await untilRunning(here, 'long', 2, begun)) letGo(task);
    const long = await here.until('long', 'Complete');
    expect(endOf(long)).toEqual({ succeeded: 4, failed: 0, active: 0, last: 'Complete' });
    expect(await tasksOf(here, 'long')).toHaveLength(4);
    expect((await here.until('created-meanwhile', 'Complete')).status.succeeded).toBe(1);
    expect(undelivered).toEqual([]);
  });

  it('leaves nothing behind when it is destroyed as docs/aws.md says', async () => {
    const here = await Namespace.create(world, 'destroyed');
    await here.create(runnable(shellJob('stays', GATED, { completions: 3, parallelism: 3 })));
    await untilRunning(here, 'stays', 3);
    expect(listed()).toHaveLength(3);
    const everywhere = ['delete', 'jobs,cronjobs', '--all', '--all-namespaces'];
    const { environment: env } = world;
    expect((await runKubectl(newestKubectl!, world.kubeconfig, everywhere, { env })).code).toBe(0);
    await eventually('there are no pods', async () => {
      const pods = await here.ok('get', 'pods', '--all-namespaces', '--output', 'name');
      return pods === '' ? true : undefined;
    });
    expect((await tasks()).filter(({ desiredStatus }) => desiredStatus !== 'STOPPED')).toEqual([]);
    await eventually('no container runs', async () => (listed().length === 0 ? true : undefined));
    await bridge?.close();
    await world.deployed.destroy();
    await expect(stackStatus()).rejects.toThrow(/does not exist/);
    await expect(variablesOf('TaskStateFunctionName')).rejects.toThrow(ResourceNotFoundException);
    expect(listed()).toEqual([]);
  });
});

/** See above: entry points are dropped. */
function runnable(job: object): object {
  const copy = structuredClone(job) as { spec: { template: { spec: { containers: Record<string, unknown>[] } } } };
  for (const container of copy.spec.template.spec.containers) {
    container['args'] = container['command'];
    delete container['command'];
  }
  return copy;
}

function example(name: string): object {
  return runnable(parse(readFileSync(new URL(`../../examples/${name}.yaml`, import.meta.url), 'utf8')) as object);
}

function endOf({ status }: Job) {
  const { succeeded = 0, failed = 0, active = 0, conditions = [] } = status;
  return { succeeded, failed, active, last: conditions.at(-1)?.type };
}
