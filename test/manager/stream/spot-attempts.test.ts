import { expect, test } from 'vitest';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { capacityOf } from '../../../lib/adapters/aws/fargate-runtime/capacity.js';
import { aJob } from '../world.js';
import { StreamWorld } from './stream-world.js';

/** What the pods' controller writes when Spot takes the task back. */
async function interrupt(world: StreamWorld, { metadata: { name } }: Pod): Promise<void> {
  const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet' }];
  await world.change('pods', name, (pod) => ({ ...pod, status: { phase: 'Failed', conditions } }));
}

test('a Job of two pods on Spot goes on on demand where it was interrupted twice', async () => {
  const controllers = ['job'] as const;
  const world = await new StreamWorld({ controllers }).start();
  const annotations = { 'finite.dev/capacity': 'spot', 'finite.dev/spot-attempts': '2' };
  await world.create('jobs', aJob({ completions: 2, parallelism: 2 }, annotations));
  await world.settle();
  const running = async () => (await world.pods()).filter(({ status }) => status.phase !== 'Failed');
  const [unlucky, lucky] = await running();
  for (let round = 0, pod = unlucky!; round < 2; round++) {
    await interrupt(world, pod);
    // A function that remembers nothing makes the next one.
    world.manager = world.newManager();
    await world.pass(600_000);
    pod = (await running()).find(({ metadata }) => metadata.name !== lucky!.metadata.name)!;
  }
  const capacities = (await world.pods()).map((pod) => [pod.status.phase!, capacityOf(pod, 'FARGATE')]);
  expect(capacities.toSorted()).toEqual([
    ['Failed', 'FARGATE_SPOT'],
    ['Failed', 'FARGATE_SPOT'],
    ['Pending', 'FARGATE'],
    ['Pending', 'FARGATE_SPOT'],
  ]);
});
