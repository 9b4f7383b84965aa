import { beforeEach, describe, expect, it } from 'vitest';
import { readCronInput } from '../../../../lib/adapters/aws/eventbridge-schedules/cron-input.js';
import { EventBridgeSchedules } from '../../../../lib/adapters/aws/eventbridge-schedules/schedules.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { CronJob, CronJobSpec } from '../../../../lib/apis/batch/v1/cronjob/types.js';
import { isRepeatedTime } from '../../../../lib/controllers/cronjob/repeated-time.js';
import { parseSchedule } from '../../../../lib/controllers/cronjob/schedule.js';
import { FakeScheduler } from '../../../support/aws/fake-scheduler.js';
import { FakeTable } from '../../../support/aws/fake-table.js';
import { cronJobOf } from '../../../support/schedule-mapping.js';
import { passing } from '../../../support/virtual-time.js';

const START = Date.UTC(2026, 2, 1, 10);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let clock: VirtualClock;
let scheduler: FakeScheduler;
let table: FakeTable;
let refused: string[];
let schedules: EventBridgeSchedules;

beforeEach(() => {
  clock = new VirtualClock(START);
  scheduler = new FakeScheduler();
  table = new FakeTable();
  refused = [];
  schedules = new EventBridgeSchedules({
    scheduler: scheduler.client,
    dynamoDb: table.client,
    table: 't',
    group: 'finite',
    functionArn: 'arn:aws:lambda:eu-west-1:1:function:cron',
    roleArn: 'arn:aws:iam::1:role/schedules',
    deadLetterArn: 'arn:aws:sqs:eu-west-1:1:dead',
    clock,
    parseSchedule,
    isRepeatedTime,
    refused: (_, why) => refused.push(why),
  });
});

function cronJob(schedule: string, spec: Partial<CronJobSpec> = {}): CronJob {
  const made = cronJobOf(schedule);
  return { ...made, spec: { ...made.spec, ...spec } };
}

function numbered(i: number, schedule = '0 * * * *'): CronJob {
  const made = cronJobOf(schedule);
  return { ...made, metadata: { ...made.metadata, name: `c${i}`, uid: uid(i) } };
}

function uid(i: number): string {
  return `6f1c1f3e-0000-4000-8000-${String(i).padStart(12, '0')}`;
}

async function* pagesOf(cronJobs: readonly CronJob[]): AsyncIterable<readonly CronJob[]> {
  for (let start = 0; start < cronJobs.length; start += 500) yield cronJobs.slice(start, start + 500);
}

