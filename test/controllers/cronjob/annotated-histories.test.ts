import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { startDelayMs } from '../../../lib/apis/batch/v1/cronjob/jitter.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import { parseSchedule } from '../../../lib/controllers/cronjob/schedule.js';
import { CronJobWorld } from './cronjob-world.js';

const seconds = (max: number): fc.Arbitrary<number> => fc.integer({ min: 1, max });

/** Few enough ticks that all that are skipped are still in the ledger. */
const happenings = fc.array(
  fc.oneof(
    fc.record({ what: fc.constant('run' as const), for: seconds(150) }),
    fc.record({ what: fc.constant('outage' as const), for: seconds(400) }),
    fc.record({ what: fc.constant('end' as const), for: fc.constant(0) }),
    fc.record({ what: fc.constant('suspend' as const), for: fc.constant(0) }),
    fc.record({ what: fc.constant('resume' as const), for: fc.constant(0) }),
  ),
  { maxLength: 12 },
);

const cronJobs = fc.record({
  catchUp: fc.constantFrom('all', 'latest', 'none'),
  jitter: fc.constantFrom('0', '7s', '45s', '10m'),
  schedule: fc.constantFrom('* * * * *', '*/3 * * * *', '2,3,17 * * * *'),
  concurrencyPolicy: fc.constantFrom('Allow' as const, 'Forbid' as const, 'Replace' as const),
  startingDeadlineSeconds: fc.constantFrom(undefined, 10, 90, 300),
});

const begin = Date.parse('2030-01-01T00:00:30Z');

describe('a CronJob with annotations, through outages, suspensions and long Jobs', () => {
  it('starts every tick once or says why not, in order and never early', () => {
    fc.assert(
      fc.property(cronJobs, happenings, ({ catchUp, jitter, ...spec }, history) => {
        const world = new CronJobWorld({ 'finite.dev/catch-up': catchUp, 'finite.dev/jitter': jitter }, spec);
        for (const { what, for: duration } of history) {
          const until = formatTime(world.now + duration * 1000);
          if (what === 'run') world.runUntil(until);
          else if (what === 'outage') world.outageUntil(until);
          else if (what === 'end') world.endJobs();
          else world.change({ suspend: what === 'suspend' });
        }
        const schedule = parseSchedule(spec.schedule);
        const startTime = (tick: number): number => tick + startDelayMs(world.cronJob, tick, schedule.next(tick));
        const started = world.starts.map(({ tick }) => Date.parse(`2030-01-01T${tick}Z`));
        expect(started).toEqual([...new Set(started)].toSorted((a, b) => a - b));
        for (const [i, { at }] of world.starts.entries()) {
          expect(Date.parse(`2030-01-01T${at}Z`)).toBeGreaterThanOrEqual(startTime(started[i]!));
        }
        const givenUp = world.record.skipped.filter(({ reason }) => reason !== 'Replaced');
        const settled = [...started, ...givenUp.map(({ scheduledAt }) => scheduledAt)].toSorted((a, b) => a - b);
        const expected: number[] = [];
        const { settledUntil } = world.record;
        for (let t = schedule.next(begin)!; t <= settledUntil; t = schedule.next(t)!) expected.push(t);
        expect(settled).toEqual(expected);
      }),
      { numRuns: 1500 },
    );
  });
});
