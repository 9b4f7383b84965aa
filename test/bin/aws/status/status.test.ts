import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SFNClient } from '@aws-sdk/client-sfn';
import { beforeEach, describe, expect, it } from 'vitest';
import { readStatus, type AwsStatus } from '../../../../bin/aws/status/status.js';
import { statusJson, statusText } from '../../../../bin/aws/status/status-text.js';
import type { StackResource } from '../../../../bin/aws/stack.js';
import { ApiClient } from '../../../../bin/local/api-client.js';
import { executionName } from '../../../../lib/adapters/aws/step-functions-wake-ups/execution-name.js';
import { startTestServer, type TestServer } from '../../../support/api-server.js';
import { fakeClient, type FakeAnswers } from '../../../support/aws/fake-client.js';

const now = new Date('2030-01-01T00:00:00Z');
const stack = {
  name: 'finite',
  region: 'eu-west-1',
  status: 'UPDATE_COMPLETE',
  apiUrl: 'https://x',
  clusterId: 'finite',
  clusterName: 'cluster',
};
const machine: StackResource = {
  type: 'AWS::StepFunctions::StateMachine',
  logicalId: 'Wake',
  physicalId: 'arn:machine',
};
const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };

const aws: FakeAnswers = {
  DescribeClusters: ({ clusters }: { clusters: string[] }) => ({
    clusters: clusters[0] === 'cluster' ? [{ runningTasksCount: 3, pendingTasksCount: 2 }] : [],
  }),
  ListExecutions: ({ stateMachineArn, statusFilter }: { stateMachineArn: string; statusFilter: string }) => ({
    executions:
      stateMachineArn === 'arn:machine' && statusFilter === 'RUNNING'
        ? [
            { name: executionName({ controller: 'cronjob', key: 'default/nightly' }, now.getTime() + 60_000, 0) },
            { name: executionName({ controller: 'job', key: 'default/failing' }, now.getTime() + 20_000, 3) },
            { name: 'somebody-elses' },
          ]
        : [],
  }),
  ListServiceQuotas: ({ NextToken }: { NextToken?: string }) =>
    NextToken === undefined
      ? {
          Quotas: [{ QuotaName: 'Fargate Spot Sustained Launch Rate', QuotaCode: 'L-2', Value: 20 }],
          NextToken: 'more',
        }
      : {
          Quotas: [
            {
              QuotaName: 'Fargate On-Demand vCPU resource count',
              QuotaCode: 'L-1',
              Value: 100,
              UsageMetric: {
                MetricNamespace: 'AWS/Usage',
                MetricName: 'ResourceCount',
                MetricDimensions: { Service: 'Fargate' },
                MetricStatisticRecommendation: 'Maximum',
              },
            },
          ],
        },
  GetMetricStatistics: ({ Dimensions }: { Dimensions: object }) => {
    expect(Dimensions).toEqual([{ Name: 'Service', Value: 'Fargate' }]);
    return {
      Datapoints: [
        { Timestamp: new Date('2029-12-31T23:50:00Z'), Maximum: 12 },
        { Timestamp: new Date('2029-12-31T23:55:00Z'), Maximum: 99 },
      ],
    };
  },
};

function jobOf(name: string, spec: object = {}): object {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] } };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec: { template, ...spec } };
}

