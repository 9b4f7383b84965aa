import type { StopCause } from '../../../../lib/adapters/aws/fargate-runtime/stop-causes.js';
import { expect, test } from 'vitest';
import { startFailure, stopCause } from '../../../../lib/adapters/aws/fargate-runtime/stop-causes.js';
import { taskFacts, type TaskDetail } from '../../../../lib/adapters/aws/fargate-runtime/task-facts.js';

const ran = { startedAt: '2026-01-01T00:00:00Z', containers: [{ name: 'c', lastStatus: 'STOPPED', exitCode: 1 }] };
const never = { containers: [{ name: 'c', lastStatus: 'STOPPED' }] };

test.each<[StopCause, string, TaskDetail, string]>([
  ['own', 'EssentialContainerExited', ran, 'Essential container in task exited'],
  ['own', 'UserInitiated', ran, 'finite: the pod is to end'],
  ['own', 'UserInitiated', never, 'finite: the pod is gone'],
  ['disruption', 'UserInitiated', ran, 'Task stopped by user'],
  ['disruption', 'SpotInterruption', ran, 'Your Spot Task was interrupted.'],
  ['disruption', 'TerminationNotice', ran, 'the host is retired'],
  ['disruption', 'ServiceSchedulerInitiated', ran, 'scaling'],
  ['no-place', 'SpotInterruption', never, 'Your Spot Task was interrupted.'],
  [
    'no-place',
    'TaskFailedToStart',
    never,
    'Capacity is unavailable at this time. Please try again later or in a different availability zone',
  ],
  ['failed-start', 'TaskFailedToStart', never, 'Timeout waiting for network interface provisioning to complete.'],
  ['failed-start', 'TaskFailedToStart', never, 'ResourceInitializationError: unable to pull secrets'],
])('a task is over for reason of %s: %s', (expected, stopCode, task, stoppedReason) => {
  const facts = taskFacts({
    taskArn: 'arn',
    lastStatus: 'STOPPED',
    ...task,
    stopCode: stopCode as never,
    stoppedReason,
  });
  expect(stopCause(facts!)).toBe(expected);
});

test.each([
  ['CannotPullContainerError: not found', 'ErrImagePull'],
  ['CannotCreateContainerError: invalid mount', 'CreateContainerError'],
  ['CannotStartContainerError: no such program', 'StartError'],
  ['OutOfMemoryError: killed', undefined],
  ['', undefined],
])('a container with the reason %j has failed to start: %s', (reason, expected) => {
  const [container] = taskFacts({ taskArn: 'arn', containers: [{ name: 'c', reason }] })!.containers;
  expect(startFailure(container!)).toBe(expected);
});
