import {
  ConflictException,
  ECSServiceException,
  RunTaskCommand,
  type ECSClient,
  type RunTaskCommandInput,
} from '@aws-sdk/client-ecs';
import type { PodStart } from '../../../ports/pod-runtime.js';
import type { LaunchRefusal } from '../launch/launch-budget.js';
import { isThrottle } from '../throttles.js';
import type { Capacity } from './capacity.js';
import type { LaunchPlan } from './launch-plan.js';
import { taskIdOf } from './names.js';
import { isLackOfCapacity } from './stop-causes.js';
import { taskFacts, type TaskFacts } from './task-facts.js';

export interface NetworkSettings {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicIp: boolean;
}

export type Launched =
  | { readonly task: TaskFacts }
  /** The same launch was asked for before, with other words: this is what it started. */
  | { readonly existing: string }
  | { readonly refusal: LaunchRefusal }
  /** ECS will not have it so; somebody has to change something. */
  | { readonly error: ECSServiceException };

/**
 * Asks ECS to launch a pod's task. A launch is known by its token for 24 hours: asked again with the same words, ECS
 * answers with the same task. Throws what may go by of itself, such as an outage.
 */
export async function runTask(client: ECSClient, input: RunTaskCommandInput): Promise<Launched> {
  try {
    const { tasks = [], failures = [] } = await client.send(new RunTaskCommand(input));
    const task = tasks[0] && taskFacts(tasks[0]);
    if (task) return { task };
    const { reason = 'RunTask started nothing', detail } = failures[0] ?? {};
    return { refusal: { cause: 'no-capacity', message: detail ? `${reason}: ${detail}` : reason } };
  } catch (error) {
    return answered(error);
  }
}

function answered(error: unknown): Launched {
  if (error instanceof ConflictException && error.resourceIds?.[0]) return { existing: error.resourceIds[0] };
  if (!(error instanceof ECSServiceException)) throw error;
  if (isThrottle(error)) return { refusal: { cause: 'throttled', message: error.message } };
  if (isLackOfCapacity(error.message)) return { refusal: { cause: 'no-capacity', message: error.message } };
  if (error.$fault === 'server') throw error;
  return { error };
}

/**
 * The token comes from the pod and the task it had before, so that each launch of a pod has its own, and a launch whose
 * answer was lost has the same again.
 */
export function runTaskInput(
  { pod }: PodStart,
  plan: LaunchPlan,
  place: {
    readonly cluster: string;
    readonly taskDefinition: string;
    readonly network: NetworkSettings;
    readonly capacity: Capacity;
    readonly previousTask: string | undefined;
  },
): RunTaskCommandInput {
  const { uid, namespace = '', name, labels } = pod.metadata;
  const { subnets, securityGroups, assignPublicIp } = place.network;
  const job = labels?.['batch.kubernetes.io/job-name'];
  return {
    cluster: place.cluster,
    taskDefinition: place.taskDefinition,
    clientToken: place.previousTask === undefined ? uid : `${uid}-${taskIdOf(place.previousTask).slice(0, 27)}`,
    startedBy: uid,
    ...(place.capacity === 'FARGATE'
      ? { launchType: 'FARGATE' as const }
      : { capacityProviderStrategy: [{ capacityProvider: place.capacity, weight: 1 }] }),
    networkConfiguration: {
      awsvpcConfiguration: {
        subnets: [...subnets],
        securityGroups: [...securityGroups],
        assignPublicIp: assignPublicIp ? 'ENABLED' : 'DISABLED',
      },
    },
    overrides: plan.overrides,
    tags: [
      { key: 'finite.dev/namespace', value: namespace },
      { key: 'finite.dev/pod', value: name },
      ...(job ? [{ key: 'finite.dev/job', value: job }] : []),
    ],
  };
}
