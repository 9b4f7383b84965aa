import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Oracle } from '../controllers/cronjob/against-brute-force.js';
import { arbitrarySchedule, zones } from '../controllers/cronjob/arbitrary-schedule.js';

/** Expressions per zone, each over five years: half a second each. `SCHEDULE_RUNS=100` makes 2,000 of them. */
const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 10);

describe('schedules against clocks read minute by minute', () => {
  it.each(zones)('have the same ticks over five years in %s', (timeZone) => {
    const oracle = new Oracle(timeZone, Date.UTC(2009, 0, 1), 5);
    fc.assert(
      fc.property(arbitrarySchedule, (expression) => {
        expect(oracle.difference(expression)).toBeUndefined();
      }),
      { numRuns: RUNS },
    );
  });
});
