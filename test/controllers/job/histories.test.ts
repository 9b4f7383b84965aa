import fc from 'fast-check';
import { expect, it } from 'vitest';
import { history, type JobShape } from './histories/arbitrary.js';
import { live } from './histories/run.js';

it('does not give a pod a name twice after a crash before its slot was written down', () => {
  const job: JobShape = {
    indexed: true,
    completions: 7,
    parallelism: 5,
    backoffLimit: 1000,
    backoffLimitPerIndex: 1,
    podFailurePolicy: true,
    podReplacementPolicy: 'Failed',
    restartPolicy: 'Never',
    suspend: false,
    onNode: false,
  };
  const fates = ['succeeds', 'succeeds', 'succeeds', 'is-disrupted', 'fails'] as const;
  const { world, watchdog } = live({ job, fates, happenings: [{ do: 'crash', afterWrites: 5, order: 0 }] });
  watchdog.atTheEnd();
  const names = world.arrivals.map(({ pod }) => pod.metadata.name.slice(-5));
  expect(new Set(names).size).toBe(names.length);
});

/** `JOB_HISTORIES=1000000 npx vitest run test/controllers/job/histories.test.ts` looks longer; so does `npm run test:sweeps`. */
const runs = Number(process.env['JOB_HISTORIES'] ?? 10_000);

it(`keeps every invariant in ${runs} random histories, and every Job ends`, () => {
  let jobs = 0;
  fc.assert(
    fc.property(history, (story) => {
      live(story).watchdog.atTheEnd();
      jobs++;
    }),
    { numRuns: runs },
  );
  expect(jobs).toBeGreaterThanOrEqual(runs);
}, 3_600_000);
