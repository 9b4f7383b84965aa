import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { EventBridgeSchedules } from '../../lib/adapters/aws/eventbridge-schedules/schedules.js';
import { serviceClientDefaults } from '../../lib/adapters/aws/service-client.js';
import { parseSchedule } from '../../lib/controllers/cronjob/schedule.js';
import { isRepeatedTime } from '../../lib/controllers/cronjob/repeated-time.js';
import { clock, configuration, dynamoDb, log, table } from './base.js';

export const schedules = new EventBridgeSchedules({
  scheduler: new SchedulerClient({ ...serviceClientDefaults }),
  group: configuration.text('scheduleGroup'),
  functionArn: configuration.text('cronFunction'),
  roleArn: configuration.text('scheduleRole'),
  deadLetterArn: configuration.optional('scheduleDeadLetterQueue'),
  dynamoDb,
  table,
  clock,
  parseSchedule,
  isRepeatedTime,
  refused: ({ metadata: { namespace, name } }, why) =>
    log.warn('EventBridge Scheduler does not take the schedule of a CronJob: timers wake it.', {
      namespace,
      name,
      why,
    }),
});
