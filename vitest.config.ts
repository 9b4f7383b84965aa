import { defineConfig } from 'vitest/config';

const results = process.env['FINITE_TEST_RESULTS'];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Long random sweeps and the deployed stack: `npm run test:sweeps` and `npm run test:aws`.
    exclude: ['test/sweeps/**', 'test/aws/**'],
    // The slow files mostly wait (for back-off, containers, kubectl): on two cores one worker would wait for them in turn.
    maxWorkers: '100%',
    // For a machine that is busy with other things: only a test that hangs takes so long.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: results === undefined ? ['default'] : ['default', 'json'],
    ...(results === undefined ? {} : { outputFile: { json: results } }),
  },
});
