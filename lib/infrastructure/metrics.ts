import { Duration } from 'aws-cdk-lib';
import { Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, MetricFilter, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { METRICS } from '../adapters/aws/names.js';
import type { DeadLetters } from './dead-letters.js';
import type { FiniteFunctions } from './functions/finite-functions.js';

/** What alarms and the dashboard look at. */
export interface Watched {
  readonly clusterId: string;
  readonly functions: FiniteFunctions;
  readonly machine: StateMachine;
  readonly deadLetters: DeadLetters;
  readonly logGroup: LogGroup;
}

export const MINUTE = Duration.minutes(1);

/** Seconds that the pod waits that waits longest to be launched. */
export function launchQueueAge(clusterId: string): Metric {
  return new Metric({
    namespace: METRICS.namespace,
    metricName: METRICS.launchQueueAge,
    dimensionsMap: { [METRICS.dimension]: clusterId },
    statistic: Stats.MAXIMUM,
    period: MINUTE,
  });
}

/**
 * Errors of all functions as one metric, from their log: what they log as errors, what nobody caught, and what the
 * platform ended (timeouts, memory). Paid only in hours in which there are any.
 */
export function functionErrors(scope: Construct, clusterId: string, logGroup: LogGroup): Metric {
  const filter = new MetricFilter(scope, 'ErrorLines', {
    logGroup,
    metricNamespace: `${METRICS.namespace}/${clusterId}`,
    metricName: 'FunctionErrors',
    metricValue: '1',
    filterPattern: FilterPattern.any(
      FilterPattern.stringValue('$.level', '=', 'ERROR'),
      FilterPattern.stringValue('$.level', '=', 'FATAL'),
      FilterPattern.stringValue('$.record.status', '=', 'timeout'),
      FilterPattern.stringValue('$.record.status', '=', 'error'),
    ),
  });
  return filter.metric({ statistic: Stats.SUM, period: Duration.minutes(5) });
}
