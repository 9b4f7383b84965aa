import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PARTITIONS } from '../../adapters/aws/names.js';
import { FiniteFunction } from './finite-function.js';
import { podLauncher } from './pod-launcher.js';
import type { Surroundings } from './settings.js';
import { readStream } from './stream-source.js';

/** The pods' controller: takes launch tokens and runs tasks, and stops those whose pods are deleted. */
export function launchFunction(scope: Construct, around: Surroundings): FiniteFunction {
  const handler = new FiniteFunction(scope, 'Launch', {
    ...around.settings,
    ...podLauncher(around),
    entry: 'launch',
    description: 'launches pods as Fargate tasks',
    memoryMb: 512,
    timeout: Duration.minutes(5),
  });
  readStream(handler, around, [
    { partitions: ['pods/'] },
    // Wakes are addressed to a controller by their sort key.
    { partitions: [PARTITIONS.wake], sorts: ['pod/'] },
  ]);
  return handler;
}
