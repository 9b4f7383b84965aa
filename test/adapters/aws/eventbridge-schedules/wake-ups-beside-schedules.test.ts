import { describe, expect, it } from 'vitest';
import { WakeUpsBesideSchedules } from '../../../../lib/adapters/aws/eventbridge-schedules/wake-ups-beside-schedules.js';
import { MemoryStore } from '../../../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import type { CronSchedules } from '../../../../lib/ports/cron-schedules.js';
import type { WakeUp } from '../../../../lib/ports/wake-ups.js';
import { cronJobOf } from '../../../support/schedule-mapping.js';

/** Comes at 1000 only. */
const schedules: CronSchedules = {
  ensure: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  wakesAt: (_, atMs) => Promise.resolve(atMs === 1000),
};

describe('wake-ups beside schedules', () => {
  it('are those that no schedule brings', async () => {
    const store = new MemoryStore(new VirtualClock());
    const cronJob = cronJobOf('0 3 * * *') as unknown as KubeObject;
    await store.create({ resource: 'cronjobs', namespace: 'default', name: 'nightly' }, cronJob);
    const ensured: WakeUp[] = [];
    const timers = { ensure: (wakeUps: readonly WakeUp[]) => Promise.resolve(void ensured.push(...wakeUps)) };
    const nightly = { controller: 'cronjob', key: 'default/nightly' };
    const others = [
      { ...nightly, atMs: 2000 },
      { controller: 'cronjob', key: 'default/gone', atMs: 1000 },
      { controller: 'job', key: 'default/nightly', atMs: 1000 },
    ];
    await new WakeUpsBesideSchedules(store, schedules, timers).ensure([{ ...nightly, atMs: 1000 }, ...others]);
    expect(ensured).toEqual(others);
  });
});
