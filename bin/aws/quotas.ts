import { GetMetricStatisticsCommand, type CloudWatchClient, type Statistic } from '@aws-sdk/client-cloudwatch';
import { ListServiceQuotasCommand, type ServiceQuota, type ServiceQuotasClient } from '@aws-sdk/client-service-quotas';

/** A quota of Fargate. */
export interface Quota {
  readonly name: string;
  /** `L-3032A538`: what a raise is asked for by. */
  readonly code: string;
  readonly value: number;
  /** How much of it is in use, where AWS tells. */
  readonly used?: number;
}

/** So much of a quota is all of it: a task needs a piece in one. */
const FULL_SHARE = 0.95;
/** Usage is told every five minutes; the newest of these is told. */
const USAGE_WINDOW_MS = 15 * 60_000;
const USAGE_PERIOD_SECONDS = 300;

export function isFull({ value, used }: Quota): boolean {
  return used !== undefined && used >= value * FULL_SHARE;
}

/** All quotas of Fargate in the region; without usage where CloudWatch may not be asked. */
export async function fargateQuotas(
  clients: {
    readonly quotas: Pick<ServiceQuotasClient, 'send'>;
    readonly cloudWatch: Pick<CloudWatchClient, 'send'>;
  },
  now: Date,
): Promise<readonly Quota[]> {
  const found: ServiceQuota[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.quotas.send(new ListServiceQuotasCommand({ ServiceCode: 'fargate', NextToken }));
    found.push(...(page.Quotas ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return Promise.all(
    found.map(async (quota) => {
      // The quota is worth telling without it.
      const used = await usage(clients.cloudWatch, quota, now).catch(() => undefined);
      const { QuotaName: name = '', QuotaCode: code = '', Value: value = 0 } = quota;
      return { name, code, value, ...(used !== undefined && { used }) };
    }),
  );
}

async function usage(
  cloudWatch: Pick<CloudWatchClient, 'send'>,
  { UsageMetric: metric }: ServiceQuota,
  now: Date,
): Promise<number | undefined> {
  if (metric?.MetricNamespace === undefined) return undefined;
  const statistic = (metric.MetricStatisticRecommendation ?? 'Maximum') as Statistic;
  const { Datapoints = [] } = await cloudWatch.send(
    new GetMetricStatisticsCommand({
      Namespace: metric.MetricNamespace,
      MetricName: metric.MetricName,
      Dimensions: Object.entries(metric.MetricDimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      StartTime: new Date(now.getTime() - USAGE_WINDOW_MS),
      EndTime: now,
      Period: USAGE_PERIOD_SECONDS,
      Statistics: [statistic],
    }),
  );
  const newest = Datapoints.toSorted((a, b) => Number(b.Timestamp) - Number(a.Timestamp))[0];
  return newest?.[statistic as 'Maximum'];
}
