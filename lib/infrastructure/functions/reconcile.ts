import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { readAndWriteObjects } from '../grants.js';
import { FiniteFunction } from './finite-function.js';
import type { WithSchedules } from './settings.js';
import { RECONCILE_PATTERNS } from './stream-patterns.js';
import { readStream } from './stream-source.js';

/** Every controller but the pods': relays changes to watches, counts, makes and deletes pods and Jobs, keeps schedules. */
export function reconcileFunction(scope: Construct, around: WithSchedules): FiniteFunction {
  const { clusterId, settings, table, timers, schedules, notifications, cronFunctionArn, deadLetters } = around;
  const handler = new FiniteFunction(scope, 'Reconcile', {
    ...settings,
    entry: 'reconcile',
    description: 'the controllers of Jobs, CronJobs and what belongs to them',
    memoryMb: 512,
    timeout: Duration.minutes(5),
    environment: {
      table: table.tableName,
      clusterId,
      wakeMachine: timers.machineArn,
      scheduleGroup: schedules.groupName,
      scheduleRole: schedules.role.roleArn,
      cronFunction: cronFunctionArn,
      eventBus: notifications.bus.eventBusName,
      scheduleDeadLetterQueue: deadLetters.events.queueArn,
    },
    statements: [
      readAndWriteObjects(table),
      ...timers.statements(),
      ...schedules.statements(),
      notifications.statement(),
    ],
    accepted: [timers.accepted, schedules.accepted],
  });
  readStream(handler, around, RECONCILE_PATTERNS);
  return handler;
}
