import { describe, expect, it } from 'vitest';
import { CronJobWorld } from './cronjob-world.js';

function skipEventsOf(world: CronJobWorld): readonly string[] {
  return world.events
    .filter(({ reason }) => reason === 'SkippedTick')
    .map(({ type, message }) => `${type}: ${message}`);
}

describe('a skipped tick', () => {
  it('is told as an event, once, where the CronJob uses an annotation of finite', () => {
    const world = new CronJobWorld({ 'finite.dev/catch-up': 'latest' });
    world.outageUntil('2030-01-01T00:03:10Z');
    world.runUntil('2030-01-01T00:04:10Z');
    expect(skipEventsOf(world)).toEqual([
      'Warning: Skipped 2030-01-01T00:01:00Z: it was missed, and is not started late',
      'Warning: Skipped 2030-01-01T00:02:00Z: it was missed, and is not started late',
    ]);
  });

  it('is nothing to warn of where it was asked for', () => {
    const world = new CronJobWorld({ 'finite.dev/jitter': '0' }, { concurrencyPolicy: 'Replace' });
    world.runUntil('2030-01-01T00:02:10Z');
    expect(skipEventsOf(world)).toEqual([
      'Normal: Skipped 2030-01-01T00:01:00Z: its Job was replaced by that of the next tick, as concurrencyPolicy is Replace',
    ]);
  });

  it('is no event of an ordinary CronJob: Kubernetes has none', () => {
    const world = new CronJobWorld({});
    world.outageUntil('2030-01-01T00:03:10Z');
    expect(world.skipped).toHaveLength(2);
    expect(skipEventsOf(world)).toEqual([]);
  });
});
