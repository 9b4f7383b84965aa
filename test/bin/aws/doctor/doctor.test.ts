import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createAdaptorServer } from '@hono/node-server';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { examine } from '../../../../bin/aws/doctor/doctor.js';
import { findingsJson, findingsText, isWell, type Finding } from '../../../../bin/aws/doctor/finding.js';
import { IamAuthenticator } from '../../../../lib/adapters/aws/iam-authenticator/iam-authenticator.js';
import { SystemClock } from '../../../../lib/adapters/local/system-clock.js';
import { startTestServer } from '../../../support/api-server.js';
import { fakeClient, type FakeAnswers } from '../../../support/aws/fake-client.js';
import { startFakeSts, type FakeSts } from '../../../support/aws/fake-sts.js';

const region = 'eu-west-1';
const keys = {
  AKIDADMIN: { secretAccessKey: 'a', arn: 'arn:aws:iam::123456789012:user/alice' },
  AKIDOTHER: { secretAccessKey: 'b', arn: 'arn:aws:iam::123456789012:user/bob' },
} as const;
const admin = { accessKeyId: 'AKIDADMIN', secretAccessKey: 'a' };

function resource(type: string, logicalId: string, physicalId: string): object {
  return { ResourceType: type, LogicalResourceId: logicalId, PhysicalResourceId: physicalId };
}

