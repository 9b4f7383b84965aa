import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  Stats,
  TreatMissingData,
  type AlarmProps,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { SWEEP_MINUTES } from './events.js';
import { functionErrors, launchQueueAge, MINUTE, type Watched } from './metrics.js';

export interface AlarmsProps extends Watched {
  readonly topic?: ITopic;
}

/** One way to fail. Each has its section, under the same name, in docs/operations.md. */
interface Failure extends Pick<AlarmProps, 'threshold' | 'evaluationPeriods'> {
  readonly name: string;
  readonly what: string;
  readonly metric: IMetric;
  /** True where the alarm is about something that should happen and does not. */
  readonly missing?: boolean;
}

/** An alarm when the metric is at or above its threshold; for what is missing, when it is below. */
export class Alarms extends Construct {
  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const failures = [...stuck(props), ...behind(props), ...failing(this, props)];
    for (const failure of failures) this.alarm(failure, props);
  }

  private alarm({ name, what, metric, missing = false, ...when }: Failure, { clusterId, topic }: AlarmsProps): void {
    const alarm = new Alarm(this, name, {
      ...when,
      alarmName: `${clusterId}-${name}`,
      alarmDescription: `${what} Runbook: docs/operations.md#${name.toLowerCase()}`,
      metric,
      comparisonOperator: missing
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: missing ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (topic === undefined) return;
    alarm.addAlarmAction(new SnsAction(topic));
    alarm.addOkAction(new SnsAction(topic));
  }
}

/** In the queues for longer than two sweeps: the sweep could not make it good. */
function stuck({ deadLetters }: Watched): Failure[] {
  const visible = { period: Duration.minutes(SWEEP_MINUTES), statistic: Stats.MINIMUM };
  const lasting = { threshold: 1, evaluationPeriods: 3 };
  return [
    {
      name: 'StreamDeadLetters',
      what: 'Changes of objects could not be worked on, and the sweep has not made it good.',
      metric: deadLetters.stream.metricApproximateNumberOfMessagesVisible(visible),
      ...lasting,
    },
    {
      name: 'EventDeadLetters',
      what: "States of tasks, or CronJobs' ticks, reached no function, and the sweep has not made it good.",
      metric: deadLetters.events.metricApproximateNumberOfMessagesVisible(visible),
      ...lasting,
    },
  ];
}

function behind({ clusterId, functions }: Watched): Failure[] {
  const age = { period: MINUTE, statistic: Stats.MAXIMUM };
  // Milliseconds. Half a minute of retries is no news; three of them are.
  const late = { threshold: 60_000, evaluationPeriods: 3 };
  return [
    {
      name: 'ReconcileBehind',
      what: 'Changes wait for a minute and longer until a controller looks at them.',
      metric: functions.reconcile.metric('IteratorAge', age),
      ...late,
    },
    {
      name: 'LaunchBehind',
      what: 'New pods wait for a minute and longer until the launcher looks at them.',
      metric: functions.launch.metric('IteratorAge', age),
      ...late,
    },
    {
      name: 'LaunchQueueLong',
      what: 'A pod has waited for half an hour for quota or capacity.',
      metric: launchQueueAge(clusterId),
      threshold: 1800,
      evaluationPeriods: 3,
    },
  ];
}

function failing(scope: Construct, { clusterId, functions, machine, logGroup }: Watched): Failure[] {
  const sums = { period: Duration.minutes(5), statistic: Stats.SUM };
  return [
    {
      name: 'ApiFailing',
      what: 'The API answers with errors of its own (5xx).',
      metric: functions.api.metric('Url5xxCount', sums),
      threshold: 5,
      evaluationPeriods: 1,
    },
    {
      name: 'ApiThrottled',
      what: "The API's requests are refused: the account's concurrent executions are used up.",
      metric: functions.api.metricThrottles(sums),
      threshold: 5,
      evaluationPeriods: 1,
    },
    {
      name: 'FunctionErrors',
      what: 'Functions log errors.',
      metric: functionErrors(scope, clusterId, logGroup),
      threshold: 5,
      evaluationPeriods: 2,
    },
    {
      name: 'TimersFailing',
      what: 'Waits ended without waking what they were for.',
      metric: machine.metricFailed(sums),
      threshold: 1,
      evaluationPeriods: 1,
    },
    {
      name: 'SweepMissing',
      what: 'Nothing has looked for what was lost.',
      metric: functions.sweep.metricInvocations(sums),
      threshold: 1,
      evaluationPeriods: 3,
      missing: true,
    },
  ];
}
