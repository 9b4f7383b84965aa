import { readCronInput } from '../lib/adapters/aws/eventbridge-schedules/cron-input.js';
import { wake } from './wiring/wakes.js';

/** Called by EventBridge Scheduler at a CronJob's ticks. Which tick is due, and what it leads to, its controller decides. */
export async function handler(event: unknown): Promise<void> {
  await wake([readCronInput(event)]);
}
