import { Annotations, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Alarms } from './alarms.js';
import { InputBucket } from './bucket.js';
import { PodCluster } from './cluster.js';
import { FiniteDashboard } from './dashboard.js';
import { DeadLetters } from './dead-letters.js';
import { EventRules } from './events.js';
import { apiFunction } from './functions/api.js';
import { cronFunction } from './functions/cron.js';
import type { FiniteFunctions } from './functions/finite-functions.js';
import { launchFunction } from './functions/launch.js';
import { reconcileFunction } from './functions/reconcile.js';
import type { Surroundings } from './functions/settings.js';
import { sweepFunction } from './functions/sweep.js';
import { taskStateFunction } from './functions/task-state.js';
import { timerFunction } from './functions/timer.js';
import { Network } from './network.js';
import { Notifications } from './notifications.js';
import { addOutputs } from './outputs.js';
import type { FiniteProps } from './props.js';
import { Schedules } from './schedules.js';
import { ObjectTable } from './table.js';
import { Timers } from './timers.js';

const CLUSTER_ID = /^[a-z][a-z0-9-]{0,39}$/;

/** Kubernetes Jobs and CronJobs on Fargate: one deployment, for a stack of its own or in somebody's app. */
export class Finite extends Construct {
  readonly clusterId: string;
  readonly apiUrl: string;
  readonly table: Table;
  readonly bucket: Bucket;
  readonly network: Network;
  readonly pods: PodCluster;
  /** Where Jobs' life-cycle events are put: rules of one's own go here. */
  readonly bus: EventBus;
  readonly scheduleGroupName: string;
  readonly functionLogs: LogGroup;
  readonly functions: FiniteFunctions;
  readonly deadLetters: DeadLetters;

  constructor(scope: Construct, id: string, props: FiniteProps) {
    super(scope, id);
    if (props.admins.length === 0) {
      Annotations.of(this).addError('nobody could use it: `admins` names no IAM role or user');
    }
    this.clusterId = props.clusterId ?? defaultClusterId(this);
    if (!CLUSTER_ID.test(this.clusterId)) throw new Error(`clusterId ${this.clusterId} does not match ${CLUSTER_ID}`);
    const logRetention = props.logRetention ?? RetentionDays.ONE_MONTH;
    const kept = { deletionProtection: props.deletionProtection ?? false };
    this.table = new ObjectTable(this, 'Objects', kept).table;
    this.bucket = new InputBucket(this, 'Inputs', kept).bucket;
    this.network = new Network(this, 'Network', props);
    const { clusterId, bucket } = this;
    this.pods = new PodCluster(this, 'Pods', { clusterId, vpc: this.network.vpc, bucket, logRetention });
    this.functionLogs = new LogGroup(this, 'FunctionLogs', {
      logGroupName: `/finite/${clusterId}/functions`,
      retention: logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const notifications = new Notifications(this, 'Notifications');
    this.bus = notifications.bus;
    this.deadLetters = new DeadLetters(this, 'DeadLetters');
    const timers = new Timers(this, 'Timers');
    const { functions, apiUrl, schedules } = this.makeFunctions({ ...this.common(props), notifications, timers });
    this.functions = functions;
    this.apiUrl = apiUrl;
    this.scheduleGroupName = schedules.groupName;
    const machine = timers.machine(functions.timer);
    new EventRules(this, 'Events', { ...functions, pods: this.pods, deadLetters: this.deadLetters });
    const watched = { clusterId, functions, machine, deadLetters: this.deadLetters, logGroup: this.functionLogs };
    if (props.alarms ?? true) new Alarms(this, 'Alarms', { ...watched, topic: props.alarmTopic });
    if (props.dashboard ?? true) new FiniteDashboard(this, 'Dashboard', { ...watched, table: this.table });
    addOutputs(this);
  }

  private common(props: FiniteProps): Omit<Surroundings, 'notifications' | 'timers'> {
    const { clusterId, table, bucket, network, pods, deadLetters } = this;
    const settings = { logGroup: this.functionLogs, architecture: props.architecture, folder: props.functions };
    return { clusterId, props, settings, table, bucket, network, pods, deadLetters };
  }

  private makeFunctions(around: Surroundings): { functions: FiniteFunctions; apiUrl: string; schedules: Schedules } {
    const { api, url } = apiFunction(this, around);
    const cron = cronFunction(this, around);
    const schedules = new Schedules(this, 'Schedules', cron, this.deadLetters.events);
    const withSchedules = { ...around, schedules, cronFunctionArn: cron.functionArn };
    const functions = {
      api,
      reconcile: reconcileFunction(this, withSchedules),
      launch: launchFunction(this, around),
      taskState: taskStateFunction(this, around),
      timer: timerFunction(this, around),
      cron,
      sweep: sweepFunction(this, withSchedules),
    };
    return { functions, apiUrl: url.url, schedules };
  }
}

/** Unique in an account and region, as the stack's name is. */
function defaultClusterId(construct: Construct): string {
  return Names.uniqueResourceName(construct, { maxLength: 40, separator: '-' }).toLowerCase();
}
