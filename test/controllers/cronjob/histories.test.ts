import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryHistory } from './histories/arbitrary.js';
import { live } from './histories/run.js';

const RUNS = 2000;

describe(`${RUNS} random histories of CronJobs`, () => {
  it('start no tick twice and none early, and lose none, through outages, crashes, clock jumps and races', () => {
    fc.assert(
      fc.property(arbitraryHistory, (history) => {
        expect(() => live(history)).not.toThrow();
      }),
      { numRuns: RUNS },
    );
  });
});
