import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { EventBridgeNotifications } from '../lib/adapters/aws/eventbridge-notifications/notifications.js';
import { WakeUpsAtOnce } from '../lib/adapters/aws/step-functions-wake-ups/wake-ups-at-once.js';
import { WakeUpsBesideSchedules } from '../lib/adapters/aws/eventbridge-schedules/wake-ups-beside-schedules.js';
import { NODE_NAME } from '../lib/adapters/aws/fargate-runtime/names.js';
import { serviceClientDefaults } from '../lib/adapters/aws/service-client.js';
import { CronJobSchedulesController } from '../lib/manager/controllers/cronjob-schedules.js';
import { notificationsOf } from '../lib/manager/notifications/changes.js';
import { createStreamManager } from '../lib/manager/stream/stream-manager.js';
import { clock, configuration, ids, log, store } from './wiring/base.js';
import { schedules } from './wiring/schedules.js';
import { handleBatch } from './wiring/stream.js';
import { wakeUps } from './wiring/wake-ups.js';
import { wake } from './wiring/wakes.js';

/** Called with the table's stream: brings it into the change feed, and runs every controller but the pods'. */

const notifications = new EventBridgeNotifications({
  eventBridge: new EventBridgeClient({ ...serviceClientDefaults }),
  bus: configuration.text('eventBus'),
  clusterId: configuration.text('clusterId'),
  clock,
});

const manager = createStreamManager({
  store,
  runtime: { nodeName: NODE_NAME },
  clock,
  ids,
  log,
  further: (context) => [new CronJobSchedulesController(context, schedules)],
});

/** Ticks that a schedule brings need no timer, nor does what is due. */
const timers = new WakeUpsAtOnce(clock, wake, new WakeUpsBesideSchedules(store, schedules, wakeUps));

export async function handler(event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> {
  const changes = await store.relay(event.Records);
  const remainingMs = context.getRemainingTimeInMillis();
  const answer = await handleBatch(event, changes, remainingMs, { manager, wakeUps: timers, log });
  // Last: a bus that takes nothing must not hold up Jobs. The batch comes again, and what was done is found done.
  await notifications.tell(notificationsOf(changes.map(({ change }) => change)));
  return answer;
}