describe('the status of a deployed stack', () => {
  let server: TestServer;
  let api: ApiClient;

  beforeEach(async () => {
    server = startTestServer();
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
    await server.send('POST', '/api/v1/namespaces/default/serviceaccounts', account);
    api = new ApiClient((request) => server.server.fetch(request, administrator));
  });

  const read = (answers: FakeAnswers = aws): Promise<AwsStatus> =>
    readStatus(
      {
        api,
        ecs: fakeClient<ECSClient>(answers),
        sfn: fakeClient<SFNClient>(answers),
        quotas: fakeClient<ServiceQuotasClient>(answers),
        cloudWatch: fakeClient<CloudWatchClient>(answers),
      },
      stack,
      async () => [{ type: 'AWS::SQS::Queue', logicalId: 'q', physicalId: 'q' }, machine],
      now,
    );

  const jobs = '/apis/batch/v1/namespaces/default/jobs';
  const addJob = async (name: string, status: object, spec?: object): Promise<void> => {
    await server.send('POST', jobs, jobOf(name, spec));
    const patch = { 'content-type': 'application/merge-patch+json' };
    const { status: code, text } = await server.send('PATCH', `${jobs}/${name}/status`, { status }, patch);
    expect(code, text).toBe(200);
  };
  const pods = '/api/v1/namespaces/default/pods';
  const addPod = async (name: string, status: object): Promise<void> => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'busybox' }] };
    const made = await server.send('POST', pods, { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec });
    expect(made.status, made.text).toBe(201);
    const patch = { 'content-type': 'application/merge-patch+json' };
    const { status: code, text } = await server.send('PATCH', `${pods}/${name}/status`, { status }, patch);
    expect(code, text).toBe(200);
  };
  const waiting = (reason: string, message: string): object => ({
    phase: 'Pending',
    conditions: [{ type: 'PodScheduled', status: 'False', reason, message }],
  });
  const pulling = (reason: string): object => ({
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'other',
        image: 'i',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
      },
      {
        name: 'main',
        image: 'i',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason, message: 'no such image' } },
      },
    ],
  });

  it('of one where nothing runs says so', async () => {
    expect(statusText(await read({ ...aws, ListExecutions: () => ({}) }))).toMatchInlineSnapshot(`
      "Stack     finite in eu-west-1, UPDATE_COMPLETE, https://x
      Jobs      0 active, 0 suspended, 0 complete, 0 failed
      Pods      none that have not ended
      Tasks     3 running, 2 pending
      CronJobs  none
      Wake-ups  none pending
      Quotas    Fargate Spot Sustained Launch Rate: 20
                Fargate On-Demand vCPU resource count: 99 of 100, which binds
      "
    `);
  });

  it('says what runs, what waits and for what', async () => {
    await addJob('running', { active: 2, startTime: '2030-01-01T00:00:00Z' });
    await addJob('failing', { failed: 2, startTime: '2030-01-01T00:00:00Z' });
    await addJob('paused', {}, { suspend: true });
    await addJob('new', {});
    await addJob('nothing', {}, { parallelism: 0 });
    await addPod('one', { phase: 'Running' });
    await addPod('two', waiting('LaunchRateReached', 'expected start 2030-01-01T00:00:10Z'));
    await addPod('three', waiting('LaunchRateReached', 'expected start 2030-01-01T00:00:11Z'));
    await addPod('four', pulling('ImagePullBackOff'));
    await addPod('five', { phase: 'Pending' });
    await addPod('six', { phase: 'Failed' });
    const cronJob = (name: string, spec: object): object => ({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      metadata: { name },
      spec: { jobTemplate: { spec: (jobOf(name) as { spec: object }).spec }, ...spec },
    });
    const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';
    await server.send('POST', cronJobs, cronJob('paused', { schedule: '* * * * *', suspend: true }));
    await server.send('POST', cronJobs, cronJob('nightly', { schedule: '0 3 * * *', timeZone: 'Europe/Berlin' }));
    const found = await read();
    expect(statusText(found)).toMatchInlineSnapshot(`
      "Stack     finite in eu-west-1, UPDATE_COMPLETE, https://x
      Jobs      4 active, 1 suspended, 0 complete, 0 failed
                default/failing: back-off; pods that failed: 2; looked at again 2030-01-01T00:00:20.000Z
                default/new: its pods are being made
                default/nothing: parallelism is 0
      Pods      4 Pending, 1 Running
                2 pods, such as default/three: LaunchRateReached: expected start 2030-01-01T00:00:11Z
                default/five: Pending: not looked at yet
                default/four: ImagePullBackOff: no such image
      Tasks     3 running, 2 pending
      CronJobs  default/nightly (0 3 * * * Europe/Berlin): next 2030-01-01T02:00:00.000Z
                default/paused (* * * * *): starts no Jobs
      Wake-ups  2 pending, next 2030-01-01T00:00:20.000Z for job-default-failing
      Quotas    Fargate's launch rate binds: 2 pods wait
                Fargate Spot Sustained Launch Rate: 20
                Fargate On-Demand vCPU resource count: 99 of 100, which binds
      "
    `);
    expect(JSON.parse(statusJson(found))).toMatchObject({
      jobs: { active: 4, suspended: 1, complete: 0, failed: 0 },
      pods: { phases: { Running: 1, Pending: 4 } },
      wakeUps: {
        found: {
          pending: [
            { name: 'job-default-failing', at: '2030-01-01T00:00:20.000Z' },
            { name: 'cronjob-default-nightly', at: '2030-01-01T00:01:00.000Z' },
          ],
          more: false,
        },
      },
    });
  });

  it('counts Jobs that have ended, and shows the first ten of many that wait', async () => {
    const ended = { startTime: '2030-01-01T00:00:00Z', completionTime: '2030-01-01T00:00:01Z', succeeded: 1 };
    const condition = (type: string): object => ({ type, status: 'True' });
    await addJob('complete', { ...ended, conditions: [condition('SuccessCriteriaMet'), condition('Complete')] });
    for (let n = 0; n < 12; n++) await addJob(`job-${n}`, {});
    const text = statusText(await read());
    expect(text).toContain('Jobs      12 active, 0 suspended, 1 complete, 0 failed\n');
    expect(text).toContain('          and 2 more\n');
  });

  it('says what AWS does not let one see', async () => {
    const text = statusText(await read({}));
    for (const [label, action] of [
      ['Tasks     ', 'DescribeClusters'],
      ['Wake-ups  ', 'ListExecutions'],
      ['Quotas    ', 'ListServiceQuotas'],
    ]) {
      expect(text).toContain(`${label}not known: User: x is not authorized to perform: ${action}\n`);
    }
  });

  it('tells quotas without their use where only that may not be seen', async () => {
    const { GetMetricStatistics: _, ...rest } = aws;
    expect(statusText(await read(rest))).toContain('Fargate On-Demand vCPU resource count: 100\n');
  });

  it('is not told where the API does not let one in', async () => {
    api = new ApiClient((request) => server.server.fetch(request, {}));
    await expect(read()).rejects.toThrow('Unauthorized');
    api = new ApiClient(async () => new Response('Internal Server Error', { status: 502 }));
    await expect(read()).rejects.toThrow('the server answers 502: Internal Server Error');
  });
});
