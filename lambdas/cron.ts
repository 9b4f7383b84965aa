import { writeWake } from '../lib/adapters/aws/dynamodb-store/wakes.js';
import { readCronInput } from '../lib/adapters/aws/eventbridge-schedules/cron-input.js';
import { clock, dynamoDb, table } from './wiring/base.js';

/** Called by EventBridge Scheduler at a CronJob's ticks. Which tick is due, and what it leads to, its controller decides. */
export async function handler(event: unknown): Promise<void> {
  await writeWake(dynamoDb, table, readCronInput(event), clock.now());
}
