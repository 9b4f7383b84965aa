import { describe, expect, it } from 'vitest';
import { catchUpOf } from '../../../../../lib/apis/batch/v1/cronjob/catch-up.js';
import { jitterMsOf } from '../../../../../lib/apis/batch/v1/cronjob/jitter.js';
import { tellsScheduledTime } from '../../../../../lib/apis/batch/v1/cronjob/scheduled-time.js';
import { startTestServer } from '../../../../support/api-server.js';

const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';

function cronJob(annotations: Record<string, string>): object {
  const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
  return {
    metadata: { name: 'x', annotations },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } } },
  };
}

function metadata(annotations: Record<string, string>): { metadata: never } {
  return { metadata: { annotations } as never };
}

describe('the annotations of a CronJob', () => {
  it.each([
    ['catch-up', 'all'],
    ['catch-up', 'latest'],
    ['catch-up', 'none'],
    ['jitter', '5m'],
    ['jitter', '0'],
    ['jitter', '24h'],
    ['jitter', '1h30m'],
    ['scheduled-time', 'true'],
    ['scheduled-time', 'false'],
    ['anything-else', 'whatever'],
  ])('may say finite.dev/%s: %s', async (name, value) => {
    const { status } = await startTestServer().send('POST', cronJobs, cronJob({ [`finite.dev/${name}`]: value }));
    expect(status).toBe(201);
  });

  it.each([
    ['catch-up', 'some', 'Unsupported value: "some": supported values: "all", "latest", "none"'],
    ['catch-up', '', 'Unsupported value: "": supported values: "all", "latest", "none"'],
    ['jitter', '5', 'Invalid value: "5": time: missing unit in duration "5"'],
    ['jitter', '5 minutes', 'Invalid value: "5 minutes": time: unknown unit " minutes" in duration "5 minutes"'],
    ['jitter', '-5m', 'Invalid value: "-5m": must be greater than or equal to 0'],
    ['jitter', '24h1ns', 'Invalid value: "24h1ns": must be no more than 24h'],
    ['scheduled-time', 'yes', 'Unsupported value: "yes": supported values: "true", "false"'],
  ])('may not say finite.dev/%s: %j', async (name, value, message) => {
    const { send } = startTestServer();
    const key = `finite.dev/${name}`;
    const cause = { field: `metadata.annotations[${key}]`, message };
    const refused = { status: 422, body: { reason: 'Invalid', details: { causes: [cause] } } };
    expect(await send('POST', cronJobs, cronJob({ [key]: value }))).toMatchObject(refused);
    await send('POST', cronJobs, cronJob({}));
    const patch = { metadata: { annotations: { [key]: value } } };
    const merge = { 'content-type': 'application/merge-patch+json' };
    expect(await send('PATCH', `${cronJobs}/x`, patch, merge)).toMatchObject(refused);
  });

  it.each([
    [{}, 'latest', 0, false],
    [{ 'finite.dev/catch-up': 'all' }, 'all', 0, true],
    [{ 'finite.dev/jitter': '90s' }, 'latest', 90_000, true],
    [{ 'finite.dev/jitter': '1500us' }, 'latest', 1, true],
    [{ 'finite.dev/scheduled-time': 'true' }, 'latest', 0, true],
    [{ 'finite.dev/catch-up': 'none', 'finite.dev/scheduled-time': 'false' }, 'none', 0, false],
    // Stored before the annotation had a meaning.
    [{ 'finite.dev/catch-up': 'x', 'finite.dev/jitter': 'x', 'finite.dev/scheduled-time': 'x' }, 'latest', 0, false],
  ])('%j mean catch-up %s, jitter %i ms, scheduled time told: %s', (annotations, catchUp, jitterMs, told) => {
    const of = metadata(annotations as Record<string, string>);
    expect([catchUpOf(of), jitterMsOf(of), tellsScheduledTime(of)]).toEqual([catchUp, jitterMs, told]);
  });
});
