import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** The deployed stack on an endpoint that looks like AWS: one deployment after the other, as they share this machine. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    test: {
      include: ['test/aws/**/*.test.ts'],
      testTimeout: 240_000,
      hookTimeout: 600_000,
      fileParallelism: false,
    },
  }),
);
