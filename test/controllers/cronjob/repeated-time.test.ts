import { describe, expect, it } from 'vitest';
import { isRepeatedTime } from '../../../lib/controllers/cronjob/repeated-time.js';

describe('a time that clocks show twice', () => {
  it.each([
    // 1 November 2026: 02:00 EDT becomes 01:00 EST, at 06:00 UTC.
    ['America/New_York', '2026-11-01T04:59:59Z', false],
    ['America/New_York', '2026-11-01T05:00:00Z', true],
    ['America/New_York', '2026-11-01T05:59:59Z', true],
    ['America/New_York', '2026-11-01T06:00:00Z', true],
    ['America/New_York', '2026-11-01T06:59:59Z', true],
    ['America/New_York', '2026-11-01T07:00:00Z', false],
    // 8 March 2026: clocks are put forward, at 07:00 UTC.
    ['America/New_York', '2026-03-08T06:59:59Z', false],
    ['America/New_York', '2026-03-08T07:00:00Z', false],
    // 5 April 2026: 02:00 becomes 01:30, at 15:00 UTC of the day before.
    ['Australia/Lord_Howe', '2026-04-04T14:29:59Z', false],
    ['Australia/Lord_Howe', '2026-04-04T14:30:00Z', true],
    ['Australia/Lord_Howe', '2026-04-04T15:29:59Z', true],
    ['Australia/Lord_Howe', '2026-04-04T15:30:00Z', false],
    // The turn of a year is no change.
    ['America/New_York', '2026-01-01T00:00:00Z', false],
    ['America/New_York', '2025-12-31T23:59:59Z', false],
    ['UTC', '2026-11-01T05:30:00Z', false],
    [undefined, '2026-11-01T05:30:00Z', false],
    ['Europe/Atlantis', '2026-11-01T05:30:00Z', false],
  ])('%s, %s: %s', (timeZone, time, expected) => {
    expect(isRepeatedTime(timeZone, Date.parse(time))).toBe(expected);
  });
});
