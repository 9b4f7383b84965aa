import { expect, it } from 'vitest';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { startVirtualServer } from '../conformance/behaviour/virtual-server.js';

type Server = Awaited<ReturnType<typeof startVirtualServer>>;

const namespace = '/apis/batch/v1/namespaces/default';
const minuteMs = 60_000;

async function send<T>(server: Server, method: string, path: string, body?: object): Promise<T> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const content = body && { body: JSON.stringify(body), headers: { 'content-type': type } };
  const response = await server.fetch(new Request(`http://server${path}`, { method, ...content }));
  expect(response.status).toBeLessThan(300);
  return (await response.json()) as T;
}

async function jobs(server: Server): Promise<readonly Job[]> {
  const { items } = await send<{ items: readonly Job[] }>(server, 'GET', `${namespace}/jobs`);
  return items;
}

async function createCronJob(server: Server, name: string, annotations: object, spec: object = {}): Promise<CronJob> {
  const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
  return send<CronJob>(server, 'POST', `${namespace}/cronjobs`, {
    metadata: { name, annotations },
    spec: { schedule: '* * * * *', jobTemplate: { spec: { template } }, ...spec },
  });
}

it('catches up with every tick that was missed while the CronJob was suspended, at once and in order', async () => {
  const server = await startVirtualServer();
  const { metadata } = await createCronJob(server, 'x', { 'finite.dev/catch-up': 'all' }, { suspend: true });
  await server.sleep(30 * minuteMs);
  expect(await jobs(server)).toEqual([]);
  await send(server, 'PATCH', `${namespace}/cronjobs/x`, { spec: { suspend: false } });
  await server.sleep(1);
  const first = Date.parse(metadata.creationTimestamp) / minuteMs + 1;
  const names = (await jobs(server)).map((job) => job.metadata.name);
  expect(names).toEqual(Array.from({ length: 30 }, (_, i) => `x-${first + i}`));
  await server.stop();
});

it('starts the Jobs of hundreds of hourly CronJobs at many moments, each within its jitter', async () => {
  const server = await startVirtualServer();
  const hour = server.now() + 60 * minuteMs;
  for (let i = 0; i < 300; i++) {
    await createCronJob(server, `x-${i}`, { 'finite.dev/jitter': '10m' }, { schedule: '0 * * * *' });
  }
  await server.sleep(hour - 1 - server.now());
  expect(await jobs(server)).toEqual([]);
  await server.sleep(10 * minuteMs + 1);
  const starts = (await jobs(server)).map((job) => Date.parse(job.metadata.creationTimestamp));
  expect(starts).toHaveLength(300);
  expect(Math.min(...starts)).toBeGreaterThanOrEqual(hour);
  expect(new Set(starts).size).toBeGreaterThan(200);
  await server.stop();
});

it('gives the pods the time that they are for', async () => {
  const server = await startVirtualServer();
  await createCronJob(server, 'x', { 'finite.dev/scheduled-time': 'true' }, { timeZone: 'Asia/Kathmandu' });
  await server.sleep(minuteMs);
  const { items } = await send<{ items: readonly Pod[] }>(server, 'GET', '/api/v1/namespaces/default/pods');
  const annotation = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
  expect(items[0]!.metadata.annotations?.[annotation]).toBe('2026-01-01T05:46:00+05:45');
  expect(items[0]!.spec.containers[0]!.env).toEqual([
    {
      name: 'FINITE_SCHEDULED_TIME',
      valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath: `metadata.annotations['${annotation}']` } },
    },
  ]);
  await server.stop();
});
