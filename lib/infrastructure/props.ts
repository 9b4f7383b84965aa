import type { IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import type { Architecture } from 'aws-cdk-lib/aws-lambda';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';

/** What somebody decides who puts finite into an app. */
export interface FiniteProps {
  /** ARNs of the IAM roles and users that may do all. Nobody else can use the API. */
  readonly admins: readonly string[];
  /**
   * The name that access tokens are signed for, and the beginning of the names of log groups: lower-case letters, digits
   * and `-`. One per deployment in an account and region.
   *
   * @default - made from the construct's path
   */
  readonly clusterId?: string;
  /**
   * Where pods run.
   *
   * @default - a VPC of public subnets in two zones, without NAT gateway and without any inbound rule
   */
  readonly vpc?: IVpc;
  /** @default - the private subnets that reach the internet, or, where there are none, the public ones */
  readonly subnets?: SubnetSelection;
  /**
   * Whether pods get a public address. Without one, images and logs are reached through a NAT gateway or VPC endpoints.
   *
   * @default - true in public subnets
   */
  readonly assignPublicIp?: boolean;
  /**
   * Where pods run that do not ask for `finite.dev/capacity`.
   *
   * @default FARGATE
   */
  readonly capacity?: 'FARGATE' | 'FARGATE_SPOT';
  /**
   * Of the pods' logs and the functions'.
   *
   * @default ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
  /**
   * Keeps the table, the bucket and their contents when the stack is destroyed.
   *
   * @default false
   */
  readonly deletionProtection?: boolean;
  /**
   * ARNs (`*` allowed) of the roles that a ServiceAccount may name as `eks.amazonaws.com/role-arn`. Whoever may write
   * ServiceAccounts can act as any of them.
   *
   * @default - none
   */
  readonly allowedTaskRoles?: readonly string[];
  /**
   * Launch quotas that differ from the published ones: `{ FARGATE: { burst: 100, perSecond: 20 } }`.
   *
   * @default - as published
   */
  readonly quotas?: Readonly<Record<string, unknown>>;
  /**
   * The image of the containers that a task has beside its pod's: with a POSIX shell, `tar`, `gzip` and `wget`.
   *
   * @default - busybox from the public registry of ECR
   */
  readonly helperImage?: string;
  /**
   * Alarms, one per way to fail. Ten metrics: CloudWatch's free tier holds as many.
   *
   * @default true
   */
  readonly alarms?: boolean;
  /** Told when an alarm begins and ends. @default - nobody */
  readonly alarmTopic?: ITopic;
  /**
   * A CloudWatch dashboard. The free tier holds three.
   *
   * @default true
   */
  readonly dashboard?: boolean;
  /** Of the functions, not of the pods. @default ARM_64 */
  readonly architecture?: Architecture;
  /** The folder of the functions' code. @default - finite's own */
  readonly functions?: string;
}
