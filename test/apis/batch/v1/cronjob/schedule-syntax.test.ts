import { describe, expect, it } from 'vitest';
import { isTimeZone } from '../../../../../lib/apis/batch/v1/cronjob/time-zone-names.js';
import { scheduleProblem } from '../../../../../lib/apis/batch/v1/cronjob/schedule-syntax.js';

describe('a schedule', () => {
  it.each([
    '* * * * *',
    '*/5 0-23/2 1,15 JAN-mar ?',
    '0 0 31 12 6',
    '+5 * * * *',
    '@daily',
    '@every 1h30m',
    '@every 1.5s',
    'TZ=UTC * * * * *',
    'CRON_TZ=Europe/Berlin @hourly',
  ])('%j follows the grammar', (schedule) => {
    expect(scheduleProblem(schedule)).toBeUndefined();
  });

  it.each([
    ['* * * *', 'expected exactly 5 fields, found 4: [* * * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['*/-1 * * * *', 'negative number (-1) not allowed: -1'],
    ['1/2/3 * * * *', 'too many slashes: 1/2/3'],
    ['* * * 1--2 *', 'too many hyphens: 1--2'],
    ['a * * * *', 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ['* * * * 7', 'end of range (7) above maximum (6): 7'],
    ['@Daily', 'unrecognized descriptor: @Daily'],
    ['@every 1', 'failed to parse duration @every 1: time: missing unit in duration "1"'],
    ['TZ=/x * * * * *', 'provided bad location /x: time: invalid location name'],
    ['CRON_TZ=X * * * * *', 'provided bad location X: unknown time zone X'],
  ])('%j is refused in the words of Kubernetes', (schedule, problem) => {
    expect(scheduleProblem(schedule)).toBe(problem);
  });
});

describe('a time zone', () => {
  it.each(['UTC', 'Europe/Berlin', 'Europe/Kyiv', 'US/Pacific', 'Etc/GMT+5', 'Asia/Kolkata'])('%s is known', (name) => {
    expect(isTimeZone(name)).toBe(true);
  });

  it.each(['Europe/Nowhere', 'Mars', '+01:00', '../UTC'])('%s is not', (name) => {
    expect(isTimeZone(name)).toBe(false);
  });
});
