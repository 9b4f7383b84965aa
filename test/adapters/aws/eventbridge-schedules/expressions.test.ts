import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedulerExpressions } from '../../../../lib/adapters/aws/eventbridge-schedules/expressions.js';
import { arbitrarySchedule } from '../../../controllers/cronjob/arbitrary-schedule.js';
import { MappingOracle } from '../../../support/schedule-mapping.js';

function expressionsOf(schedule: string, anchor = '2026-01-01T00:00:00Z'): readonly string[] {
  return schedulerExpressions(schedule, undefined, Date.parse(anchor)).map(({ expression }) => expression);
}

describe('a Kubernetes schedule as EventBridge expressions', () => {
  it.each([
    ['* * * * *', ['cron(* * * * ? *)']],
    ['*/15 * * * *', ['cron(0/15 * * * ? *)']],
    ['7/20 * * * *', ['cron(7/20 * * * ? *)']],
    ['30 6 * * *', ['cron(30 6 * * ? *)']],
    ['0 9-17 * * 1-5', ['cron(0 9-17 ? * 2-6 *)']],
    ['0 0 * * 0', ['cron(0 0 ? * 1 *)']],
    ['0 0 * * sun,SAT', ['cron(0 0 ? * 1,7 *)']],
    ['15 2 1,15 * *', ['cron(15 2 1,15 * ? *)']],
    ['0 12 1 jan-jul *', ['cron(0 12 1 1-7 ? *)']],
    ['0 0 13 * 5', ['cron(0 0 13 * ? *)', 'cron(0 0 ? * 6 *)']],
    ['0 0 */15 * 5', ['cron(0 0 1/15 * ? *)', 'cron(0 0 ? * 6 *)']],
    ['0 0 1-31 * 5', ['cron(0 0 * * ? *)']],
    ['0 0 13 * 0-6', ['cron(0 0 * * ? *)']],
    ['0 0 *,10 * 5', ['cron(0 0 ? * 6 *)']],
    ['0,10,20 * * * *', ['cron(0-0,10,20 * * * ? *)'.replace('0-0', '0')]],
    ['@hourly', ['cron(0 * * * ? *)']],
    ['@daily', ['cron(0 0 * * ? *)']],
    ['@midnight', ['cron(0 0 * * ? *)']],
    ['@weekly', ['cron(0 0 ? * 1 *)']],
    ['@monthly', ['cron(0 0 1 * ? *)']],
    ['@yearly', ['cron(0 0 1 1 ? *)']],
    ['@annually', ['cron(0 0 1 1 ? *)']],
    ['0 0 31 2 *', []],
    ['0 0 30,31 2 *', []],
    ['0 0 31 4,6,9,11 *', []],
    ['0 0 29 2 *', ['cron(0 0 29 2 ? *)']],
    ['0 0 31 2 1', ['cron(0 0 ? 2 2 *)']],
    [', * * * *', []],
    ['0 0 , * 1', ['cron(0 0 ? * 2 *)']],
    ['0 0 * * ,', []],
  ])('%s', (schedule, expected) => {
    expect(expressionsOf(schedule)).toEqual(expected);
  });

  it('is in the zone of the CronJob, UTC without one', () => {
    expect(schedulerExpressions('0 3 * * *', 'Europe/Berlin', 0)).toEqual([
      { expression: 'cron(0 3 * * ? *)', timeZone: 'Europe/Berlin' },
    ]);
    expect(schedulerExpressions('0 3 * * *', null, 0)[0]!.timeZone).toBe('UTC');
  });

  it('is never longer than EventBridge allows', () => {
    // Spans of two with gaps of one make the longest lists.
    const pairs = (first: number, last: number) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i)
        .filter((_, i) => i % 3 !== 2)
        .join(',');
    const longest = expressionsOf(`${pairs(1, 59)} ${pairs(1, 23)} ${pairs(1, 31)} ${pairs(1, 12)} *`)[0]!;
    expect(longest.length).toBeGreaterThan(230);
    expect(longest.length).toBeLessThanOrEqual(256);
  });
});

describe('@every', () => {
  it.each([
    ['1m', '2026-01-01T00:00:00Z', ['cron(* * * * ? *)']],
    ['15m', '2026-01-01T00:07:00Z', ['cron(7/15 * * * ? *)']],
    ['15m', '2026-01-01T00:07:01Z', ['cron(8/15 * * * ? *)']],
    ['1h', '2026-01-01T05:59:30Z', ['cron(0 * * * ? *)']],
    ['6h', '2026-01-01T15:10:00Z', ['cron(10 3/6 * * ? *)']],
    ['24h', '2026-01-01T15:10:00Z', ['cron(10 15 * * ? *)']],
    // Not at the same times of every day: left to timers.
    ['7m', '2026-01-01T00:00:00Z', []],
    ['90m', '2026-01-01T00:00:00Z', []],
    ['36h', '2026-01-01T00:00:00Z', []],
    ['45s', '2026-01-01T00:00:00Z', []],
    ['1m30s', '2026-01-01T00:00:00Z', []],
    ['-5m', '2026-01-01T00:00:00Z', []],
  ])('%s from %s', (duration, anchor, expected) => {
    expect(expressionsOf(`@every ${duration}`, anchor)).toEqual(expected);
  });

  it('stays the same from tick to tick', () => {
    const anchor = Date.UTC(2026, 0, 1, 3, 4, 5);
    for (const hours of [1, 2, 3, 4, 6, 8, 12, 24]) {
      const next = new Date(anchor + 5 * hours * 3_600_000).toISOString();
      expect(expressionsOf(`@every ${hours}h`, next)).toEqual(
        expressionsOf(`@every ${hours}h`, new Date(anchor).toISOString()),
      );
    }
  });
});

// Over more years, zones and expressions: `test/sweeps/schedule-mapping.test.ts`.
describe.each(['America/New_York', 'Australia/Lord_Howe', 'Europe/Berlin', 'UTC'])('over a year in %s', (timeZone) => {
  const oracle = new MappingOracle(timeZone, Date.UTC(2026, 0, 1), 1);

  it('every tick is fired or left to a timer, and nothing else fires', () => {
    fc.assert(
      fc.property(arbitrarySchedule, (schedule) => {
        expect(oracle.check(schedule).extra).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['30 2 * * *', 2],
    ['@hourly', 2],
    ['*/5 * * * *', 24],
    ['45 1 * * 0', 2],
  ])('%s needs no more than %i timers', (schedule, most) => {
    expect(oracle.timers(schedule)).toBeLessThanOrEqual(timeZone === 'UTC' ? 0 : most);
  });
});