describe('finite aws doctor', () => {
  let sts: FakeSts;
  let http: Server;
  let fetch: (request: Request) => Promise<Response>;
  let clusterId: string;

  beforeEach(async () => {
    sts = await startFakeSts(keys);
    vi.stubEnv('AWS_ENDPOINT_URL_STS', sts.url);
    const authenticator = new IamAuthenticator({
      clusterId: 'finite-1',
      region,
      admins: [keys.AKIDADMIN.arn],
      clock: new SystemClock(),
      endpoint: sts.url,
    });
    const { server } = startTestServer({ authenticator });
    fetch = (request) => server.fetch(request);
    clusterId = 'finite-1';
    http = createAdaptorServer({ fetch: (request) => fetch(request) }) as Server;
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await sts.stop();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  const url = (): string => `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const well = (): FakeAnswers => ({
    DescribeStacks: () => ({
      Stacks: [
        {
          StackName: 'finite',
          StackStatus: 'CREATE_COMPLETE',
          Outputs: [
            { OutputKey: 'ApiUrl', OutputValue: `${url()}/` },
            { OutputKey: 'ClusterId', OutputValue: clusterId },
            { OutputKey: 'ClusterName', OutputValue: 'cluster' },
          ],
        },
      ],
    }),
    ListStackResources: () => ({
      StackResourceSummaries: [
        resource('AWS::SQS::Queue', 'DeadLettersStream1', 'https://sqs/1/stream-dlq'),
        resource('AWS::SQS::Queue', 'SomethingElse', 'https://sqs/1/full'),
        resource('AWS::CloudWatch::Alarm', 'A', 'alarm-1'),
        resource('AWS::Logs::LogGroup', 'L', '/finite/pods'),
      ],
    }),
    DescribeClusters: () => ({
      clusters: [{ status: 'ACTIVE', capacityProviders: ['FARGATE', 'FARGATE_SPOT'], runningTasksCount: 1 }],
    }),
    ListServiceQuotas: () => ({ Quotas: [{ QuotaName: 'vCPU', QuotaCode: 'L-1', Value: 100 }] }),
    GetQueueAttributes: ({ QueueUrl }: { QueueUrl: string }) => ({
      Attributes: { ApproximateNumberOfMessages: QueueUrl.endsWith('full') ? '7' : '0' },
    }),
    DescribeAlarms: () => ({ MetricAlarms: [] }),
    DescribeLogGroups: () => ({
      logGroups: [{ logGroupName: '/finite/pods-of-others' }, { logGroupName: '/finite/pods', retentionInDays: 30 }],
    }),
  });
  const look = (answers: FakeAnswers = {}, credentials = admin): Promise<readonly Finding[]> => {
    const all = { ...well(), ...answers };
    const clients = {
      cloudFormation: fakeClient<CloudFormationClient>(all),
      ecs: fakeClient<ECSClient>(all),
      sqs: fakeClient<SQSClient>(all),
      cloudWatch: fakeClient<CloudWatchClient>(all),
      logs: fakeClient<CloudWatchLogsClient>(all),
      quotas: fakeClient<ServiceQuotasClient>(all),
    };
    return examine(clients, { stack: 'finite', region, credentials }, new Date());
  };
  const finding = async (subject: string, ...how: Parameters<typeof look>): Promise<Finding | undefined> =>
    (await look(...how)).find((each) => each.subject === subject);

  it('finds nothing wrong with what is well', async () => {
    const findings = await look();
    expect(findings).toEqual([
      { subject: 'credentials', verdict: 'ok', text: keys.AKIDADMIN.arn },
      { subject: 'region', verdict: 'ok', text: region },
      { subject: 'stack', verdict: 'ok', text: 'finite is CREATE_COMPLETE' },
      { subject: 'API', verdict: 'ok', text: `${url()} answers 401 without a token, 200 with yours` },
      { subject: 'ECS cluster', verdict: 'ok', text: 'cluster: 1 tasks running, 0 pending' },
      { subject: 'Fargate quotas', verdict: 'ok', text: 'vCPU 100' },
      { subject: 'dead letters', verdict: 'ok', text: '1 queues, all empty' },
      { subject: 'alarms', verdict: 'ok', text: '1 alarms, none rings' },
      { subject: 'logs', verdict: 'ok', text: '1 log groups keep what is written for 30 days' },
    ]);
    expect(isWell(findings)).toBe(true);
  });

  it('looks no further where the credentials are not believed', async () => {
    expect(await look({}, { ...admin, secretAccessKey: 'guess' })).toEqual([
      {
        subject: 'credentials',
        verdict: 'bad',
        text: 'STS answers 403 SignatureDoesNotMatch',
        wayOut: 'log in again (aws sso login), or name another --profile',
      },
    ]);
    await sts.stop();
    expect((await look())[0]).toMatchObject({ verdict: 'bad', wayOut: 'can AWS be reached from here?' });
    sts = await startFakeSts({});
  });

  it('looks no further where there is no stack', async () => {
    const findings = await look({ DescribeStacks: () => ({ Stacks: [] }) });
    expect(findings.map(({ subject }) => subject)).toEqual(['credentials', 'region', 'stack']);
    expect(findings[2]).toMatchObject({ verdict: 'bad', text: expect.stringContaining('there is no stack finite') });
  });

  it.each([
    ['UPDATE_IN_PROGRESS', 'ok'],
    ['UPDATE_COMPLETE', 'ok'],
    ['UPDATE_ROLLBACK_COMPLETE', 'bad'],
    ['UPDATE_ROLLBACK_FAILED', 'bad'],
    ['DELETE_FAILED', 'bad'],
  ])('a stack that is %s is %s', async (StackStatus, verdict) => {
    const { Stacks } = (well()['DescribeStacks'] as () => { Stacks: object[] })();
    const answers = { DescribeStacks: () => ({ Stacks: [{ ...Stacks[0], StackStatus }] }) };
    expect(await finding('stack', answers)).toMatchObject({ verdict });
  });

  describe('tells of an API', () => {
    it('that does not know the identity as an admin', async () => {
      const credentials = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'b' };
      expect(await finding('API', {}, credentials)).toMatchObject({
        verdict: 'bad',
        text: `${url()} knows your identity, which may do nothing there`,
        wayOut: expect.stringContaining('as an admin'),
      });
    });

    it('that does not believe the token', async () => {
      clusterId = 'finite-2';
      expect(await finding('API')).toMatchObject({ verdict: 'bad', text: `${url()} does not believe your token` });
    });

    it('that lets everybody in', async () => {
      fetch = async () => Response.json({ items: [] });
      expect(await finding('API')).toMatchObject({ verdict: 'bad', text: `${url()} lets everybody in` });
    });

    it('that is broken', async () => {
      fetch = async () => new Response('Internal Server Error', { status: 502 });
      expect(await finding('API')).toMatchObject({
        verdict: 'bad',
        text: 'the server answers 502: Internal Server Error',
      });
    });
  });

  it.each<[string, FakeAnswers, string]>([
    ['ECS cluster', { DescribeClusters: () => ({ clusters: [] }) }, 'cluster is not there'],
    ['ECS cluster', { DescribeClusters: () => ({ clusters: [{ status: 'INACTIVE' }] }) }, 'cluster is INACTIVE'],
    [
      'ECS cluster',
      { DescribeClusters: () => ({ clusters: [{ status: 'ACTIVE', capacityProviders: ['FARGATE'] }] }) },
      'cluster has no FARGATE_SPOT',
    ],
    [
      'Fargate quotas',
      {
        ListServiceQuotas: () => ({
          Quotas: [
            { QuotaName: 'rate', QuotaCode: 'L-2', Value: 20 },
            { QuotaName: 'vCPU', QuotaCode: 'L-1', Value: 100, UsageMetric: { MetricNamespace: 'AWS/Usage' } },
          ],
        }),
        GetMetricStatistics: () => ({ Datapoints: [{ Timestamp: new Date(), Maximum: 98 }] }),
      },
      'used up: vCPU 98 of 100',
    ],
    [
      'dead letters',
      { GetQueueAttributes: () => ({ Attributes: { ApproximateNumberOfMessages: '3' } }) },
      '3 in stream-dlq',
    ],
    [
      'alarms',
      { DescribeAlarms: () => ({ MetricAlarms: [{ AlarmName: 'alarm-1', StateReason: 'too many' }] }) },
      'alarm-1 (too many)',
    ],
    ['logs', { DescribeLogGroups: () => ({ logGroups: [{ logGroupName: '/finite/pods' }] }) }, '/finite/pods keep all'],
  ])('tells of %s, and what to do', async (subject, answers, text) => {
    expect(await finding(subject, answers)).toEqual({ subject, verdict: 'bad', text, wayOut: expect.any(String) });
  });

  it('tells what it may not look at, which is not what is wrong', async () => {
    const { DescribeAlarms: _, ...rest } = well();
    const clients = fakeClient<never>(rest);
    const all = {
      cloudFormation: clients,
      ecs: clients,
      sqs: clients,
      cloudWatch: clients,
      logs: clients,
      quotas: clients,
    };
    const findings = await examine(all, { stack: 'finite', region, credentials: admin }, new Date());
    expect(findings.find(({ subject }) => subject === 'alarms')).toEqual({
      subject: 'alarms',
      verdict: 'unknown',
      text: 'User: x is not authorized to perform: DescribeAlarms',
      wayOut: 'the permissions it needs are in docs/aws.md',
    });
    expect(isWell(findings)).toBe(true);
  });

  it('prints a line for each, or JSON', () => {
    const findings: Finding[] = [
      { subject: 'region', verdict: 'ok', text: region },
      { subject: 'alarms', verdict: 'bad', text: 'a', wayOut: 'b' },
    ];
    // oxlint-disable-next-line no-control-regex
    expect(findingsText(findings).replace(/\x1b\[\d+m/g, '')).toBe('ok   region: eu-west-1\nbad  alarms: a; b\n');
    expect(JSON.parse(findingsJson(findings))).toEqual({ findings, isWell: false });
  });
});
