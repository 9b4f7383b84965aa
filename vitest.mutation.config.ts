import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { switchable } from './test/mutation/switchable.js';

process.env['JOB_HISTORIES'] ??= '100';

/** Mutation testing: `npm run test:mutation`. */
export default defineConfig({
  plugins: [
    switchable(
      resolve(import.meta.dirname, 'lib/controllers/job') + '/',
      resolve(import.meta.dirname, 'test/mutation/collected-tests.ts'),
    ),
  ],
  // Files are reported as they are done.
  test: { include: ['test/mutation/*.mutation.ts'], disableConsoleIntercept: true },
});
