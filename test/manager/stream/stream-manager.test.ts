import { expect, test } from 'vitest';
import { aJob } from '../world.js';
import { StreamWorld } from './stream-world.js';

test('a Job runs to completion', async () => {
  const world = await new StreamWorld().start();
  await world.create('jobs', aJob({ completions: 3, parallelism: 2 }));
  await world.pass(1000);
  const { status } = await world.job();
  expect(status).toMatchObject({ succeeded: 3, uncountedTerminatedPods: {} });
  expect(status.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
  const pods = await world.pods();
  expect(pods.map(({ status: { phase } }) => phase)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  expect(pods.every(({ metadata }) => !metadata.finalizers?.length)).toBe(true);
});
