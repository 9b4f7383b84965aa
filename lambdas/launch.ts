import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { wakeOf } from '../lib/adapters/aws/dynamodb-store/wakes.js';
import { WakeUpsAtOnce } from '../lib/adapters/aws/step-functions-wake-ups/wake-ups-at-once.js';
import { CAPACITY_PROVIDERS } from '../lib/adapters/aws/launch/launch-budget.js';
import { clock, log, store } from './wiring/base.js';
import { drain, LAUNCH, launchQueueAge, lookAt, manager } from './wiring/pods.js';
import { handleBatch } from './wiring/stream.js';
import { wakeUps } from './wiring/wake-ups.js';
import { wake } from './wiring/wakes.js';

/** Called with the pods of the table's stream: launches them, stops them, and empties the launch queue for a moment. */

/** Longer, and pods that come meanwhile wait for the end of the slice; shorter, and more is paid for beginnings. */
const SLICE_MS = 1_000;

const timers = new WakeUpsAtOnce(clock, wake, wakeUps);

export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const changes = await store.changesOf(event.Records);
  const parts = { manager, wakeUps: timers, log };
  const answer = await handleBatch(event, changes, context.getRemainingTimeInMillis(), parts);
  // Also when a record has failed: the batch comes again from that record on, and a wake before it would be lost.
  const asked = event.Records.map(wakeOf).filter((wake) => wake?.controller === LAUNCH);
  const providers = CAPACITY_PROVIDERS.filter((provider) => asked.some((wake) => wake?.key === provider));
  await Promise.all(providers.map((provider) => drain.drain(provider, lookAt, clock.now() + SLICE_MS)));
  if (providers.length > 0) await launchQueueAge.tell();
  return answer;
}
