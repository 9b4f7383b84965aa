import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, Metric, Stats, type IMetric, type IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { launchQueueAge, MINUTE, type Watched } from './metrics.js';

export interface DashboardProps extends Watched {
  readonly table: Table;
}

/** In the order of a Job's way: requests, changes, launches, what it costs, what went wrong. Below 50 metrics. */
export class FiniteDashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new Dashboard(this, 'Dashboard', {
      dashboardName: props.clusterId,
      defaultInterval: Duration.hours(3),
      widgets: [
        [requests(props), requestTimes(props)],
        [delays(props), launches(props)],
        [functionTimes(props), tableUnits(props)],
        [failures(props), timers(props)],
      ],
    });
  }
}

const sum = { statistic: Stats.SUM, period: MINUTE };
const maximum = { statistic: Stats.MAXIMUM, period: MINUTE };

function graph(title: string, left: IMetric[], right: IMetric[] = []): IWidget {
  return new GraphWidget({ title, left, right, width: 12, height: 6 });
}

function requests({ functions: { api } }: DashboardProps): IWidget {
  return graph('API: requests and errors', [
    api.metric('UrlRequestCount', sum),
    api.metric('Url4xxCount', sum),
    api.metric('Url5xxCount', sum),
    api.metricThrottles(sum),
  ]);
}

function requestTimes({ functions: { api } }: DashboardProps): IWidget {
  return graph(
    'API: time to answer (watches last long)',
    [Stats.percentile(50), Stats.percentile(90)].map((statistic) =>
      api.metric('UrlRequestLatency', { statistic, period: MINUTE }),
    ),
    [api.metric('ConcurrentExecutions', maximum)],
  );
}

function delays({ functions }: DashboardProps): IWidget {
  return graph('Changes waiting (ms)', [
    functions.reconcile.metric('IteratorAge', { ...maximum, label: 'for a controller' }),
    functions.launch.metric('IteratorAge', { ...maximum, label: 'for the launcher' }),
  ]);
}

function launches({ clusterId, functions }: DashboardProps): IWidget {
  return graph(
    'Pods waiting, tasks telling',
    [launchQueueAge(clusterId).with({ label: 'longest wait for a launch (s)' })],
    [functions.taskState.metricInvocations({ ...sum, label: 'states of tasks' })],
  );
}

function functionTimes({ functions }: DashboardProps): IWidget {
  const times = Object.entries(functions)
    .filter(([name]) => name !== 'api')
    .map(([name, each]) => each.metricDuration({ statistic: Stats.percentile(99), period: MINUTE, label: name }));
  return graph('Functions: p99 duration', times);
}

function tableUnits({ table }: DashboardProps): IWidget {
  const units = (metricName: string, label: string): Metric =>
    table.metric(metricName, { ...sum, label, dimensionsMap: { TableName: table.tableName } });
  return graph('Table: units', [
    units('ConsumedWriteCapacityUnits', 'writes'),
    units('ConsumedReadCapacityUnits', 'reads'),
  ]);
}

function failures({ functions, deadLetters }: DashboardProps): IWidget {
  return graph(
    'Errors and dead letters',
    Object.entries(functions).map(([name, each]) => each.metricErrors({ ...sum, label: name })),
    [deadLetters.stream, deadLetters.events].map((queue) => queue.metricApproximateNumberOfMessagesVisible(maximum)),
  );
}

function timers({ machine }: DashboardProps): IWidget {
  return graph('Timers', [machine.metricStarted(sum), machine.metricSucceeded(sum), machine.metricFailed(sum)]);
}
