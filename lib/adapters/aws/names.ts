/** Names that the deployed stack and the functions in it have to agree on. */

/** The one table. Objects: partition `<resource>/<namespace>`, sort `<name>`. */
export const TABLE = { partitionKey: 'pk', sortKey: 'sk', expires: 'expires' } as const;

/** The functions' environment variables. */
export const ENV = {
  table: 'FINITE_TABLE',
  /** Where what does not fit the table or a task definition lies. */
  bucket: 'FINITE_BUCKET',
  /** The ECS cluster. */
  cluster: 'FINITE_CLUSTER',
  /** Comma-separated. */
  subnets: 'FINITE_SUBNETS',
  /** Comma-separated. */
  securityGroups: 'FINITE_SECURITY_GROUPS',
  /** `true` or `false`. */
  assignPublicIp: 'FINITE_ASSIGN_PUBLIC_IP',
  executionRole: 'FINITE_EXECUTION_ROLE',
  taskRole: 'FINITE_TASK_ROLE',
  /** Of the pods. */
  logGroup: 'FINITE_LOG_GROUP',
  /** Of the Step Functions machine that waits. */
  wakeMachine: 'FINITE_WAKE_MACHINE',
  scheduleGroup: 'FINITE_SCHEDULE_GROUP',
  /** What EventBridge Scheduler calls the cron function as. */
  scheduleRole: 'FINITE_SCHEDULE_ROLE',
  cronFunction: 'FINITE_CRON_FUNCTION',
  /** ARN: where ticks go that EventBridge Scheduler could not deliver. */
  scheduleDeadLetterQueue: 'FINITE_SCHEDULE_DEAD_LETTER_QUEUE',
  eventBus: 'FINITE_EVENT_BUS',
  /** The name that access tokens are signed for. */
  clusterId: 'FINITE_CLUSTER_ID',
  /** JSON: ARNs of the roles and users that may do all. */
  admins: 'FINITE_ADMINS',
  /** JSON: the launch quotas, where they differ from the published ones. */
  quotas: 'FINITE_QUOTAS',
  /** `FARGATE` or `FARGATE_SPOT`: where pods that ask for nothing run. */
  capacity: 'FINITE_CAPACITY',
  /** The image of the containers that a task has beside its pod's. */
  helperImage: 'FINITE_HELPER_IMAGE',
  /** Comma-separated URLs. */
  deadLetterQueues: 'FINITE_DEAD_LETTER_QUEUES',
} as const;

/** Partitions of objects begin with one of these and `/`; the stream tells the functions of no other but wakes. */
export const OBJECT_RESOURCES = [
  'configmaps',
  'cronjobs',
  'events',
  'jobs',
  'namespaces',
  'pods',
  'secrets',
  'serviceaccounts',
] as const;

/** Partitions of the book-keeping that functions with narrow rights write. */
export const PARTITIONS = { wake: 'wake/', timer: 'timer/' } as const;

/** Task definitions are registered under families that begin so. */
export const FAMILY_PREFIX = 'finite-';

/** What the functions measure themselves, in CloudWatch's embedded metric format; one dimension. */
export const METRICS = {
  namespace: 'Finite',
  dimension: 'ClusterId',
  /** Seconds that the longest-waiting pod has waited for its launch; nothing while none waits. */
  launchQueueAge: 'LaunchQueueAge',
} as const;

/**
 * The Step Functions machine (Standard) behind every wake-up, in Amazon States Language: waits until `$.waitUntil`
 * (RFC 3339, whole seconds), then hands its input to the timer function. A function that cannot be called is tried again
 * for about half an hour; after that the sweep finds the execution failed.
 */
export function wakeMachineDefinition(timerFunctionArn: string) {
  return {
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', TimestampPath: '$.waitUntil', Next: 'Wake' },
      Wake: {
        Type: 'Task',
        Resource: timerFunctionArn,
        Retry: [
          {
            ErrorEquals: ['States.ALL'],
            IntervalSeconds: 1,
            BackoffRate: 2,
            MaxDelaySeconds: 300,
            MaxAttempts: 14,
            JitterStrategy: 'FULL',
          },
        ],
        ResultPath: null,
        End: true,
      },
    },
  };
}