describe('the schedules of a CronJob', () => {
  it('call the cron function at its times, in its zone', async () => {
    await schedules.ensure(cronJob('30 6 * * 1-5', { timeZone: 'Europe/Berlin' }));
    const [schedule] = scheduler.schedules.values();
    expect(schedule).toMatchObject({
      GroupName: 'finite',
      ScheduleExpression: 'cron(30 6 ? * 2-6 *)',
      ScheduleExpressionTimezone: 'Europe/Berlin',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: {
        Arn: 'arn:aws:lambda:eu-west-1:1:function:cron',
        RoleArn: 'arn:aws:iam::1:role/schedules',
        DeadLetterConfig: { Arn: 'arn:aws:sqs:eu-west-1:1:dead' },
      },
    });
    const input: unknown = JSON.parse(schedule!.Target!.Input!);
    expect(input).toEqual({
      namespace: 'default',
      name: 'nightly',
      scheduledAt: '<aws.scheduler.scheduled-time>',
    });
    expect(readCronInput(input)).toEqual({ controller: 'cronjob', key: 'default/nightly' });
  });

  it('are two where either day will do', async () => {
    await schedules.ensure(cronJob('0 0 13 * 5'));
    expect(scheduler.expressions()).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * 6 *)']);
  });

  it('are asked for once, and cost nothing afterwards', async () => {
    await schedules.ensure(cronJob('0 * * * *'));
    const { writes } = table;
    scheduler.requests.length = 0;
    await schedules.ensure(cronJob('0 * * * *'));
    expect(scheduler.requests).toEqual([]);
    expect(table.writes).toBe(writes);
  });

  it('follow a change of the schedule, of the zone, and of what becomes of it', async () => {
    await schedules.ensure(cronJob('0 * * * *'));
    await schedules.ensure(cronJob('5 * * * *'));
    expect(scheduler.expressions()).toEqual(['cron(5 * * * ? *)']);
    await schedules.ensure(cronJob('5 * * * *', { timeZone: 'Asia/Tokyo' }));
    expect([...scheduler.schedules.values()].map((s) => s.ScheduleExpressionTimezone)).toEqual(['Asia/Tokyo']);
    await schedules.ensure(cronJob('5 * * * *', { suspend: true }));
    expect(scheduler.schedules.size).toBe(0);
    await schedules.ensure(cronJob('5 * * * *'));
    expect(scheduler.schedules.size).toBe(1);
    const deleting = cronJob('5 * * * *');
    const metadata = { ...deleting.metadata, deletionTimestamp: '2026-03-01T10:00:00Z' };
    await schedules.ensure({ ...deleting, metadata });
    expect(scheduler.schedules.size).toBe(0);
  });

  it('go with it', async () => {
    await schedules.ensure(cronJob('0 0 13 * 5'));
    const { uid: own } = cronJobOf('* * * * *').metadata;
    await schedules.remove(own);
    await schedules.remove(own);
    expect(scheduler.schedules.size).toBe(0);
    expect(table.items.size).toBe(0);
  });

  it('go with it when the book-keeping is lost', async () => {
    await schedules.ensure(cronJob('0 0 13 * 5'));
    table.items.clear();
    await schedules.remove(cronJobOf('* * * * *').metadata.uid);
    expect(scheduler.schedules.size).toBe(0);
  });

  it.each(['CreateSchedule', 'DeleteSchedule'])('are right after a crash at %s', async (request) => {
    await schedules.ensure(cronJob('0 * * * *'));
    scheduler.before = (name) => {
      if (name === request) throw new Error('crash');
    };
    await expect(schedules.ensure(cronJob('0 0 13 * 5'))).rejects.toThrow('crash');
    scheduler.before = undefined;
    await schedules.ensure(cronJob('0 0 13 * 5'));
    await schedules.repair(() => pagesOf([cronJob('0 0 13 * 5')]));
    expect(scheduler.expressions()).toEqual(['cron(0 0 13 * ? *)', 'cron(0 0 ? * 6 *)']);
  });

  it('survive throttling', async () => {
    scheduler.throttled = 2;
    await passing(clock, schedules.ensure(cronJob('0 * * * *')));
    expect(scheduler.schedules.size).toBe(1);
  });

  it('do not come about twice when two processes make them', async () => {
    table.beforeWrite = () => schedules.ensure(cronJob('0 * * * *'));
    await expect(schedules.ensure(cronJob('0 * * * *'))).rejects.toThrow('changed meanwhile');
    await schedules.ensure(cronJob('0 * * * *'));
    expect(scheduler.schedules.size).toBe(1);
  });
});

