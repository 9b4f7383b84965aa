import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Cluster, ContainerInsights, type CfnCluster } from 'aws-cdk-lib/aws-ecs';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { accept } from './nag.js';

export interface PodClusterProps {
  readonly clusterId: string;
  readonly vpc: IVpc;
  readonly bucket: Bucket;
  readonly logRetention: RetentionDays;
}

/** The ECS cluster, and what a pod's task runs as. */
export class PodCluster extends Construct {
  readonly cluster: Cluster;
  /** Of the pods' output. */
  readonly logGroup: LogGroup;
  /** Fetches images and writes logs, before and beside the containers. */
  readonly executionRole: Role;
  /** What the containers themselves may do when their ServiceAccount names no role: nothing. */
  readonly taskRole: Role;

  constructor(scope: Construct, id: string, props: PodClusterProps) {
    super(scope, id);
    this.cluster = new Cluster(this, 'Cluster', { vpc: props.vpc, containerInsightsV2: ContainerInsights.DISABLED });
    // The property of the cluster itself: the resource that associates providers can only be deleted when no task runs.
    (this.cluster.node.defaultChild as CfnCluster).capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
    accept(this.cluster, {
      rule: 'ECS4',
      reason:
        'Container Insights is paid per task and metric; pods have their states, and the account setting can switch it on.',
    });
    this.logGroup = new LogGroup(this, 'Logs', {
      logGroupName: `/finite/${props.clusterId}/pods`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.taskRole = new Role(this, 'TaskRole', {
      assumedBy: tasksOf(this.cluster),
      description: 'Pods without a role of their own: may do nothing',
    });
    this.executionRole = this.makeExecutionRole(props.bucket);
  }

  /** Of the tasks that run or have run in the cluster. */
  get taskArns(): string {
    return Stack.of(this).formatArn({
      service: 'ecs',
      resource: 'task',
      resourceName: `${this.cluster.clusterName}/*`,
    });
  }

  private makeExecutionRole(bucket: Bucket): Role {
    const role = new Role(this, 'ExecutionRole', {
      assumedBy: tasksOf(this.cluster),
      description: 'Starts the tasks of pods: images, variables, logs',
    });
    this.logGroup.grantWrite(role);
    role.addToPolicy(new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    role.addToPolicy(
      new PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: [Stack.of(this).formatArn({ service: 'ecr', resource: 'repository', resourceName: '*' })],
      }),
    );
    // Files of variables, that ECS reads before it starts the containers.
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [bucket.arnForObjects('*')] }));
    role.addToPolicy(new PolicyStatement({ actions: ['s3:GetBucketLocation'], resources: [bucket.bucketArn] }));
    accept(role, {
      rule: 'IAM5',
      reason:
        "ecr:GetAuthorizationToken knows no resource; a pod may name any image of the account's repositories; inputs are objects of this deployment's own bucket, named after their contents.",
    });
    return role;
  }
}

/** Only for tasks of this account: another's cannot make ECS take the role on their behalf. */
function tasksOf(scope: Construct): ServicePrincipal {
  const { account } = Stack.of(scope);
  return new ServicePrincipal('ecs-tasks.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': account } },
  });
}
