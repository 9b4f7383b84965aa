import type { EventBridgeEvent } from 'aws-lambda';
import type { TaskDetail } from '../lib/adapters/aws/fargate-runtime/task-facts.js';
import { lookAt, runtime } from './wiring/pods.js';

/** Called with each `ECS Task State Change` of the cluster, at least once and in any order. */
export async function handler({ detail }: EventBridgeEvent<'ECS Task State Change', TaskDetail>): Promise<void> {
  const pod = await runtime.applyTaskEvent(detail);
  if (pod) await lookAt([`${pod.namespace}/${pod.name}`]);
}
