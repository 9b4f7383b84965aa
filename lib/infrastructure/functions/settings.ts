import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { PodCluster } from '../cluster.js';
import type { DeadLetters } from '../dead-letters.js';
import type { Network } from '../network.js';
import type { Notifications } from '../notifications.js';
import type { FiniteProps } from '../props.js';
import type { Schedules } from '../schedules.js';
import type { Timers } from '../timers.js';
import type { FunctionSettings } from './finite-function.js';

/** What is there before any function, for them to use. */
export interface Surroundings {
  readonly clusterId: string;
  readonly props: FiniteProps;
  readonly settings: FunctionSettings;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly network: Network;
  readonly pods: PodCluster;
  readonly timers: Timers;
  readonly notifications: Notifications;
  readonly deadLetters: DeadLetters;
}

/** With what CronJobs' schedules need, which need a function themselves. */
export interface WithSchedules extends Surroundings {
  readonly schedules: Schedules;
  readonly cronFunctionArn: string;
}
