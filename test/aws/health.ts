import {
  CloudFormationClient,
  GetTemplateCommand,
  UpdateStackCommand,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueUrlCommand, PurgeQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { beforeAll, expect, it } from 'vitest';
import type { Finding } from '../../bin/aws/doctor/finding.js';
import type { AwsStatus } from '../../bin/aws/status/status.js';
import { listResources } from '../../bin/aws/stack.js';
import { NO_CAPACITY } from '../support/ecs/launches.js';
import { eventually } from '../support/eventually.js';
import { finiteOnAws, runFinite } from './finite-on-aws.js';
import { atOnce, Namespace, shellJob } from './kubectl-on-aws.js';
import { hasModel } from './place.js';
import type { World } from './world.js';

/** What `finite aws status` and `finite aws doctor` say of the deployed stack. */
export function describeHealth(deployed: () => World): void {
  let world: World;
  beforeAll(() => {
    world = deployed();
  });

  const status = async (): Promise<AwsStatus> =>
    JSON.parse(await runFinite(world, 'status', '--output', 'json')) as AwsStatus;

  const doctor = async (): Promise<{ readonly code: number; readonly findings: readonly Finding[] }> => {
    const { code, stdout } = await finiteOnAws(world, 'doctor', '--output', 'json');
    return { code, findings: (JSON.parse(stdout) as { readonly findings: readonly Finding[] }).findings };
  };

  const findingOn = async (subject: string): Promise<Finding & { readonly code: number }> => {
    const { code, findings } = await doctor();
    return { code, ...findings.find((each) => each.subject === subject)! };
  };

  it('finds a stack that is well', async () => {
    const { code, findings } = await doctor();
    const verdicts = Object.fromEntries(findings.map(({ subject, verdict }) => [subject, verdict]));
    expect({ code, verdicts }, JSON.stringify(findings)).toEqual({
      code: 0,
      verdicts: {
        credentials: 'ok',
        region: 'ok',
        stack: 'ok',
        API: 'ok',
        'ECS cluster': 'ok',
        // Emulators know no Service Quotas.
        'Fargate quotas': world.place.kind === 'account' ? 'ok' : 'unknown',
        'dead letters': 'ok',
        alarms: 'ok',
        logs: 'ok',
      },
    });
    const { stdout } = await finiteOnAws(world, 'doctor');
    expect(stdout).toContain(`ok   credentials: ${world.place.identity}\n`);
    expect(stdout).toMatch(/^ok {3}API: https:.* answers 401 without a token, 200 with yours$/m);
    expect(stdout).toMatch(/^ok {3}dead letters: 2 queues, all empty$/m);
    expect(stdout).toMatch(/^ok {3}logs: 2 log groups keep what is written for 30 days$/m);
    if (world.place.kind === 'account') return;
    expect(stdout).toMatch(
      /^\? {4}Fargate quotas: answered with HTTP \d+ and no reason, as by an endpoint that lacks/m,
    );
  });

  it('tells what runs, what comes next, and what is not known', async () => {
    const here = await Namespace.create(world, 'told-of');
    await here.create(shellJob('rests', 'sleep 1000', { activeDeadlineSeconds: 3600 }, atOnce));
    await here.ok('create', 'cronjob', 'yearly', '--image=busybox:1.36', '--schedule=0 0 1 1 *', '--', 'true');
    await here.untilRunning('rests', 1);
    const text = await eventually('a task runs and a wake-up waits', async () => {
      const said = await runFinite(world, 'status');
      return /^Tasks +[1-9]/m.test(said) && /^Wake-ups +\d+ pending/m.test(said) ? said : undefined;
    });
    expect(text).toMatch(/^Stack +finite[\w-]* in [\w-]+, (?:CREATE|UPDATE)_COMPLETE, https:/);
    expect(text).toMatch(/^Jobs +[1-9]\d* active, \d+ suspended, \d+ complete, \d+ failed$/m);
    expect(text).toMatch(/^Pods .*\b1 Running$/m);
    expect(text).toMatch(/told-of\/yearly \(0 0 1 1 \*\): next \d{4}-01-01T00:00:00.000Z$/m);
    expect(text).toMatch(/^Wake-ups +\d+ pending, next .* for (?:cron)?job-/m);
    if (world.place.kind !== 'account') {
      expect(text).toMatch(/^Quotas +not known: answered with HTTP \d+ and no reason/m);
    }
    const { wakeUps, cronJobs, tasks } = await status();
    expect(wakeUps).toMatchObject({
      found: { pending: expect.arrayContaining([expect.objectContaining({ name: 'job-told-of-rests' })]), more: false },
    });
    expect(cronJobs).toMatchObject([{ cronJob: 'told-of/yearly', active: 0 }]);
    expect(tasks).toEqual({ found: { running: 1, pending: 0 } });
    await here.ok('delete', 'job/rests', 'cronjob/yearly');
    await eventually('its pod has gone', async () => ((await here.pods('rests')).length === 0 ? true : undefined));
  });

  it.skipIf(!hasModel())('tells of pods that wait for their launch, and why', async () => {
    const here = await Namespace.create(world, 'waiting');
    const { ecs } = world.place.ecs!;
    ecs.capacity = () => NO_CAPACITY;
    await here.create(shellJob('waits', 'true', { completions: 3, parallelism: 3 }));
    const why = ({ reason }: { readonly reason: string }): boolean => reason === 'CapacityUnavailable';
    const { pods } = await eventually('status tells of three', async () => {
      const said = await status();
      return said.pods.waiting.find(why)?.pods === 3 ? said : undefined;
    });
    expect(pods.phases).toEqual({ Pending: 3 });
    expect(pods.waiting).toMatchObject([{ pods: 3, example: expect.stringMatching(/^waiting\/waits-/) }]);
    expect(pods.waiting[0]!.message).toContain(NO_CAPACITY);
    const text = await runFinite(world, 'status');
    expect(text).toMatch(/3 pods, such as waiting\/waits-\w+: CapacityUnavailable: /);
    expect(text).toMatch(/^Quotas +AWS has no room, or the vCPU quota is used up: 3 pods wait$/m);
    // Nothing is broken: doctor does not say so.
    expect((await doctor()).code).toBe(0);
    ecs.capacity = () => undefined;
    expect((await here.until('waits', 'Complete')).status.succeeded).toBe(3);
  });

  it('finds what lies in a dead-letter queue', async () => {
    const sqs = new SQSClient(world.place.client);
    const cloudFormation = new CloudFormationClient(world.place.client);
    const queue = (await listResources(cloudFormation, world.stack)).find(
      ({ type, logicalId }) => type === 'AWS::SQS::Queue' && /Event/.test(logicalId),
    )!;
    // The name of the emulator's host is not always the one that it was asked by.
    const QueueName = queue.physicalId.split('/').at(-1)!;
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
    const found = await eventually('doctor finds it', async () => {
      // Again, where a sweep has taken it out.
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{}' }));
      const finding = await findingOn('dead letters');
      return finding.verdict === 'bad' ? finding : undefined;
    });
    expect(found).toMatchObject({ code: 1, text: expect.stringMatching(/^\d+ in \S+$/) });
    expect(found.wayOut).toContain('docs/operations.md');
    await sqs.send(new PurgeQueueCommand({ QueueUrl }));
    expect(
      await eventually('it is empty', async () => {
        const finding = await findingOn('dead letters');
        return finding.verdict === 'ok' ? finding.code : undefined;
      }),
    ).toBe(0);
    sqs.destroy();
    cloudFormation.destroy();
  });

  // On AWS the stack has alarms of its own; how CloudWatch sets them off is not ours to test with somebody's money.
  it.skipIf(!hasModel())('finds an alarm that rings', async () => {
    await addAlarm(world, 'finite-rings');
    expect(await findingOn('alarms')).toMatchObject({ verdict: 'ok', text: '1 alarms, none rings' });
    const cloudWatch = new CloudWatchClient(world.place.client);
    const state = { AlarmName: 'finite-rings', StateValue: 'ALARM', StateReason: 'one was too many' } as const;
    await cloudWatch.send(new SetAlarmStateCommand(state));
    expect(await findingOn('alarms')).toEqual({
      code: 1,
      subject: 'alarms',
      verdict: 'bad',
      text: 'finite-rings (one was too many)',
      wayOut: 'docs/operations.md has a section for each',
    });
    cloudWatch.destroy();
  });

  it('says where the API cannot be reached, and how it may', async () => {
    const nowhere = ['--server', 'https://127.0.0.1:1'];
    const { code, stdout } = await finiteOnAws(world, 'doctor', ...nowhere);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^bad {2}API: https:\/\/127.0.0.1:1: .*; can it be reached from here\? .* by --server$/m);
    const { stderr } = await finiteOnAws(world, 'status', ...nowhere);
    expect(stderr).toMatch(/^finite: https:\/\/127.0.0.1:1: .*; can it be reached from here\?/);
  });
}

