import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FiniteFunction } from './finite-function.js';
import { podLauncher } from './pod-launcher.js';
import type { Surroundings } from './settings.js';
import { LAUNCH_PATTERNS } from './stream-patterns.js';
import { readStream } from './stream-source.js';

/**
 * Each capacity provider's launch queue is drained in one for a second at a time. Fewer, and pods that have just been
 * created wait behind it, or it behind them. More, and what is created together is asked for in smaller parts: each is an
 * invocation and a write of the launch budget.
 */
const LANES = 4;

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
  readStream(handler, around, LAUNCH_PATTERNS, { lanes: LANES });
  return handler;
}
