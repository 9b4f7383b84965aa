import { CronExpressionParser } from 'cron-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../lib/controllers/cronjob/schedule.js';
import { Oracle } from './against-brute-force.js';
import { arbitrarySchedule } from './arbitrary-schedule.js';

/** The next ticks after a moment, as times in UTC: `03-08 06:30`. */
function next(schedule: string, timeZone: string | undefined, after: string, count: number): readonly string[] {
  const ticks: string[] = [];
  const parsed = parseSchedule(schedule, { timeZone });
  for (
    let tick = parsed.next(Date.parse(after));
    tick !== undefined && ticks.length < count;
    tick = parsed.next(tick)
  ) {
    ticks.push(new Date(tick).toISOString().slice(5, 16).replace('T', ' '));
  }
  return ticks;
}

describe('the nights in which clocks are changed', () => {
  it.each([
    // 8 March 2026: 02:00 EST becomes 03:00 EDT. 1 November 2026: 02:00 EDT becomes 01:00 EST.
    [
      'New York',
      'a time that does not exist is left out',
      '30 2 * * *',
      '2026-03-07T12:00Z',
      ['03-09 06:30', '03-10 06:30'],
    ],
    ['New York', 'the hours around it come once', '30 1,3 8 3 *', '2026-03-07T12:00Z', ['03-08 06:30', '03-08 07:30']],
    [
      'New York',
      'a time that comes twice fires twice',
      '30 1 * * *',
      '2026-10-31T12:00Z',
      ['11-01 05:30', '11-01 06:30', '11-02 06:30'],
    ],
    [
      'New York',
      'every hour is every hour',
      '0 0-3 1 11 *',
      '2026-10-31T12:00Z',
      ['11-01 04:00', '11-01 05:00', '11-01 06:00', '11-01 07:00', '11-01 08:00'],
    ],
    // 29 March 2026: 01:00 GMT becomes 02:00 BST. 25 October 2026: 02:00 BST becomes 01:00 GMT.
    [
      'London',
      'a time that does not exist is left out',
      '0 1 * * *',
      '2026-03-28T12:00Z',
      ['03-30 00:00', '03-31 00:00'],
    ],
    ['London', 'the first minute after it is there', '0 2 29 3 *', '2026-03-28T12:00Z', ['03-29 01:00']],
    [
      'London',
      'a time that comes twice fires twice',
      '15 1 25 10 *',
      '2026-10-24T12:00Z',
      ['10-25 00:15', '10-25 01:15'],
    ],
    ['London', 'the end of the repeated hour comes once', '0 2 25 10 *', '2026-10-24T12:00Z', ['10-25 02:00']],
    // 4 October 2026: 02:00 becomes 02:30. 5 April 2026: 02:00 becomes 01:30.
    [
      'Lord Howe',
      'half an hour does not exist',
      '0,15,30,45 2 4 10 *',
      '2026-10-03T00:00Z',
      ['10-03 15:30', '10-03 15:45'],
    ],
    ['Lord Howe', 'the hour after it begins on time', '0 3 4 10 *', '2026-10-03T00:00Z', ['10-03 16:00']],
    [
      'Lord Howe',
      'half an hour comes twice',
      '0,15,30,45 1 5 4 *',
      '2026-04-04T00:00Z',
      ['04-04 14:00', '04-04 14:15', '04-04 14:30', '04-04 14:45', '04-04 15:00', '04-04 15:15'],
    ],
    // 4 November 2018: 00:00 becomes 01:00. 18 February 2018: 00:00 becomes 23:00 of the day before. None since 2019.
    ['Sao Paulo', 'midnight does not exist', '0 0 * * *', '2018-11-03T12:00Z', ['11-05 02:00', '11-06 02:00']],
    [
      'Sao Paulo',
      'the last hour of a day comes twice',
      '0 23 17 2 *',
      '2018-02-17T12:00Z',
      ['02-18 01:00', '02-18 02:00'],
    ],
    [
      'Sao Paulo',
      'without changes nothing is left out any more',
      '0 0 * * *',
      '2019-11-02T12:00Z',
      ['11-03 03:00', '11-04 03:00'],
    ],
    [
      'UTC',
      'clocks are never changed',
      '30 1,2 * * *',
      '2026-03-08T00:00Z',
      ['03-08 01:30', '03-08 02:30', '03-09 01:30'],
    ],
  ])('%s: %s (%s after %s)', (city, _, schedule, after, expected) => {
    const region = { 'Sao Paulo': 'America/Sao_Paulo', 'New York': 'America/New_York', London: 'Europe/London' }[city];
    const zone = region ?? (city === 'Lord Howe' ? 'Australia/Lord_Howe' : undefined);
    expect(next(schedule, zone, after, expected.length)).toEqual(expected);
  });
});

