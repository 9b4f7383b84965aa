import { beforeEach, describe, expect, it } from 'vitest';
import { LaunchQueueAge } from '../../../../lib/adapters/aws/launch/launch-queue-age.js';
import type { CapacityProvider } from '../../../../lib/adapters/aws/launch/launch-budget.js';
import { sortKey } from '../../../../lib/adapters/aws/launch/waiting-pods.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { MemoryLaunchTable } from '../../../support/launch/memory-launch-table.js';

const NOW = Date.UTC(2026, 0, 1);

describe('the age of the launch queue', () => {
  let table: MemoryLaunchTable;
  let age: LaunchQueueAge;
  const lines: string[] = [];

  const wait = (provider: CapacityProvider, tag: number, seconds: number) =>
    table.put({
      provider,
      key: sortKey(tag, NOW, `${tag}`),
      tag,
      job: 'job',
      sinceMs: NOW - seconds * 1000,
      pods: ['default/p'],
    });

  beforeEach(() => {
    table = new MemoryLaunchTable();
    lines.length = 0;
    const write = (line: string) => void lines.push(line);
    age = new LaunchQueueAge({ table, clock: new VirtualClock(NOW), clusterId: 'finite', write });
  });

  it('is that of the pod that has waited longest, of whichever provider, however often it was queued again', async () => {
    await wait('FARGATE', 1, 3);
    await wait('FARGATE_SPOT', 7, 1900);
    await wait('FARGATE_SPOT', 6, 20);
    await age.tell();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/\n$/);
    expect(JSON.parse(lines[0]!)).toEqual({
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          {
            Namespace: 'Finite',
            Dimensions: [['ClusterId']],
            Metrics: [{ Name: 'LaunchQueueAge', Unit: 'Seconds' }],
          },
        ],
      },
      ClusterId: 'finite',
      LaunchQueueAge: 1900,
    });
  });

  it('is not told while nobody waits', async () => {
    await age.tell();
    expect(lines).toEqual([]);
  });
});
