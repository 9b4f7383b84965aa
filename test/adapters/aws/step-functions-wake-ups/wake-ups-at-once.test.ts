import { expect, it } from 'vitest';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { WakeUpsAtOnce } from '../../../../lib/adapters/aws/step-functions-wake-ups/wake-ups-at-once.js';
import type { WakeKey, WakeUp } from '../../../../lib/ports/wake-ups.js';

it('what is due is woken, what is not waits', async () => {
  const clock = new VirtualClock(1_000_000);
  const woken: WakeKey[] = [];
  const waiting: WakeUp[] = [];
  const wakeUps = new WakeUpsAtOnce(clock, async (keys) => void woken.push(...keys), {
    ensure: async (later) => void waiting.push(...later),
  });
  await wakeUps.ensure([
    { controller: 'job', key: 'default/past', atMs: 999_000 },
    { controller: 'job', key: 'default/now', atMs: 1_000_000 },
    { controller: 'job', key: 'default/soon', atMs: 1_000_001 },
  ]);
  expect(woken).toEqual([
    { controller: 'job', key: 'default/past' },
    { controller: 'job', key: 'default/now' },
  ]);
  expect(waiting).toEqual([{ controller: 'job', key: 'default/soon', atMs: 1_000_001 }]);
});
