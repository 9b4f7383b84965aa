import { request } from 'node:https';
import { fileURLToPath } from 'node:url';
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn';
import { beforeAll, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { atOnce, Namespace, shellJob } from './kubectl-on-aws.js';
import { measureLatencies } from './latencies.js';
import { hasModel } from './place.js';
import { allTasks, liveTasks } from './tasks.js';
import type { World } from './world.js';

/*
 * The stack as it is deployed, used with kubectl. Answers of the API come at once here, as the emulator cannot stream:
 * live watches and `logs -f` are tested in test/adapters/aws/lambda-http.
 */
const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}.yaml`, import.meta.url));

export function describeJobs(deployed: () => World): void {
  let world: World;
  let count = 0;
  const namespace = (): Promise<Namespace> => Namespace.create(world, `test-${count++}`);
  const tasksOf = ({ name }: Namespace) => liveTasks(world, `${name}/`);

  beforeAll(() => {
    world = deployed();
  });

  it.concurrent('runs the examples to their end, with logs', async () => {
    const here = await namespace();
    for (const name of ['completions', 'indexed', 'pi', 'two-containers']) await here.ok('create', '-f', example(name));
    expect((await here.until('completions', 'Complete')).status.succeeded).toBe(5);
    expect((await here.until('indexed', 'Complete')).status.completedIndexes).toBe('0-3');
    await here.ok('wait', '--for=condition=failed', 'job/two-containers', '--timeout=60s');
    expect((await here.job('two-containers')).status.conditions?.at(-1)?.reason).toBe('BackoffLimitExceeded');
    const logs = async (...args: string[]) =>
      eventually('there are logs', async () => (await here.ok('logs', ...args)) || undefined);
    expect(await logs('job/indexed')).toMatch(/^I am index \d\n$/);
    expect(await logs('job/two-containers', '-c', 'fails')).toBe('not fine\n');
    expect(await logs('job/two-containers', '--all-containers', '--prefix')).toMatch(/fine/);
    const [pod] = await here.pods('completions');
    expect(await logs(pod!.metadata.name, '--timestamps')).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z Hello from /);
    expect(await here.ok('describe', 'pod', pod!.metadata.name)).toMatch(/Exit Code:\s+0/);
    await here.until('pi', 'Complete');
    expect(await logs('job/pi', '--limit-bytes=7')).toBe('3.14159');
  });

  it.concurrent('refuses what Fargate cannot do, naming the field', async () => {
    const here = await namespace();
    const { code, stderr } = await here.run('create', '-f', example('work-queue'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/spec\.template\.spec\.volumes\[0\]\.hostPath: Forbidden/);
  });

  it.concurrent('starts a failed pod again after its back-off, which Step Functions waits for', async () => {
    const here = await namespace();
    await here.create(shellJob('fails', 'exit 7', { backoffLimit: 1 }));
    const { status } = await here.until('fails', 'Failed');
    expect(status.failed).toBe(2);
    const [first, second] = (await here.pods('fails'))
      .map(({ metadata }) => Date.parse(metadata.creationTimestamp!))
      .sort();
    // Kubernetes' first back-off is 10 s, counted from the end of the pod that failed; times are whole seconds.
    expect(second! - first!).toBeGreaterThanOrEqual(9_000);
    expect((await waits(world)).some((input) => input.includes(`${here.name}/fails`))).toBe(true);
    const [pod] = await here.pods('fails');
    expect(pod!.status.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(7);
  });

  it.concurrent('restarts a container in place', async () => {
    const here = await namespace();
    const scratch = { volumes: [{ name: 'scratch', emptyDir: {} }], restartPolicy: 'OnFailure', ...atOnce };
    const main = {
      name: 'main',
      image: 'busybox:1.36',
      // The second run stays, so that it can be looked at.
      command: ['sh', '-c', '[ -e /scratch/again ] && sleep 1000; touch /scratch/again; exit 3'],
      volumeMounts: [{ name: 'scratch', mountPath: '/scratch' }],
    };
    await here.create(
      shellJob('restarts', '', {}, { ...scratch, containers: [main] }),
      shellJob('gives-up', 'exit 3', { backoffLimit: 1 }, { restartPolicy: 'OnFailure' }),
    );
    const pod = await eventually('the container has been restarted', async () => {
      const [one] = await here.pods('restarts');
      return (one?.status.containerStatuses?.[0]?.restartCount ?? 0) > 0 ? one : undefined;
    });
    expect(pod.status.containerStatuses![0]!.lastState?.terminated?.exitCode).toBe(3);
    expect((await here.until('gives-up', 'Failed')).status.conditions?.at(-1)?.reason).toBe('BackoffLimitExceeded');
    await here.ok('delete', 'job', 'restarts');
  });

  it.concurrent('gives containers their ConfigMaps, Secrets, downward API and volumes', async () => {
    const here = await namespace();
    await here.ok('create', 'configmap', 'settings', '--from-literal=colour=red', '--from-literal=file=from a file');
    await here.ok('create', 'secret', 'generic', 'keys', '--from-literal=password=sesame');
    const container = {
      name: 'main',
      image: 'busybox:1.36',
      command: [
        'sh',
        '-c',
        'echo $COLOUR $PASSWORD $POD; cat /etc/settings/file /etc/keys/password; cat /scratch/note',
      ],
      env: [
        { name: 'COLOUR', valueFrom: { configMapKeyRef: { name: 'settings', key: 'colour' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'keys', key: 'password' } } },
        { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      ],
      volumeMounts: [
        { name: 'settings', mountPath: '/etc/settings' },
        { name: 'keys', mountPath: '/etc/keys' },
        { name: 'scratch', mountPath: '/scratch' },
      ],
    };
    const first = { ...container, name: 'first', command: ['sh', '-c', 'echo " a note" > /scratch/note'], env: [] };
    const volumes = [
      { name: 'settings', configMap: { name: 'settings' } },
      { name: 'keys', secret: { secretName: 'keys' } },
      { name: 'scratch', emptyDir: {} },
    ];
    await here.create(shellJob('inputs', '', {}, { containers: [container], initContainers: [first], volumes }));
    await here.until('inputs', 'Complete');
    const log = await eventually(
      'there are logs',
      async () => (await here.ok('logs', 'job/inputs', '-c', 'main')) || undefined,
    );
    expect(log).toMatch(/^red sesame inputs-\w+\nfrom a filesesame a note\n$/);
    expect(JSON.stringify(await allTasks(world))).not.toContain('sesame');
  });

  it.concurrent('ends a Job at its deadline, and its task with it', async () => {
    const here = await namespace();
    await here.create(shellJob('late', 'sleep 1000', { activeDeadlineSeconds: 6 }, atOnce));
    const { status } = await here.until('late', 'Failed');
    expect(status.conditions?.at(-1)?.reason).toBe('DeadlineExceeded');
    await eventually('no task is left', async () => ((await tasksOf(here)).length === 0 ? true : undefined));
  });

  it.concurrent('suspends and resumes a Job', async () => {
    const here = await namespace();
    await here.ok('create', '-f', example('suspended'));
    await here.create(shellJob('rests', '[ -n "$(date)" ] && sleep 1000', {}, atOnce));
    await here.untilRunning('rests', 1);
    await here.ok('patch', 'job', 'rests', '-p', '{"spec":{"suspend":true}}');
    await here.until('rests', 'Suspended');
    await eventually('its task has ended', async () => ((await tasksOf(here)).length === 0 ? true : undefined));
    await here.ok('patch', 'job', 'suspended', '-p', '{"spec":{"suspend":false}}');
    await here.until('suspended', 'Complete');
    await here.ok('patch', 'job', 'rests', '-p', '{"spec":{"suspend":false}}');
    await here.untilRunning('rests', 1);
    await here.ok('delete', 'job', 'rests');
  });

  it.concurrent('follows a change of parallelism', async () => {
    const here = await namespace();
    await here.create(shellJob('wide', 'sleep 1000', { parallelism: 1, completions: 10 }, atOnce));
    await here.untilRunning('wide', 1);
    await here.ok('patch', 'job', 'wide', '-p', '{"spec":{"parallelism":3}}');
    await here.untilRunning('wide', 3);
    await here.ok('scale', 'job', 'wide', '--replicas=1');
    await eventually('one task is left', async () => ((await tasksOf(here)).length === 1 ? true : undefined));
    expect((await here.job('wide')).status.active).toBe(1);
    await here.ok('delete', 'job', 'wide');
    await eventually('no task is left', async () => ((await tasksOf(here)).length === 0 ? true : undefined));
    expect(await here.pods('wide')).toEqual([]);
  });

  it.concurrent('removes a Job some time after it has finished', async () => {
    const here = await namespace();
    await here.create(shellJob('short', 'true', { ttlSecondsAfterFinished: 2 }));
    await eventually('the Job has gone', async () => {
      const { code, stderr } = await here.run('get', 'job', 'short');
      return code === 1 && stderr.includes('NotFound') ? true : undefined;
    });
    await eventually('its pods have gone', async () => ((await here.pods('short')).length === 0 ? true : undefined));
  });

  it.skipIf(!hasModel()).concurrent('replaces a pod on Spot that is interrupted, without counting it', async () => {
    const here = await namespace();
    const spec = {
      backoffLimit: 0,
      podFailurePolicy: { rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }] },
    };
    const onSpot = { nodeSelector: { 'finite.dev/capacity': 'spot' }, ...atOnce };
    await here.create(shellJob('spot', 'sleep 1000', spec, onSpot));
    const [pod] = await here.untilRunning('spot', 1);
    const [task] = await tasksOf(here);
    expect(task!.capacityProviderName).toBe('FARGATE_SPOT');
    world.place.ecs!.ecs.loseHost(task!.taskArn!);
    const next = await eventually('another pod runs', async () =>
      (await here.pods('spot')).find(
        ({ metadata, status }) => metadata.uid !== pod!.metadata.uid && status.phase === 'Running',
      ),
    );
    expect(next.metadata.name).not.toBe(pod!.metadata.name);
    const lost = (await here.pods('spot')).find(({ metadata }) => metadata.uid === pod!.metadata.uid)!;
    expect(lost.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'DisruptionTarget', status: 'True' }),
    );
    await here.ok('delete', 'job', 'spot');
  });

  it.concurrent('starts the Jobs of a CronJob at their minutes', async () => {
    const here = await namespace();
    await here.ok('create', '-f', example('cronjob'));
    const job = await eventually('a Job of the CronJob is complete', async () => {
      const list = await here.ok('get', 'jobs', '-o', 'json');
      const { items } = JSON.parse(list) as {
        readonly items: readonly { metadata: { name: string }; status: { succeeded?: number } }[];
      };
      return items.find(({ status }) => status.succeeded === 1);
    });
    expect(Number(job.metadata.name.replace('hello-', '')) * 60_000).toBeLessThanOrEqual(Date.now());
    const log = (container: string) =>
      eventually(
        'there are logs',
        async () => (await here.ok('logs', `job/${job.metadata.name}`, '-c', container)) || undefined,
      );
    expect(await log('hello')).toMatch(/\nHello\n$/);
    expect(await log('goodbye')).toBe('Goodbye\n');
    expect(await here.ok('get', 'cronjobs')).toMatch(/hello\s+\*\/1 \* \* \* \*\s+<none>\s+False/);
    await here.ok('delete', 'cronjob', 'hello');
  });

  it.concurrent('lets nobody in without a token that is believed', async () => {
    const server = (await here(world).ok('config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}')).trim();
    expect(await statusOf(`${server}/api/v1/namespaces`)).toBe(401);
    expect(await statusOf(`${server}/api/v1/namespaces`, 'Bearer k8s-aws-v1.bm90LWEtdXJs')).toBe(401);
    expect(await statusOf(`${server}/version`)).toBe(200);
  });

  it('tells how long it takes', async () => {
    const server = await here(world).ok('config', 'view', '-o', 'jsonpath={.clusters[0].cluster.server}');
    const latencies = await measureLatencies(world, server.trim());
    console.log('medians on the emulator, ms:', latencies);
    for (const value of Object.values(latencies)) expect(value).toBeGreaterThan(0);
  });

  it('leaves no task behind', async () => {
    await eventually('all tasks have ended', async () => ((await liveTasks(world)).length === 0 ? true : undefined));
  });
}

const here = (world: World): Namespace => new Namespace(world, 'default');

/** Inputs of the executions that wait or have waited. */
async function waits(world: World): Promise<readonly string[]> {
  const client = new SFNClient(world.place.client);
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  const { stateMachineArn } = stateMachines.find(({ name }) => name?.includes('finite') || name?.includes('Wake'))!;
  const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn, maxResults: 1000 }));
  const described = await Promise.all(
    executions.map(({ executionArn }) => client.send(new DescribeExecutionCommand({ executionArn }))),
  );
  return described.map(({ input = '' }) => input);
}

function statusOf(url: string, authorization?: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = authorization === undefined ? {} : { authorization };
    // What is asked here is who the client is, not who the server is.
    const asked = request(url, { headers, rejectUnauthorized: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode!);
    });
    asked.on('error', reject);
    asked.end();
  });
}
