import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
  StopTaskCommand,
  type ContainerDefinition,
  type Task,
} from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPodman, whyNoPodman, type TestEngine } from '../podman.js';
import { startEcsEndpoint, type EcsEndpoint } from './endpoint.js';
import { FARGATE_POD, NETWORK } from './fake-ecs-world.js';
import type { TaskStateChangeEvent } from './events.js';

const missing = whyNoPodman();
const IMAGE = 'localhost/busybox:test';
const GROUP = '/finite/pods';

/** What the endpoint calls of AWS, as far as it calls it: logs, an object of S3, a function. */
class PretendedAws {
  readonly logs = new Map<string, string[]>();
  readonly invoked: { name: string; event: TaskStateChangeEvent }[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString();
        response.end(this.#answer(request.url ?? '', String(request.headers['x-amz-target']), body));
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(url: string, target: string, body: string): string {
    const name = /\/functions\/([^/]+)\/invocations/.exec(url)?.[1];
    if (name !== undefined) this.invoked.push({ name, event: JSON.parse(body) as TaskStateChangeEvent });
    if (url.startsWith('/bucket/pod.env')) return '# secret\nFROM_FILE=file\nBOTH=file\n';
    if (!target.startsWith('Logs_')) return '{}';
    const input = JSON.parse(body) as { logStreamName: string; logEvents?: { message: string }[] };
    const lines = this.logs.get(input.logStreamName) ?? [];
    lines.push(...(input.logEvents ?? []).map(({ message }) => message));
    this.logs.set(input.logStreamName, lines);
    return '{}';
  }
}

/** For what else has to start first, on a machine that is busy with other tests. */
const NOT_FOR_EVER = 'i=$((i+1)); [ $i -lt 300 ] || exit 1';

describe.skipIf(missing)(`the ECS endpoint with real containers${missing ? ` (skipped: ${missing})` : ''}`, () => {
  const aws = new PretendedAws();
  let engine: TestEngine;
  let endpoint: EcsEndpoint;
  let client: ECSClient;

  beforeAll(async () => {
    engine = await startPodman();
    endpoint = await startEcsEndpoint({
      engine: engine.address,
      awsEndpoint: await aws.start(),
      containerEnvironment: (host) => ({ HOST: host }),
      taskStateFunction: 'task-state',
    });
    client = new ECSClient({
      endpoint: endpoint.url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  }, 120_000);

  afterAll(async () => {
    await endpoint?.close();
    await engine?.close();
    aws.close();
  });

  const sh = (name: string, script: string, more: Partial<ContainerDefinition> = {}): ContainerDefinition => ({
    name,
    image: IMAGE,
    command: ['sh', '-c', script],
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': GROUP, 'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'pod' },
    },
    ...more,
  });

  async function launch(containerDefinitions: ContainerDefinition[], overrides = {}): Promise<string> {
    const volumes = [{ name: 'shared' }];
    const { taskDefinition } = await client.send(
      new RegisterTaskDefinitionCommand({
        ...FARGATE_POD,
        executionRoleArn: 'arn:aws:iam::000000000000:role/execution',
        volumes,
        containerDefinitions,
      }),
    );
    const { tasks } = await client.send(
      new RunTaskCommand({
        taskDefinition: taskDefinition!.taskDefinitionArn,
        ...NETWORK,
        overrides,
      }),
    );
    return tasks![0]!.taskArn!;
  }

  const look = async (arn: string): Promise<Task> =>
    (await client.send(new DescribeTasksCommand({ tasks: [arn] }))).tasks![0]!;

  async function until(arn: string, isSo: (task: Task) => boolean): Promise<Task> {
    for (;;) {
      const task = await look(arn);
      if (isSo(task)) return task;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const stopped = (arn: string) => until(arn, ({ lastStatus }) => lastStatus === 'STOPPED');
  const exitCodes = (task: Task) => Object.fromEntries(task.containers!.map(({ name, exitCode }) => [name, exitCode]));
  const logOf = (arn: string, container: string) => aws.logs.get(`pod/${container}/${arn.split('/').at(-1)}`);

  it('runs a container with its variables, tells its exit code and ships its log', async () => {
    const definition = sh('app', 'echo $PLAIN $OVERRIDDEN $FROM_FILE $BOTH; exit 3', {
      environment: [
        { name: 'PLAIN', value: 'plain' },
        { name: 'OVERRIDDEN', value: 'no' },
        { name: 'BOTH', value: 'plain' },
      ],
      environmentFiles: [{ type: 's3', value: 'arn:aws:s3:::bucket/pod.env' }],
    });
    const override = { name: 'app', environment: [{ name: 'OVERRIDDEN', value: 'overridden' }] };
    const arn = await launch([definition], { containerOverrides: [override] });
    const task = await stopped(arn);
    expect(task.stopCode).toBe('EssentialContainerExited');
    expect(task.createdAt).toBeInstanceOf(Date);
    expect(exitCodes(task)).toEqual({ app: 3 });
    expect(logOf(arn, 'app')).toEqual(['plain overridden file plain']);
  });

  it('shares volumes and the network between containers, in the order of dependsOn', async () => {
    const mountPoints = [{ sourceVolume: 'shared', containerPath: '/shared' }];
    const arn = await launch([
      sh('init', 'echo filled > /shared/file', { essential: false, mountPoints }),
      sh('web', 'cat /shared/file; echo hello | nc -l -p 8080', {
        essential: false,
        mountPoints,
        dependsOn: [{ containerName: 'init', condition: 'SUCCESS' }],
      }),
      sh('client', `i=0; until nc 127.0.0.1 8080 </dev/null; do ${NOT_FOR_EVER}; sleep 0.1; done`, {
        dependsOn: [{ containerName: 'web', condition: 'START' }],
      }),
    ]);
    const task = await stopped(arn);
    expect(exitCodes(task)).toMatchObject({ init: 0, client: 0 });
    expect(logOf(arn, 'client')).toEqual(['hello']);
    expect(logOf(arn, 'web')).toEqual(['filled']);
  });

  it('stops with TERM, and with KILL what does not listen', async () => {
    const arn = await launch([
      sh('polite', "trap 'exit 5' TERM; echo up; while :; do sleep 0.1; done"),
      sh('deaf', "trap '' TERM; while :; do sleep 0.1; done", { essential: false, stopTimeout: 1 }),
    ]);
    await until(arn, ({ lastStatus }) => lastStatus === 'RUNNING');
    await until(arn, () => logOf(arn, 'polite')?.includes('up') === true);
    await client.send(new StopTaskCommand({ task: arn, reason: 'test' }));
    const task = await stopped(arn);
    expect(task).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'test' });
    expect(exitCodes(task)).toEqual({ polite: 5, deaf: 137 });
  });

  it('tells a missing image as Fargate does', async () => {
    const arn = await launch([{ ...sh('app', 'true'), image: 'localhost/missing:1' }]);
    const task = await stopped(arn);
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.containers![0]!.reason).toMatch(/^CannotPullContainerError/);
  });

  it('lets containers reach what listens on this machine', async () => {
    const arn = await launch([sh('app', `wget -q -O - http://$HOST:${endpoint.port}/_health`)]);
    expect(exitCodes(await stopped(arn))).toEqual({ app: 0 });
    expect(logOf(arn, 'app')).toEqual(['{}']);
  });

  it('tells that memory ran out', async () => {
    const arn = await launch([sh('app', 'tail /dev/zero', { memory: 16 })]);
    const task = await stopped(arn);
    expect(exitCodes(task)).toEqual({ app: 137 });
    expect(task.containers![0]!.reason).toMatch(/^OutOfMemoryError/);
  });

  it('waits for a health check', async () => {
    const healthCheck = { command: ['CMD-SHELL', 'test -e /tmp/ready'], interval: 1, retries: 100 };
    const arn = await launch([
      sh('slow', 'sleep 1; touch /tmp/ready; sleep 60', { essential: false, healthCheck, stopTimeout: 1 }),
      sh('app', 'echo go', { dependsOn: [{ containerName: 'slow', condition: 'HEALTHY' }] }),
    ]);
    const task = await stopped(arn);
    expect(logOf(arn, 'app')).toEqual(['go']);
    expect(task.containers![0]).toMatchObject({ healthStatus: 'HEALTHY' });
  });

  it('hands each event to the function', async () => {
    const arn = await launch([sh('app', 'true')]);
    await stopped(arn);
    const own = () => aws.invoked.filter(({ event }) => event.resources[0] === arn);
    await until(arn, () => own().some(({ event }) => event.detail['lastStatus'] === 'STOPPED'));
    expect(own().every(({ name }) => name === 'task-state')).toBe(true);
    expect(own()[0]!.event.detail).toMatchObject({ taskArn: arn, version: 1 });
  });

  it('answers errors as the SDK knows them', async () => {
    await expect(client.send(new RunTaskCommand({ taskDefinition: 'nothing' }))).rejects.toMatchObject({
      name: 'ClientException',
      message: 'TaskDefinition not found.',
    });
  });

  it('leaves nothing behind in the engine', async () => {
    const arn = await launch([
      sh('app', 'true', { mountPoints: [{ sourceVolume: 'shared', containerPath: '/shared' }] }),
      sh('other', 'true', { essential: false }),
    ]);
    await stopped(arn);
    await until(arn, () => engine.podman('ps', '--all', '--quiet').trim() === '');
    await until(arn, () => engine.podman('volume', 'ls', '--quiet').trim() === '');
  });
});
