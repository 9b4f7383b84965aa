import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

// CloudFormation and Fargate take their time.
const slowness = process.env['FINITE_TEST_ACCOUNT'] ? 4 : 1;

/** The deployed stack on an endpoint that looks like AWS: one deployment after the other, as they share this machine. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/aws/**/*.test.ts'],
      testTimeout: 240_000 * slowness,
      hookTimeout: 600_000 * slowness,
      fileParallelism: false,
    },
  }),
);
