import { DescribeAlarmsCommand, type CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeLogGroupsCommand, type CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeClustersCommand, type ECSClient } from '@aws-sdk/client-ecs';
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { StackResource } from '../stack.js';
import type { Finding } from './finding.js';

type Found = Omit<Finding, 'subject'>;
type Client<C extends { send: unknown }> = Pick<C, 'send'>;

export async function examineCluster(ecs: Client<ECSClient>, name: string | undefined): Promise<Found> {
  if (name === undefined)
    return { verdict: 'bad', text: 'the stack has no output ClusterName', wayOut: 'deploy it again' };
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [name] }));
  const [cluster] = clusters;
  if (cluster?.status !== 'ACTIVE') {
    return { verdict: 'bad', text: `${name} is ${cluster?.status ?? 'not there'}`, wayOut: 'deploy the stack again' };
  }
  const lacking = ['FARGATE', 'FARGATE_SPOT'].filter((provider) => !cluster.capacityProviders?.includes(provider));
  if (lacking.length > 0) {
    return { verdict: 'bad', text: `${name} has no ${lacking.join(' and no ')}`, wayOut: 'deploy the stack again' };
  }
  const { runningTasksCount = 0, pendingTasksCount = 0 } = cluster;
  return { verdict: 'ok', text: `${name}: ${runningTasksCount} tasks running, ${pendingTasksCount} pending` };
}

/** Queues of the stack that are called so: a stack of somebody's own may have others, which may well be full. */
export async function examineDeadLetters(sqs: Client<SQSClient>, resources: readonly StackResource[]): Promise<Found> {
  const queues = resources.filter(({ type, logicalId }) => type === 'AWS::SQS::Queue' && /DeadLetter/i.test(logicalId));
  const counts = await Promise.all(
    queues.map(async ({ physicalId }) => {
      const query = { QueueUrl: physicalId, AttributeNames: ['ApproximateNumberOfMessages' as const] };
      const { Attributes } = await sqs.send(new GetQueueAttributesCommand(query));
      return { name: physicalId.split('/').at(-1), count: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0) };
    }),
  );
  const full = counts.filter(({ count }) => count > 0);
  if (full.length === 0) return { verdict: 'ok', text: `${counts.length} queues, all empty` };
  const text = full.map(({ name, count }) => `${count} in ${name}`).join(', ');
  return { verdict: 'bad', text, wayOut: 'the sweep tries them again; docs/operations.md says how to read them' };
}

/** DescribeAlarms takes so many names at once. */
const ALARMS_PER_CALL = 100;

export async function examineAlarms(
  cloudWatch: Client<CloudWatchClient>,
  resources: readonly StackResource[],
): Promise<Found> {
  const names = physicalIds(resources, 'AWS::CloudWatch::Alarm');
  const ringing: string[] = [];
  for (let start = 0; start < names.length; start += ALARMS_PER_CALL) {
    const AlarmNames = names.slice(start, start + ALARMS_PER_CALL);
    const query = { AlarmNames, StateValue: 'ALARM' as const, MaxRecords: ALARMS_PER_CALL };
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand(query));
    ringing.push(
      ...MetricAlarms.map(({ AlarmName, StateReason }) => `${AlarmName} (${StateReason ?? 'no reason given'})`),
    );
  }
  if (ringing.length === 0) return { verdict: 'ok', text: `${names.length} alarms, none rings` };
  return { verdict: 'bad', text: ringing.join(', '), wayOut: 'docs/operations.md has a section for each' };
}

export async function examineLogs(
  logs: Client<CloudWatchLogsClient>,
  resources: readonly StackResource[],
): Promise<Found> {
  const names = physicalIds(resources, 'AWS::Logs::LogGroup');
  const retentions = await Promise.all(names.map(async (name) => ({ name, days: await retentionDays(logs, name) })));
  const endless = retentions.filter(({ days }) => days === undefined).map(({ name }) => name);
  if (endless.length > 0) {
    const wayOut = 'their cost grows for ever: set logRetention and deploy, or aws logs put-retention-policy';
    return { verdict: 'bad', text: `${endless.join(', ')} keep all`, wayOut };
  }
  const days = [...new Set(retentions.map((retention) => retention.days))].toSorted((a, b) => a! - b!);
  return {
    verdict: 'ok',
    text: `${names.length} log groups keep what is written for ${days.join(' or ') || '0'} days`,
  };
}

/** Undefined: for ever. */
async function retentionDays(logs: Client<CloudWatchLogsClient>, name: string): Promise<number | undefined> {
  // The prefix may be another's too, whose name is longer.
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
  return logGroups.find(({ logGroupName }) => logGroupName === name)?.retentionInDays;
}

function physicalIds(resources: readonly StackResource[], wanted: string): readonly string[] {
  return resources.filter(({ type }) => type === wanted).map(({ physicalId }) => physicalId);
}
