import { Duration } from 'aws-cdk-lib';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { Construct } from 'constructs';
import { PARTITIONS } from '../../adapters/aws/names.js';
import { writeItems } from '../grants.js';
import { FiniteFunction } from './finite-function.js';
import type { Surroundings } from './settings.js';

/** Called by CronJobs' schedules: wakes the CronJob. What then happens its controller decides. */
export function cronFunction(scope: Construct, { settings, table, deadLetters }: Surroundings): FiniteFunction {
  const handler = new FiniteFunction(scope, 'Cron', {
    ...settings,
    entry: 'cron',
    description: 'wakes a CronJob at its time',
    memoryMb: 256,
    timeout: Duration.seconds(30),
    environment: { table: table.tableName },
    statements: [writeItems(table, [PARTITIONS.wake], ['dynamodb:PutItem'])],
  });
  handler.configureAsyncInvoke({ retryAttempts: 2, onFailure: new SqsDestination(deadLetters.events) });
  return handler;
}
