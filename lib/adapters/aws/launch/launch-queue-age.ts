import type { Clock } from '../../../ports/clock.js';
import { METRICS } from '../names.js';
import { CAPACITY_PROVIDERS } from './launch-budget.js';
import type { LaunchTable } from './launch-table.js';

export interface LaunchQueueAgeParts {
  readonly table: Pick<LaunchTable, 'head'>;
  readonly clock: Clock;
  /** The value of the metric's dimension. */
  readonly clusterId: string;
  /**
   * Takes a line of the function's log as it is: what Lambda wraps in a record of its own, CloudWatch does not take for
   * a metric.
   */
  readonly write: (line: string) => void;
}

/** Of each Job that waits, the pods that wait longest are the next; more Jobs than that share a turn. */
const HEAD_ITEMS = 12;

/**
 * The metric `LaunchQueueAge`: how long the pod has waited for its launch that has waited longest among those whose turn
 * is next. It is a line of the log, in CloudWatch's embedded metric format; while none waits, there is none.
 */
export class LaunchQueueAge {
  constructor(private readonly parts: LaunchQueueAgeParts) {}

  async tell(): Promise<void> {
    const { table, clock, clusterId, write } = this.parts;
    const heads = await Promise.all(CAPACITY_PROVIDERS.map((provider) => table.head(provider, HEAD_ITEMS)));
    const since = heads.flat().map(({ sinceMs }) => sinceMs);
    if (since.length === 0) return;
    const now = clock.now();
    write(`${JSON.stringify(lineOf(clusterId, Math.max(0, now - Math.min(...since)) / 1000, now))}\n`);
  }
}

/** "Embedded metric format specification" in the CloudWatch user guide: `_aws` at the root, values beside it. */
function lineOf(clusterId: string, ageSeconds: number, nowMs: number): object {
  const { namespace, dimension, launchQueueAge } = METRICS;
  const metrics = {
    Namespace: namespace,
    Dimensions: [[dimension]],
    Metrics: [{ Name: launchQueueAge, Unit: 'Seconds' }],
  };
  return {
    _aws: { Timestamp: nowMs, CloudWatchMetrics: [metrics] },
    [dimension]: clusterId,
    [launchQueueAge]: ageSeconds,
  };
}
