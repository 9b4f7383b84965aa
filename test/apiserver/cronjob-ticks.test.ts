import { describe, expect, it } from 'vitest';
import type { CronJobRecord } from '../../lib/apis/batch/v1/cronjob/record.js';
import { parseSchedule } from '../../lib/controllers/cronjob/schedule.js';
import { startTestServer, type TestServer } from '../support/api-server.js';

const namespace = '/apis/batch/v1/namespaces/default';
const ticks = `${namespace}/cronjobs/x/ticks`;
const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
const at = (text: string): number => Date.parse(`2030-01-01T${text}Z`);

interface Options {
  readonly spec?: object;
  readonly annotations?: Record<string, string>;
  readonly record?: Partial<CronJobRecord>;
}

/** It is midnight, 1 January 2030. */
async function serverWithCronJob({ spec, annotations, record }: Options = {}): Promise<TestServer> {
  const server = startTestServer({ parseSchedule });
  await server.send('POST', `${namespace}/cronjobs`, {
    metadata: { name: 'x', annotations },
    spec: { schedule: '0 */6 * * *', jobTemplate: { spec: { template } }, ...spec },
  });
  if (record === undefined) return server;
  const stored = (await server.store.get({ resource: 'cronjobs', namespace: 'default', name: 'x' }))!;
  const whole = { schedule: '0 */6 * * *', settledUntil: at('00:00:00'), skipped: [], ...record };
  await server.store.replace(stored.key, stored.revision, stored.object, whole as never);
  return server;
}

async function addJob(server: TestServer, name: string, timestamp: string, owner?: string): Promise<void> {
  const { uid } = (await server.send('GET', `${namespace}/cronjobs/x`)).body.metadata;
  const reference = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'x', uid: owner ?? uid, controller: true };
  const annotations = { 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp };
  await server.send('POST', `${namespace}/jobs`, {
    metadata: { name, annotations, ownerReferences: [reference] },
    spec: { template },
  });
}

async function statusOf(server: TestServer, query = ''): Promise<Record<string, any>> {
  const { status, body } = await server.send('GET', `${ticks}${query}`);
  expect(status).toBe(200);
  return body.status;
}

describe('the ticks of a CronJob', () => {
  it('are an object of their own kind', async () => {
    const server = await serverWithCronJob();
    const { metadata } = (await server.send('GET', `${namespace}/cronjobs/x`)).body;
    const { name, uid, resourceVersion, creationTimestamp } = metadata;
    expect((await server.send('GET', `${ticks}?next=1`)).body).toEqual({
      kind: 'CronJobTicks',
      apiVersion: 'finite.dev/v1',
      metadata: { name, namespace: 'default', uid, resourceVersion, creationTimestamp },
      status: { past: [], next: [{ time: '2030-01-01T06:00:00Z', startTime: '2030-01-01T06:00:00Z' }] },
    });
  });

  it.each([
    ['', 10, '2030-01-03T12:00:00Z'],
    ['?next=2', 2, '2030-01-01T12:00:00Z'],
    ['?next=0', 0, undefined],
  ])('to come are as many as asked for: %j', async (query, length, last) => {
    const { next } = await statusOf(await serverWithCronJob(), query);
    expect(next).toHaveLength(length);
    expect(next.at(-1)?.time).toBe(last);
  });

  it('to come are in the time zone of the CronJob', async () => {
    const spec = { schedule: '30 7 * * *', timeZone: 'America/New_York' };
    const { next } = await statusOf(await serverWithCronJob({ spec }), '?next=1');
    expect(next[0].time).toBe('2030-01-01T12:30:00Z');
  });

  it('to come are none while the CronJob is suspended', async () => {
    expect((await statusOf(await serverWithCronJob({ spec: { suspend: true } }))).next).toEqual([]);
  });

  it('never come where the schedule never fires', async () => {
    expect((await statusOf(await serverWithCronJob({ spec: { schedule: '0 0 31 2 *' } }))).next).toEqual([]);
  });

  it('start late by their jitter, and are shown until they have', async () => {
    const annotations = { 'finite.dev/jitter': '1h' };
    const server = await serverWithCronJob({ annotations, record: { settledUntil: at('00:00:00') } });
    const [first] = (await statusOf(server, '?next=1')).next;
    const start = Date.parse(first.startTime);
    expect(first.time).toBe('2030-01-01T06:00:00Z');
    expect(start).toBeGreaterThan(at('06:00:00'));
    expect(start).toBeLessThanOrEqual(at('07:00:00'));
    server.clock.advanceTo(start - 1);
    expect((await statusOf(server, '?next=1')).next).toEqual([first]);
    server.clock.advanceTo(start);
    expect((await statusOf(server, '?next=1')).next[0].time).toBe('2030-01-01T12:00:00Z');
  });

  it('that are past became Jobs, or say why not', async () => {
    const skipped = [
      { scheduledAt: at('00:00:00') - 36e5, reason: 'Forbid' as const },
      { scheduledAt: at('00:00:00') - 12e5, reason: 'Replaced' as const },
    ];
    const held = { scheduledAt: at('00:00:00'), reason: 'Forbid' as const };
    const server = await serverWithCronJob({ record: { skipped, held } });
    await addJob(server, 'x-1', '2029-12-31T23:30:00Z');
    await addJob(server, 'x-2', '2030-01-01T00:40:00+01:00');
    await addJob(server, 'x-3', '2029-12-31T23:50:00Z', 'another-uid');
    await addJob(server, 'xy-4', '2029-12-31T23:50:00Z');
    const replaced = 'its Job was replaced by that of the next tick, as concurrencyPolicy is Replace';
    const forbidden = 'another Job was running, and concurrencyPolicy is Forbid';
    const { past, waiting } = await statusOf(server);
    expect(past).toEqual([
      { time: '2029-12-31T23:00:00Z', reason: 'Forbid', message: forbidden },
      { time: '2029-12-31T23:30:00Z', job: 'x-1' },
      { time: '2029-12-31T23:40:00Z', job: 'x-2', reason: 'Replaced', message: replaced },
    ]);
    expect(waiting).toEqual({ time: '2030-01-01T00:00:00Z', reason: 'Forbid', message: forbidden });
    expect((await statusOf(server, '?past=1')).past).toEqual(past.slice(-1));
    expect((await statusOf(server, '?past=0')).past).toEqual([]);
  });

  it.each([
    [
      '?next=-1',
      422,
      'CronJobTicks.finite.dev "x" is invalid: next: Invalid value: -1: must be between 0 and 1440, inclusive',
    ],
    [
      '?past=1001',
      422,
      'CronJobTicks.finite.dev "x" is invalid: past: Invalid value: 1001: must be between 0 and 1000, inclusive',
    ],
    ['?next=some', 400, 'strconv.ParseInt: parsing "some": invalid syntax'],
  ])('are refused with a Status for %s', async (query, status, message) => {
    expect(await (await serverWithCronJob()).send('GET', ticks + query)).toMatchObject({
      status,
      body: { kind: 'Status', message },
    });
  });

  it('can only be read', async () => {
    const server = await serverWithCronJob();
    expect(await server.send('PUT', ticks, {})).toMatchObject({ status: 405, body: { reason: 'MethodNotAllowed' } });
    expect(await startTestServer().send('GET', ticks)).toMatchObject({
      status: 404,
      body: { message: 'cronjobs.batch "x" not found' },
    });
  });
});
