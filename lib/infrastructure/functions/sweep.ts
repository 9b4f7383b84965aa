import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { FiniteFunction } from './finite-function.js';
import { podLauncher } from './pod-launcher.js';
import type { WithSchedules } from './settings.js';

/** Finds what an outage lost: tasks, timers and schedules without an owner or missing, and dead letters. */
export function sweepFunction(scope: Construct, around: WithSchedules): FiniteFunction {
  const { schedules, cronFunctionArn, deadLetters, settings } = around;
  const launcher = podLauncher(around);
  const queues = [deadLetters.stream, deadLetters.events];
  return new FiniteFunction(scope, 'Sweep', {
    ...settings,
    entry: 'sweep',
    description: 'finds what an outage lost',
    memoryMb: 512,
    timeout: Duration.minutes(5),
    environment: {
      ...launcher.environment,
      scheduleGroup: schedules.groupName,
      scheduleRole: schedules.role.roleArn,
      cronFunction: cronFunctionArn,
      scheduleDeadLetterQueue: deadLetters.events.queueArn,
      deadLetterQueues: queues.map(({ queueUrl }) => queueUrl).join(','),
    },
    statements: [
      ...launcher.statements,
      ...schedules.statements(),
      new PolicyStatement({
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage'],
        resources: queues.map(({ queueArn }) => queueArn),
      }),
    ],
    accepted: [...launcher.accepted, schedules.accepted],
  });
}
