import { ECSClient, type Task } from '@aws-sdk/client-ecs';
import { describeAll } from '../support/ecs/task-event-bridge.js';
import type { World } from './world.js';

/** Every task that ECS still knows, also those that have stopped. */
export async function allTasks({ place, deployed }: World): Promise<readonly Task[]> {
  const endpoint = place.environment['AWS_ENDPOINT_URL_ECS'] ?? place.client.endpoint;
  const ecs = new ECSClient({ ...place.client, ...(endpoint !== undefined && { endpoint }) });
  try {
    return await describeAll(ecs, deployed.outputs['ClusterName']!);
  } finally {
    ecs.destroy();
  }
}

/** Those that have not stopped, of pods whose `<namespace>/<pod>` begins so. */
export async function liveTasks(world: World, pods = ''): Promise<readonly Task[]> {
  const tasks = await allTasks(world);
  return tasks.filter((task) => task.lastStatus !== 'STOPPED' && podOf(task).startsWith(pods));
}

/** `<namespace>/<pod>`, as the task's overrides tell. */
export function podOf({ overrides }: Task): string {
  const variables = overrides?.containerOverrides?.flatMap(({ environment = [] }) => environment) ?? [];
  return variables.find(({ name }) => name === 'FINITE_POD')?.value ?? '';
}
