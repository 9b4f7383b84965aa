import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { beforeEach, expect, it } from 'vitest';
import { createTable } from '../../../lib/adapters/aws/dynamodb-store/create-table.js';
import { EventBridgeSchedules } from '../../../lib/adapters/aws/eventbridge-schedules/schedules.js';
import { StepFunctionsWakeUps } from '../../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { isRepeatedTime } from '../../../lib/controllers/cronjob/repeated-time.js';
import { parseSchedule } from '../../../lib/controllers/cronjob/schedule.js';
import { FakeScheduler } from '../../support/aws/fake-scheduler.js';
import { FakeStepFunctions } from '../../support/aws/fake-step-functions.js';
import { describeDynamoDb } from '../../support/describe-dynamodb.js';
import { cronJobOf } from '../../support/schedule-mapping.js';

/** So far ahead that the table's TTL, which goes by the real time, leaves alone what is written. */
const START = Date.UTC(2090, 2, 1, 10);
const MINUTE = 60_000;

/** Counts a client's writes of items. */
function putsOf(client: DynamoDBClient): { readonly count: number } {
  const puts = { count: 0 };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'PutItemCommand') puts.count++;
        return next(args);
      },
    { step: 'initialize' },
  );
  return puts;
}

describeDynamoDb('the book-keeping of wake-ups and schedules, in DynamoDB', (suite) => {
  let table: string;
  let clock: VirtualClock;

  beforeEach(async () => {
    table = suite.database.tableName();
    await createTable(suite.database.client, table);
    clock = new VirtualClock(START);
  });

  it('keeps one wake-up per key, for one small write each time it changes', async () => {
    const stepFunctions = new FakeStepFunctions(clock);
    const { client, machineArn } = stepFunctions;
    const wakeUps = new StepFunctionsWakeUps({
      stepFunctions: client,
      machineArn,
      dynamoDb: suite.database.client,
      table,
      clock,
    });
    const puts = putsOf(suite.database.client);
    const ensure = (minutes: number) =>
      wakeUps.ensure(
        Array.from({ length: 120 }, (_, i) => ({ controller: 'job', key: `a/${i}`, atMs: START + minutes * MINUTE })),
      );
    await ensure(20);
    expect(puts.count).toBe(120);
    await ensure(20);
    await ensure(30);
    expect(puts.count).toBe(120);
    await ensure(10);
    expect(puts.count).toBe(240);
    expect(stepFunctions.running()).toHaveLength(120);
    stepFunctions.lose(stepFunctions.running()[7]!);
    expect(await wakeUps.repair()).toHaveLength(1);
    clock.advanceTo(START + 15 * MINUTE);
    await ensure(20);
    clock.advanceTo(START + 60 * MINUTE);
    const minutes = stepFunctions.fired.map(({ atMs }) => (atMs - START) / MINUTE);
    expect(minutes.filter((minute) => minute === 10)).toHaveLength(120);
    expect(minutes.filter((minute) => minute === 20)).toHaveLength(120);
  });

  it('knows which schedules are in place', async () => {
    const scheduler = new FakeScheduler();
    const schedules = new EventBridgeSchedules({
      scheduler: scheduler.client,
      dynamoDb: suite.database.client,
      table,
      group: 'finite',
      functionArn: 'arn:aws:lambda:eu-west-1:1:function:cron',
      roleArn: 'arn:aws:iam::1:role/schedules',
      clock,
      parseSchedule,
      isRepeatedTime,
    });
    const hourly = cronJobOf('0 * * * *');
    await schedules.ensure(hourly);
    expect(await schedules.wakesAt(hourly, START + 60 * MINUTE)).toBe(true);
    await schedules.ensure(cronJobOf('0 0 13 * 5'));
    expect(scheduler.schedules.size).toBe(2);
    const all = async function* () {
      yield [cronJobOf('0 0 13 * 5')];
    };
    expect(await schedules.repair(all)).toEqual({ changed: 0, orphans: 0 });
    await schedules.ensure({ ...hourly, spec: { ...hourly.spec, suspend: true } });
    expect(await schedules.wakesAt(hourly, START + 60 * MINUTE)).toBe(false);
    await schedules.ensure(hourly);
    expect(scheduler.expressions()).toEqual(['cron(0 * * * ? *)']);
    await schedules.remove(hourly.metadata.uid);
    expect(await schedules.wakesAt(hourly, START + 60 * MINUTE)).toBe(false);
  });
});
