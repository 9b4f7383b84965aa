import { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { FAMILY_PREFIX } from '../../adapters/aws/names.js';
import { inputsByName, ownLogStreams, readAndWriteInputs, readAndWriteObjects } from '../grants.js';
import type { Accepted } from '../nag.js';
import type { FiniteFunctionProps } from './finite-function.js';
import type { Surroundings } from './settings.js';

/** Of busybox, from the registry that asks for no account: fills volumes and ends tasks. */
const HELPER_IMAGE = 'public.ecr.aws/docker/library/busybox:1.37';

/** What a function knows and may do that runs the pods' controller on Fargate. */
export function podLauncher(
  around: Surroundings,
): Pick<FiniteFunctionProps, 'environment' | 'statements'> & { readonly accepted: readonly Accepted[] } {
  const { clusterId, props, table, bucket, network, pods, timers } = around;
  return {
    environment: {
      table: table.tableName,
      bucket: bucket.bucketName,
      clusterId,
      cluster: pods.cluster.clusterArn,
      subnets: network.subnets.map(({ subnetId }) => subnetId).join(','),
      securityGroups: network.securityGroup.securityGroupId,
      assignPublicIp: String(network.assignPublicIp),
      executionRole: pods.executionRole.roleArn,
      taskRole: pods.taskRole.roleArn,
      logGroup: pods.logGroup.logGroupName,
      wakeMachine: timers.machineArn,
      capacity: props.capacity ?? 'FARGATE',
      quotas: props.quotas === undefined ? '' : JSON.stringify(props.quotas),
      helperImage: props.helperImage ?? HELPER_IMAGE,
    },
    statements: [
      readAndWriteObjects(table),
      readAndWriteInputs(bucket),
      ...timers.statements(),
      ...ecsStatements(around),
    ],
    accepted: [inputsByName, timers.accepted, ownLogStreams, ...launching],
  };
}

/** Tasks of the cluster, of finite's own task definitions, as the roles that are allowed. */
function ecsStatements({ pods, props }: Surroundings): PolicyStatement[] {
  const stack = Stack.of(pods);
  const definitions = stack.formatArn({
    service: 'ecs',
    resource: 'task-definition',
    resourceName: `${FAMILY_PREFIX}*:*`,
  });
  const inCluster = { ArnEquals: { 'ecs:cluster': pods.cluster.clusterArn } };
  return [
    new PolicyStatement({ actions: ['ecs:RunTask'], resources: [definitions], conditions: inCluster }),
    new PolicyStatement({ actions: ['ecs:StopTask', 'ecs:DescribeTasks'], resources: [pods.taskArns] }),
    // Neither can be narrowed to resources; the first can to the cluster.
    new PolicyStatement({ actions: ['ecs:ListTasks'], resources: ['*'], conditions: inCluster }),
    new PolicyStatement({ actions: ['ecs:DescribeTaskDefinition'], resources: ['*'] }),
    new PolicyStatement({ actions: ['ecs:RegisterTaskDefinition'], resources: [definitions] }),
    new PolicyStatement({
      actions: ['ecs:TagResource'],
      resources: [definitions, pods.taskArns],
      conditions: { StringEquals: { 'ecs:CreateAction': ['RunTask', 'RegisterTaskDefinition'] } },
    }),
    new PolicyStatement({
      actions: ['iam:PassRole'],
      resources: [pods.executionRole.roleArn, pods.taskRole.roleArn, ...(props.allowedTaskRoles ?? [])],
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    }),
  ];
}

const launching: readonly Accepted[] = [
  {
    rule: 'IAM5',
    reason:
      "Task definitions are made at run time, one per pod template, under finite's prefix; tasks are those of this cluster.",
    appliesTo: [{ regex: '/^Resource::arn:.*:ecs:.*:(task-definition/finite-\\*:\\*|task/.*)$/' }],
  },
  {
    rule: 'IAM5',
    reason: 'ecs:ListTasks (limited to the cluster by a condition) and ecs:DescribeTaskDefinition know no resource.',
    appliesTo: ['Resource::*'],
  },
  {
    rule: 'IAM5',
    reason: 'Roles that ServiceAccounts may name, as whoever deploys has allowed them (`allowedTaskRoles`).',
    appliesTo: [{ regex: '/^Resource::arn:aws[a-z-]*:iam::.*:role/.*$/' }],
  },
];