describe('whether a CronJob is woken', () => {
  const hourly = cronJob('0 * * * *');

  async function wakes(of: CronJob, atMs: number): Promise<boolean> {
    await schedules.ensure(of);
    clock.advanceTo(START + 3 * MINUTE);
    return schedules.wakesAt(of, atMs);
  }

  it('is known of its ticks', async () => {
    expect(await wakes(hourly, START + HOUR)).toBe(true);
    expect(await schedules.wakesAt(hourly, START + HOUR + MINUTE)).toBe(false);
    // With `finite.dev/jitter` the Job of a tick starts later.
    expect(await schedules.wakesAt(hourly, START + HOUR + 7000)).toBe(false);
  });

  it('is not known before its schedules are in place, nor shortly after', async () => {
    expect(await schedules.wakesAt(hourly, START + HOUR)).toBe(false);
    clock.advanceTo(START + 59 * MINUTE);
    await schedules.ensure(hourly);
    expect(await schedules.wakesAt(hourly, START + HOUR)).toBe(false);
    expect(await schedules.wakesAt(hourly, START + 2 * HOUR)).toBe(true);
  });

  it('is not known after its schedule was changed', async () => {
    await schedules.ensure(hourly);
    expect(await wakes(hourly, START + HOUR)).toBe(true);
    expect(await schedules.wakesAt(cronJob('0,30 * * * *'), START + HOUR)).toBe(false);
  });

  it('is not known of a tick that may have been fired already', async () => {
    await schedules.ensure(hourly);
    clock.advanceTo(START + HOUR - 10);
    expect(await schedules.wakesAt(hourly, START + HOUR)).toBe(false);
  });

  it.each([
    ['startingDeadlineSeconds is short', cronJob('0 * * * *', { startingDeadlineSeconds: 60 }), false],
    ['startingDeadlineSeconds is long', cronJob('0 * * * *', { startingDeadlineSeconds: 600 }), true],
  ])('when %s', async (_, of, expected) => {
    expect(await wakes(of, START + HOUR)).toBe(expected);
  });

  it('is not known where it gives up missed ticks at once', async () => {
    const { metadata } = hourly;
    const none = { ...hourly, metadata: { ...metadata, annotations: { 'finite.dev/catch-up': 'none' } } };
    expect(await wakes(none, START + HOUR)).toBe(false);
  });

  it('of @every is known where the clock has such times', async () => {
    expect(await wakes(cronJob('@every 1h'), START + HOUR)).toBe(true);
    expect(await schedules.wakesAt(cronJob('@every 7m'), START + 7 * MINUTE)).toBe(false);
  });

  it('is not known in the hour that clocks repeat', async () => {
    const nightly = cronJob('30 2 * * *', { timeZone: 'Europe/Berlin' });
    // 25 October 2026: 03:00 CEST becomes 02:00 CET, at 01:00 UTC.
    expect(await wakes(nightly, Date.UTC(2026, 9, 24, 0, 30))).toBe(true);
    expect(await schedules.wakesAt(nightly, Date.UTC(2026, 9, 25, 0, 30))).toBe(false);
    expect(await schedules.wakesAt(nightly, Date.UTC(2026, 9, 25, 1, 30))).toBe(false);
    expect(await schedules.wakesAt(nightly, Date.UTC(2026, 9, 26, 1, 30))).toBe(true);
  });

  it('is not known where EventBridge has refused the schedule', async () => {
    scheduler.refusal = 'Invalid Schedule Expression Timezone';
    expect(await wakes(hourly, START + HOUR)).toBe(false);
    expect(refused).toEqual(['Invalid Schedule Expression Timezone']);
  });
});

describe('the sweep', () => {
  it('makes the schedules of 2,000 CronJobs right', async () => {
    const all = Array.from({ length: 2000 }, (_, i) => numbered(i));
    expect(await schedules.repair(() => pagesOf(all))).toEqual({ changed: 2000, orphans: 0 });
    expect(scheduler.schedules.size).toBe(2000);
    scheduler.requests.length = 0;
    const { writes } = table;
    expect(await schedules.repair(() => pagesOf(all))).toEqual({ changed: 0, orphans: 0 });
    // Nothing but reading: 100 schedules a page.
    expect(scheduler.requests).toEqual(Array.from({ length: 20 }, () => 'ListSchedules'));
    expect(table.writes).toBe(writes);
  });

  it('finds what was lost, switched off, left over or put there by others', async () => {
    const all = [0, 1, 2, 3].map((i) => numbered(i));
    for (const each of all) await schedules.ensure(each);
    const nameOf = (i: number) => [...scheduler.schedules.keys()].find((name) => name.startsWith(uid(i)))!;
    scheduler.schedules.delete(nameOf(0));
    scheduler.schedules.set(nameOf(1), { ...scheduler.schedules.get(nameOf(1))!, State: 'DISABLED' });
    scheduler.schedules.set(nameOf(2).replace(/.{4}$/, '0000'), scheduler.schedules.get(nameOf(2))!);
    scheduler.schedules.set('somebody-elses', scheduler.schedules.get(nameOf(3))!);
    // The CronJob of number 3 is gone.
    expect(await schedules.repair(() => pagesOf(all.slice(0, 3)))).toEqual({ changed: 3, orphans: 1 });
    expect([...scheduler.schedules.keys()].sort()).toEqual([nameOf(0), nameOf(1), nameOf(2), 'somebody-elses']);
    expect([...scheduler.schedules.values()].map(({ State }) => State)).not.toContain('DISABLED');
    expect(await schedules.repair(() => pagesOf(all.slice(0, 3)))).toEqual({ changed: 0, orphans: 0 });
  });
});

describe('the cron function', () => {
  it.each([undefined, {}, { namespace: 'default' }, { namespace: 'default', name: '' }])('refuses %j', (input) => {
    expect(() => readCronInput(input)).toThrow(TypeError);
  });
});
