import { describe, expect, it } from 'vitest';
import { CronJobWorld, type Start } from './cronjob-world.js';

const hourly = { schedule: '0 * * * *' };

function secondsLate({ at, tick }: Start): number {
  return (Date.parse(`2030-01-01T${at}Z`) - Date.parse(`2030-01-01T${tick}Z`)) / 1000;
}

function startsOfADay(jitter: string, uid: string, spec: object = hourly): readonly Start[] {
  const world = new CronJobWorld({ 'finite.dev/jitter': jitter }, spec, uid);
  world.runUntil('2030-01-01T23:59:59Z');
  expect(world.skipped).toEqual([]);
  return world.starts;
}

describe('jitter', () => {
  it('starts every Job after its tick, by no more than the duration', () => {
    const starts = startsOfADay('5m', 'a');
    expect(starts).toHaveLength(23);
    const late = starts.map(secondsLate);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThanOrEqual(300);
    expect(new Set(late).size).toBeGreaterThan(15);
  });

  it('is the same whenever it is asked, and another for another CronJob', () => {
    expect(startsOfADay('5m', 'a')).toEqual(startsOfADay('5m', 'a'));
    expect(startsOfADay('5m', 'a')).not.toEqual(startsOfADay('5m', 'b'));
  });

  it('spreads a thousand CronJobs evenly', () => {
    const perMinute = [0, 0, 0, 0, 0];
    for (let i = 0; i < 1000; i++) {
      const world = new CronJobWorld({ 'finite.dev/jitter': '299s' }, hourly, `uid-${i}`);
      world.runUntil('2030-01-01T01:10:00Z');
      const minute = Math.floor(secondsLate(world.starts[0]!) / 60);
      perMinute[minute] = perMinute[minute]! + 1;
    }
    expect(Math.min(...perMinute)).toBeGreaterThan(150);
    expect(Math.max(...perMinute)).toBeLessThan(250);
  });

  it('never moves a Job behind the next tick, so that none is passed over', () => {
    const starts = startsOfADay('1h', 'a', { schedule: '*/10 * * * *' });
    expect(starts).toHaveLength(143);
    const late = starts.map(secondsLate);
    expect(Math.max(...late)).toBeLessThan(600);
    expect(Math.max(...late)).toBeGreaterThan(500);
  });

  it('does not count as being late', () => {
    const starts = startsOfADay('30m', 'a', { ...hourly, startingDeadlineSeconds: 15 });
    expect(starts).toHaveLength(startsOfADay('30m', 'a').length);
  });

  it('is kept through a restart of the controller', () => {
    const world = new CronJobWorld({ 'finite.dev/jitter': '30m' }, hourly);
    const [first] = startsOfADay('30m', 'uid');
    world.outageUntil('2030-01-01T01:00:01Z');
    expect(world.starts).toEqual([]);
    world.runUntil('2030-01-01T01:59:00Z');
    expect(world.starts).toEqual([first]);
  });
});
