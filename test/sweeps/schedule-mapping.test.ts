import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitrarySchedule, zones } from '../controllers/cronjob/arbitrary-schedule.js';
import { MappingOracle } from '../support/schedule-mapping.js';

/** Expressions per zone, each over five years. `SCHEDULE_RUNS=100` makes 2,000 of them. */
const RUNS = Number(process.env['SCHEDULE_RUNS'] ?? 3);

describe('schedules on EventBridge', () => {
  it.each(zones)('have every tick fired or left to a timer over five years in %s', (timeZone) => {
    const oracle = new MappingOracle(timeZone, Date.UTC(2009, 0, 1), 5);
    fc.assert(
      fc.property(arbitrarySchedule, (schedule) => {
        expect(oracle.check(schedule).extra).toBe(0);
      }),
      { numRuns: RUNS },
    );
  });
});
