import {
  type ContainerDefinition,
  DescribeTasksCommand,
  RegisterTaskDefinitionCommand,
  type RegisterTaskDefinitionCommandInput,
  RunTaskCommand,
  type RunTaskCommandInput,
  type Task,
} from '@aws-sdk/client-ecs';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import type { TaskStateChangeEvent } from './events.js';
import { FakeEcs, type FakeEcsOptions } from './fake-ecs.js';
import { PretendedBackend, type PretendedRun } from './pretended-backend.js';
import { NO_QUOTAS } from './quotas.js';

/** What a task definition says beside its containers. */
export const FARGATE_POD = {
  family: 'pod',
  requiresCompatibilities: ['FARGATE'],
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
} satisfies Partial<RegisterTaskDefinitionCommandInput>;

export const NETWORK = { networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } } };

/** The model with containers that end after a second, or as `runs` says by name. */
export function fakeEcsWorld(runs: Record<string, PretendedRun> = {}, options: Partial<FakeEcsOptions> = {}) {
  const clock = new VirtualClock(Date.UTC(2026, 0, 1));
  const events: TaskStateChangeEvent[] = [];
  const backend = new PretendedBackend(clock, ({ name }) => runs[name] ?? { runMs: 1000 });
  const onEvent = (event: TaskStateChangeEvent) => events.push(event);
  const ecs = new FakeEcs({ clock, backend, quotas: NO_QUOTAS, onEvent, ...options });
  const register = (...containers: ContainerDefinition[]) =>
    ecs.client.send(
      new RegisterTaskDefinitionCommand({
        ...FARGATE_POD,
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
