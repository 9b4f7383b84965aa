import { expect } from 'vitest';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';

/** What is looked at of a world, whichever manager runs in it. */
interface Jobs {
  job(): Promise<Job>;
  pods(): Promise<readonly Pod[]>;
}

/** A Job of three completions is complete, and nothing of it is left to be counted or released. */
export async function expectThreeSucceeded(world: Jobs): Promise<void> {
  const { status } = await world.job();
  expect(status).toMatchObject({ succeeded: 3, uncountedTerminatedPods: {} });
  expect(status.conditions?.map(({ type }) => type)).toEqual(['SuccessCriteriaMet', 'Complete']);
  const pods = await world.pods();
  expect(pods.map(({ status: { phase } }) => phase)).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  expect(pods.every(({ metadata }) => !metadata.finalizers?.length)).toBe(true);
}

/** A Job of one retry has made its second pod now, and has failed with it. */
export async function expectSecondFailed(world: Jobs): Promise<void> {
  expect(await world.pods()).toHaveLength(2);
  const reasons = (await world.job()).status.conditions?.map(({ reason }) => reason);
  expect(reasons).toEqual(['BackoffLimitExceeded', 'BackoffLimitExceeded']);
}
