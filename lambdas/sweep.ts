import { SQSClient } from '@aws-sdk/client-sqs';
import type { Context } from 'aws-lambda';
import { takeDeadLetters } from '../lib/adapters/aws/dead-letters.js';
import { serviceClientDefaults } from '../lib/adapters/aws/service-client.js';
import type { CronJob } from '../lib/apis/batch/v1/cronjob/types.js';
import { pagesOf } from '../lib/ports/store-support/pages.js';
import { clock, configuration, log, store } from './wiring/base.js';
import { drain, launchQueueAge } from './wiring/pods.js';
import { schedules } from './wiring/schedules.js';
import { sweepOn } from './wiring/sweeps.js';
import { wakeUps } from './wiring/wake-ups.js';
import { wake } from './wiring/wakes.js';

/** Called every few minutes: finds what an outage lost, and has it looked at. */

const sqs = new SQSClient({ ...serviceClientDefaults });
const CRON_JOBS_PAGE = 200;

export async function handler(_event: unknown, context: Context): Promise<void> {
  const untilMs = clock.now() + context.getRemainingTimeInMillis() / 2;
  const letters = await takeDeadLetters(sqs, configuration.list('deadLetterQueues'));
  if (letters.count > 0) log.warn('Dead letters: all that is unfinished is looked at.', { count: letters.count });
  // Tasks without pods.
  await wake([{ controller: 'pod', key: '/' }]);
  await drain.wakeWaiting();
  await launchQueueAge.tell();
  const repaired = await schedules.repair(cronJobPages);
  const lost = await wakeUps.repair();
  if (repaired.changed + repaired.orphans + lost.length > 0) {
    log.warn('Schedules and timers were put right.', { ...repaired, timers: lost.length });
  }
  // What a lost record told of need not be unfinished: an owner may have gone.
  const isComplete = await sweepOn(untilMs, letters.count > 0);
  if (isComplete) await letters.forget();
}

async function* cronJobPages(): AsyncGenerator<readonly CronJob[]> {
  for await (const { items } of pagesOf(store, { resource: 'cronjobs' }, { limit: CRON_JOBS_PAGE })) {
    yield items.map(({ object }) => object as unknown as CronJob);
  }
}