/**
 * The stack's own alarms need metric math, which MiniStack lacks: one of the usual kind is put into the deployed stack.
 * The next deployment takes it out.
 */
async function addAlarm({ place, stack }: World, name: string): Promise<void> {
  const { client, account } = place;
  const cloudFormation = new CloudFormationClient(client);
  const s3 = new S3Client({ ...client, forcePathStyle: true });
  const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName: stack }));
  const template = JSON.parse(TemplateBody) as { readonly Resources: Record<string, object> };
  template.Resources['Rings'] = {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: name,
      Namespace: 'finite',
      MetricName: 'Rings',
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      TreatMissingData: 'ignore',
    },
  };
  const bucket = { Bucket: `cdk-hnb659fds-assets-${account}-${client.region}`, Key: 'rings.json' };
  await s3.send(new PutObjectCommand({ ...bucket, Body: JSON.stringify(template) }));
  const TemplateURL = `${client.endpoint}/${bucket.Bucket}/${bucket.Key}`;
  const Capabilities = ['CAPABILITY_IAM' as const];
  await cloudFormation.send(new UpdateStackCommand({ StackName: stack, TemplateURL, Capabilities }));
  await waitUntilStackUpdateComplete({ client: cloudFormation, maxWaitTime: 60 }, { StackName: stack });
  cloudFormation.destroy();
  s3.destroy();
}
