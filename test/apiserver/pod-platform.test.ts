import { expect, test } from 'vitest';
import { forbiddenValue } from '../../lib/apis/meta/v1/field-error.js';
import type { PodPlatform } from '../../lib/ports/pod-platform.js';
import { startTestServer } from '../support/api-server.js';

/** Has no host network, and does not run programs called `slow` any faster. */
const platform: PodPlatform = {
  refusals: ({ spec }, path) =>
    spec.hostNetwork ? [forbiddenValue(`${path === '' ? '' : `${path}.`}spec.hostNetwork`, 'not here')] : [],
  warnings: ({ spec }, path) => (spec.containers[0]?.name === 'slow' ? [`${path}: slow`] : []),
};

const template = (hostNetwork: boolean, name = 'c') => ({
  spec: { hostNetwork, restartPolicy: 'Never', containers: [{ name, image: 'i' }] },
});
const jobs = '/apis/batch/v1/namespaces/default/jobs';
const job = (hostNetwork: boolean, name?: string) => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j' },
  spec: { suspend: true, template: template(hostNetwork, name) },
});
const cronJob = (hostNetwork: boolean) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'c' },
  spec: { schedule: '0 * * * *', jobTemplate: { spec: { template: template(hostNetwork) } } },
});
const cronJobs = '/apis/batch/v1/namespaces/default/cronjobs';

test('what cannot run is refused, by the path of its field', async () => {
  const { send } = startTestServer({ platform });
  const answer = await send('POST', jobs, job(true));
  expect(answer.status).toBe(422);
  expect(answer.body.details.causes).toEqual([
    { reason: 'FieldValueForbidden', message: 'Forbidden: not here', field: 'spec.template.spec.hostNetwork' },
  ]);
  const cron = await send('POST', cronJobs, cronJob(true));
  expect(cron.body.details.causes[0].field).toBe('spec.jobTemplate.spec.template.spec.hostNetwork');
  expect((await send('POST', jobs, job(false))).status).toBe(201);
});

test('a change is refused too, unless it leaves alone what is to run', async () => {
  const { send, store } = startTestServer({ platform });
  expect((await send('POST', cronJobs, cronJob(false))).status).toBe(201);
  expect((await send('PUT', `${cronJobs}/c`, cronJob(true))).status).toBe(422);
  const permissive = startTestServer({ store });
  expect((await permissive.send('PUT', `${cronJobs}/c`, cronJob(true))).status).toBe(200);
  const labels = { metadata: { labels: { a: 'b' } } };
  const patched = await send('PATCH', `${cronJobs}/c`, labels, { 'content-type': 'application/merge-patch+json' });
  expect(patched.status).toBe(200);
});

test('what has no effect is warned of', async () => {
  const { send } = startTestServer({ platform });
  expect((await send('POST', jobs, job(false, 'slow'))).warnings).toContain('spec.template: slow');
});
