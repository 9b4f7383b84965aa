import { defineConfig, mergeConfig } from 'vitest/config';
import base from './vitest.config.js';

/** Long random sweeps, one after the other so that they measure themselves and not each other. */
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({ test: { include: ['test/sweeps/**/*.test.ts'], testTimeout: 600_000, fileParallelism: false } }),
);
