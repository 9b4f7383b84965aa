import { describe, expect, it } from 'vitest';
import { CronJobWorld } from './cronjob-world.js';

const all = { 'finite.dev/catch-up': 'all' };
const ticksOf = ({ starts }: CronJobWorld): readonly string[] => starts.map(({ tick }) => tick);

describe('catch-up: all', () => {
  it('starts every missed tick at once, in order, where Jobs may run together', () => {
    const world = new CronJobWorld(all);
    world.outageUntil('2030-01-01T00:04:10Z');
    expect(ticksOf(world)).toEqual(['00:01:00', '00:02:00', '00:03:00', '00:04:00']);
    expect(world.cronJob.status.lastScheduleTime).toBe('2030-01-01T00:04:00Z');
    expect(world.skipped).toEqual([]);
  });

  it.each(['Forbid', 'Replace'] as const)('starts one after the other with %s', (concurrencyPolicy) => {
    const world = new CronJobWorld(all, { concurrencyPolicy });
    world.outageUntil('2030-01-01T00:03:10Z');
    expect(ticksOf(world)).toEqual(['00:01:00']);
    world.endJobs();
    expect(ticksOf(world)).toEqual(['00:01:00', '00:02:00']);
    world.endJobs();
    expect(ticksOf(world)).toEqual(['00:01:00', '00:02:00', '00:03:00']);
    world.endJobs();
    expect(world.starts).toHaveLength(3);
    expect(world.skipped).toEqual([]);
  });

  it('lets no tick go because a Job runs long', () => {
    const world = new CronJobWorld(all, { concurrencyPolicy: 'Forbid' });
    world.runUntil('2030-01-01T00:03:30Z');
    expect(world.starts).toEqual([{ at: '00:01:00', tick: '00:01:00' }]);
    world.endJobs();
    world.endJobs();
    expect(world.starts.slice(1)).toEqual([
      { at: '00:03:30', tick: '00:02:00' },
      { at: '00:03:30', tick: '00:03:00' },
    ]);
  });

  it('still replaces a Job that runs when the next tick comes', () => {
    const world = new CronJobWorld(all, { concurrencyPolicy: 'Replace' });
    world.runUntil('2030-01-01T00:02:10Z');
    expect(ticksOf(world)).toEqual(['00:01:00', '00:02:00']);
    expect(world.skipped).toEqual(['2030-01-01T00:01:00Z Replaced']);
  });

  it('gives up what is beyond startingDeadlineSeconds', () => {
    const world = new CronJobWorld(all, { startingDeadlineSeconds: 130 });
    world.outageUntil('2030-01-01T00:05:05Z');
    expect(ticksOf(world)).toEqual(['00:03:00', '00:04:00', '00:05:00']);
    expect(world.skipped).toEqual(['2030-01-01T00:01:00Z DeadlineExceeded', '2030-01-01T00:02:00Z DeadlineExceeded']);
  });

  it('gives up everything where all of it is too late', () => {
    const world = new CronJobWorld(all, { startingDeadlineSeconds: 10 });
    world.outageUntil('2030-01-01T00:02:30Z');
    expect(world.starts).toEqual([]);
    expect(world.skipped).toHaveLength(2);
    world.runUntil('2030-01-01T00:03:30Z');
    expect(world.starts).toEqual([{ at: '00:03:00', tick: '00:03:00' }]);
  });

  it('runs what was missed while the CronJob was suspended', () => {
    const world = new CronJobWorld(all, { suspend: true });
    world.runUntil('2030-01-01T00:02:30Z');
    expect(world.starts).toEqual([]);
    world.change({ suspend: false });
    expect(ticksOf(world)).toEqual(['00:01:00', '00:02:00']);
  });

  it('starts a hundred at once after a long outage, and the rest as they end', () => {
    const world = new CronJobWorld(all);
    world.outageUntil('2030-01-01T03:20:00Z');
    expect(world.starts).toHaveLength(100);
    expect(world.events.map(({ reason }) => reason)).not.toContain('TooManyMissedTimes');
    world.endJobs();
    expect(world.starts).toHaveLength(200);
    expect(new Set(ticksOf(world)).size).toBe(200);
  });
});

describe('catch-up: latest', () => {
  it.each([[{}], [{ 'finite.dev/catch-up': 'latest' }]])(
    'with %j starts the newest missed tick only',
    (annotations) => {
      const world = new CronJobWorld(annotations as Record<string, string>);
      world.outageUntil('2030-01-01T00:03:10Z');
      expect(ticksOf(world)).toEqual(['00:03:00']);
      expect(world.skipped).toEqual(['2030-01-01T00:01:00Z Missed', '2030-01-01T00:02:00Z Missed']);
    },
  );
});

describe('catch-up: none', () => {
  const none = { 'finite.dev/catch-up': 'none' };
  const hourly = { schedule: '0 * * * *' };

  it('starts nothing that was missed', () => {
    const world = new CronJobWorld(none, hourly);
    world.outageUntil('2030-01-01T03:01:01Z');
    expect(world.starts).toEqual([]);
    expect(world.skipped.map((text) => text.slice(11))).toEqual([
      '01:00:00Z Missed',
      '02:00:00Z Missed',
      '03:00:00Z Missed',
    ]);
    world.runUntil('2030-01-01T04:00:00Z');
    expect(ticksOf(world)).toEqual(['04:00:00']);
  });

  it('still starts what is less than a minute late', () => {
    const world = new CronJobWorld(none, hourly);
    world.outageUntil('2030-01-01T03:00:59Z');
    expect(ticksOf(world)).toEqual(['03:00:00']);
  });

  it('gives up a tick that another Job held back, and says so', () => {
    const world = new CronJobWorld(none, { ...hourly, concurrencyPolicy: 'Forbid' });
    world.runUntil('2030-01-01T02:30:00Z');
    world.endJobs();
    expect(ticksOf(world)).toEqual(['01:00:00']);
    expect(world.skipped).toEqual(['2030-01-01T02:00:00Z Forbid']);
  });
});