describe('days', () => {
  it.each([
    ['both given: either will do', '0 0 13 * 5', '2026-02-01T00:00Z', ['02-06 00:00', '02-13 00:00', '02-20 00:00']],
    ['only that of the week', '0 0 * * 5', '2026-02-01T00:00Z', ['02-06 00:00', '02-13 00:00']],
    ['only that of the month', '0 0 13 * *', '2026-02-01T00:00Z', ['02-13 00:00', '03-13 00:00']],
    [
      'a step restricts, so either will do',
      '0 0 */15 * 5',
      '2026-02-01T00:00Z',
      ['02-06 00:00', '02-13 00:00', '02-16 00:00'],
    ],
    ['a star in a list restricts nothing', '0 0 *,10 * 5', '2026-02-01T00:00Z', ['02-06 00:00', '02-13 00:00']],
    ['? is *', '0 0 ? * 5', '2026-02-01T00:00Z', ['02-06 00:00', '02-13 00:00']],
    ['all of them written out is a restriction', '0 0 1-31 * 5', '2026-02-01T00:00Z', ['02-02 00:00', '02-03 00:00']],
    ['leap days, over a century without one', '0 0 29 2 *', '2096-02-29T00:00Z', ['02-29 00:00', '02-29 00:00']],
    ['5/20 begins at 5', '5/20 0 * * *', '2026-02-01T12:00Z', ['02-02 00:05', '02-02 00:25', '02-02 00:45']],
    ['@weekly', '@weekly', '2026-02-02T00:00Z', ['02-08 00:00', '02-15 00:00']],
    ['@yearly', '@yearly', '2026-02-02T00:00Z', ['01-01 00:00']],
    ['a day that never comes', '0 0 31 2 *', '2026-02-01T00:00Z', []],
    ['no minute at all', ', * * * *', '2026-02-01T00:00Z', []],
  ])('%s', (_, schedule, after, expected) => {
    expect(next(schedule, undefined, after, Math.max(expected.length, 1))).toEqual(expected);
  });
});

describe('@every', () => {
  const anchorMs = Date.UTC(2026, 0, 1, 0, 0, 7);

  it('counts from its anchor', () => {
    const schedule = parseSchedule('@every 90m', { anchorMs });
    expect(schedule.next(anchorMs)).toBe(anchorMs + 5_400_000);
    expect(schedule.next(anchorMs + 5_400_000)).toBe(anchorMs + 2 * 5_400_000);
    expect(schedule.previous(anchorMs + 2 * 5_400_000 - 1)).toBe(anchorMs + 5_400_000);
    expect(schedule.previous(anchorMs + 5_399_999)).toBeUndefined();
    expect(schedule.count(anchorMs, anchorMs + 10 * 5_400_000, 100)).toBe(10);
  });

  it.each([
    ['@every 500ms', 1000],
    ['@every -1h', 1000],
    ['@every 1.9s', 1000],
    ['@every 1h1m1s', 3_661_000],
  ])('takes %s as %i ms', (text, interval) => {
    expect(parseSchedule(text, { anchorMs }).next(anchorMs)).toBe(anchorMs + interval);
  });
});

describe('a schedule', () => {
  it('of an unknown zone is refused', () => {
    expect(() => parseSchedule('* * * * *', { timeZone: 'Europe/Atlantis' })).toThrow('unknown time zone');
  });

  it('counts no further than it has to', () => {
    const schedule = parseSchedule('* * * * *');
    expect(schedule.count(0, Number.MAX_SAFE_INTEGER, 101)).toBe(101);
    expect(schedule.count(0, 600_000, 101)).toBe(10);
  });

  it.each(['*/5 * * * *', '0 9-17 * * 1-5', '15 2 1,15 * *', '30 4 13 * 5', '7/20 */3 * jan-jul mon', '0 0 29 2 *'])(
    'of %s has the ticks that cron-parser finds, where clocks are not changed',
    (expression) => {
      const schedule = parseSchedule(expression, { timeZone: 'Asia/Tokyo' });
      const other = CronExpressionParser.parse(expression, { tz: 'Asia/Tokyo', currentDate: '2026-01-01T00:00:00Z' });
      let tick: number | undefined = Date.UTC(2026, 0, 1);
      for (let i = 0; i < 10; i++) {
        tick = schedule.next(tick!);
        expect(tick).toBe(other.next().getTime());
      }
    },
  );

  // All zones, five years and 2,000 expressions: `test/sweeps/schedules.test.ts`.
  it.each(['America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'Asia/Kathmandu'])(
    'in %s has the ticks that a clock shows minute by minute, forwards and backwards',
    (timeZone) => {
      const oracle = new Oracle(timeZone, Date.UTC(2025, 0, 1), 1);
      fc.assert(
        fc.property(arbitrarySchedule, (expression) => {
          expect(oracle.difference(expression)).toBeUndefined();
        }),
        { numRuns: 5 },
      );
    },
  );
});
