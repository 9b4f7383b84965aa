import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { JobShape } from '../../controllers/job/histories/arbitrary.js';
import { history, type Happening } from './histories/arbitrary.js';
import { live } from './histories/run.js';

const plainJob = {
  indexed: false,
  podFailurePolicy: false,
  podReplacementPolicy: 'Failed',
  restartPolicy: 'Never',
  suspend: false,
  onNode: false,
} as const;

it('does not take a list for whole that an invocation which ran out of time is still reading', async () => {
  const job: JobShape = { ...plainJob, completions: 2, parallelism: 1, backoffLimit: 0 };
  const happenings: readonly Happening[] = [
    { do: 'settle' },
    { do: 'end', pod: 0 },
    { do: 'kill', instance: 0 },
    { do: 'settle' },
    { do: 'settle' },
    { do: 'repeat', shard: 0, instance: 0, at: 0, size: 1 },
    { do: 'wait', seconds: 36 },
    { do: 'wait', seconds: 12 },
    { do: 'wait', seconds: 12 },
  ];
  const ended = await live({ jobs: [job], instances: 1, fates: ['succeeds'], seed: 0, happenings });
  expect(ended).toBe(1);
});

it('does not make an announced pod again that has been counted and let go since the Job was read', async () => {
  const job: JobShape = { ...plainJob, completions: 4, parallelism: 4, backoffLimit: 1 };
  const happenings: readonly Happening[] = [
    { do: 'deliver', shard: 0, instance: 0, size: 1 },
    { do: 'wait', seconds: 0 },
    { do: 'calls', count: 3 },
    { do: 'calls', count: 1 },
    { do: 'delete-pod', pod: 0 },
    { do: 'calls', count: 4 },
    { do: 'deliver', shard: 4, instance: 0, size: 1 },
    { do: 'end', pod: 0 },
    { do: 'end', pod: 0 },
    { do: 'stop', pod: 0 },
  ];
  const ended = await live({ jobs: [job], instances: 2, fates: ['succeeds'], seed: 983743895, happenings });
  expect(ended).toBe(1);
});

/** `STREAM_HISTORIES=100000 npx vitest run test/manager/stream/histories.test.ts` looks longer; so does `npm run test:sweeps`. */
const runs = Number(process.env['STREAM_HISTORIES'] ?? 2000);

it(`keeps every invariant in ${runs} random histories of instances that race, forget and die, and every Job ends`, async () => {
  let ended = 0;
  await fc.assert(
    fc.asyncProperty(history, async (story) => {
      ended += await live(story);
    }),
    { numRuns: runs },
  );
  expect(ended).toBeGreaterThanOrEqual(runs);
}, 3_600_000);
