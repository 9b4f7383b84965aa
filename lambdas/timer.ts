import { writeWake } from '../lib/adapters/aws/dynamodb-store/wakes.js';
import { clock, dynamoDb, table } from './wiring/base.js';
import { wakeUps } from './wiring/wake-ups.js';

/** Called by Step Functions when a wait is over: the stream brings the key to the function that looks at it. */
export async function handler(event: unknown): Promise<void> {
  const wake = await wakeUps.fired(event);
  if (wake) await writeWake(dynamoDb, table, wake, clock.now());
}
