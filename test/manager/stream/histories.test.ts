import fc from 'fast-check';
import { expect, it } from 'vitest';
import { history } from './histories/arbitrary.js';
import { live } from './histories/run.js';

/** `STREAM_HISTORIES=100000 npx vitest run test/manager/stream/histories.test.ts` looks longer; so does `npm run test:sweeps`. */
const runs = Number(process.env['STREAM_HISTORIES'] ?? 2000);

it(`keeps every invariant in ${runs} random histories of instances that race, forget and die, and every Job ends`, async () => {
  let lives = 0;
  await fc.assert(
    fc.asyncProperty(history, async (story) => {
      await live(story);
      lives++;
    }),
    { numRuns: runs },
  );
  expect(lives).toBeGreaterThanOrEqual(runs);
}, 3_600_000);
