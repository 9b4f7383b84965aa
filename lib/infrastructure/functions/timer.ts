import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { PARTITIONS } from '../../adapters/aws/names.js';
import { writeItems } from '../grants.js';
import { FiniteFunction } from './finite-function.js';
import type { Surroundings } from './settings.js';

/** Called when a wait is over: wakes its key, or starts the next wait of one that is longer than an execution may be. */
export function timerFunction(scope: Construct, { settings, table, timers }: Surroundings): FiniteFunction {
  return new FiniteFunction(scope, 'Timer', {
    ...settings,
    entry: 'timer',
    description: 'wakes a key when its time has come',
    memoryMb: 256,
    timeout: Duration.seconds(30),
    environment: { table: table.tableName, wakeMachine: timers.machineArn },
    statements: [
      writeItems(table, [PARTITIONS.wake], ['dynamodb:PutItem']),
      writeItems(table, [PARTITIONS.timer], ['dynamodb:BatchGetItem', 'dynamodb:PutItem']),
      ...timers.statements(),
    ],
    accepted: [timers.accepted],
  });
}
