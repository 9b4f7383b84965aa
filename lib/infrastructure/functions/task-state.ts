import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FiniteFunction } from './finite-function.js';
import { podLauncher } from './pod-launcher.js';
import type { Surroundings } from './settings.js';

/** What ECS tells of tasks becomes the pods' status; a pod that restarts in place is launched again from here. */
export function taskStateFunction(scope: Construct, around: Surroundings): FiniteFunction {
  return new FiniteFunction(scope, 'TaskState', {
    ...around.settings,
    ...podLauncher(around),
    entry: 'task-state',
    description: "tasks' states become pods' status",
    memoryMb: 512,
    timeout: Duration.minutes(1),
  });
}
