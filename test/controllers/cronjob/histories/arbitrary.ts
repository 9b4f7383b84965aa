import fc from 'fast-check';
import type { CronJobSpec } from '../../../../lib/apis/batch/v1/cronjob/types.js';

export interface Timetable {
  readonly schedule: string;
  readonly timeZone?: string;
  /** About the time between two ticks. */
  readonly periodMs: number;
}

/** Whatever may happen to a CronJob. Durations are in periods of its schedule, or they would be without effect. */
export type Happening =
  | { readonly do: 'wait'; readonly periods: number }
  | { readonly do: 'outage'; readonly periods: number }
  | { readonly do: 'crash'; readonly periods: number; readonly manager: number; readonly afterCommands: number }
  | { readonly do: 'race'; readonly managers: readonly [number, number] }
  | { readonly do: 'jump'; readonly periods: number }
  | { readonly do: 'look'; readonly manager: number }
  | { readonly do: 'lose-wake-up'; readonly manager: number }
  | { readonly do: 'restart'; readonly manager: number }
  | { readonly do: 'patch'; readonly spec: Partial<CronJobSpec> }
  | { readonly do: 'reschedule'; readonly to: Timetable }
  | { readonly do: 'end-job' | 'delete-job'; readonly job: number }
  | { readonly do: 'manual-job' };

export interface History {
  readonly timetable: Timetable;
  readonly spec: Partial<CronJobSpec>;
  readonly managers: number;
  readonly happenings: readonly Happening[];
}

const [second, hour] = [1000, 3_600_000];
const timetables: readonly Timetable[] = [
  { schedule: '*/10 * * * *', periodMs: hour / 6 },
  { schedule: '0 * * * *', timeZone: 'Australia/Lord_Howe', periodMs: hour },
  { schedule: '30 1,2 * * *', timeZone: 'America/New_York', periodMs: 12 * hour },
  { schedule: '0 0 * * *', timeZone: 'America/Sao_Paulo', periodMs: 24 * hour },
  { schedule: '15 6-16/4 1,15 * 1-5', timeZone: 'Europe/London', periodMs: 9 * hour },
  { schedule: '@weekly', periodMs: 168 * hour },
  { schedule: '@every 7h', periodMs: 7 * hour },
  { schedule: '@every 25s', periodMs: 25 * second },
];

const timetable = fc.constantFrom(...timetables);
const manager = fc.nat(2);
const periods = fc.oneof(fc.double({ min: 0, max: 3, noNaN: true }), fc.double({ min: 0, max: 40, noNaN: true }));
const spec: fc.Arbitrary<Partial<CronJobSpec>> = fc.record(
  {
    concurrencyPolicy: fc.constantFrom('Allow', 'Forbid', 'Replace'),
    startingDeadlineSeconds: fc.constantFrom(0, 15, 600, 100_000),
    suspend: fc.boolean(),
    successfulJobsHistoryLimit: fc.nat(3),
  },
  { requiredKeys: [] },
);

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait'), periods }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('outage'), periods: fc.double({ min: 0, max: 150, noNaN: true }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('crash'), periods, manager, afterCommands: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('race'), managers: fc.tuple(manager, manager) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('jump'), periods: fc.double({ min: -5, max: 5, noNaN: true }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('look'), manager }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('lose-wake-up'), manager }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart'), manager }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('patch'), spec }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reschedule'), to: timetable }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('end-job', 'delete-job'), job: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('manual-job') }) },
) as fc.Arbitrary<Happening>;

export const arbitraryHistory: fc.Arbitrary<History> = fc.record({
  timetable,
  spec,
  managers: fc.integer({ min: 1, max: 3 }),
  happenings: fc.array(happening, { minLength: 1, maxLength: 30 }),
});
