import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backfill, type Outcome } from '../../bin/backfill/backfill.js';
import { Target } from '../../bin/backfill/target.js';
import { ApiError, ApiClient } from '../../bin/local/api-client.js';
import { startControlPlane, type ControlPlane } from '../../bin/local/control-plane.js';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';

const group = '/apis/batch/v1/namespaces/default';
const minute = (text: string): number => Date.parse(`2024-05-01T${text}:00Z`);
const hours = ['00', '01', '02', '03', '04'].map((hour) => `2024-05-01T${hour}:00:00Z`);

let data: string;
let plane: ControlPlane;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'finite-test-'));
  plane = await startControlPlane({ dataFolder: data, runtime: 'instant' });
});
afterAll(async () => {
  await plane.stop();
  rmSync(data, { recursive: true, force: true });
});

async function createCronJob(name: string, spec: object = {}, podAnnotations: object = {}): Promise<void> {
  const template = {
    metadata: { annotations: podAnnotations },
    spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' },
  };
  await plane.client.create(`${group}/cronjobs`, {
    metadata: { name },
    spec: { schedule: '0 * * * *', successfulJobsHistoryLimit: 1, jobTemplate: { spec: { template } }, ...spec },
  });
}

interface Options {
  readonly parallel?: number;
  readonly rerun?: boolean;
  readonly from?: number;
  readonly to?: number;
  readonly client?: ApiClient;
}

/** The ticks from midnight to five, with what became of each. */
async function run(name: string, options: Options = {}): Promise<[string, Outcome][]> {
  const told: [string, Outcome][] = [];
  const { client = plane.client, ...rest } = options;
  await backfill(
    new Target(client, 'default', name),
    { from: minute('00:00'), to: minute('05:00'), parallel: 1, rerun: false, now: Date.now(), pollMs: 2, ...rest },
    { tick: (time, _job, outcome) => void told.push([time, outcome]) },
  );
  return told;
}

/** Every Job of a CronJob that was ever allowed to run, by name. */
async function followStarts(name: string, signal: AbortSignal, starts: Map<string, Set<string>>): Promise<void> {
  for await (const { object } of plane.client.watch<KubeObject & Job>(`${group}/jobs`, signal)) {
    const { metadata, spec } = object;
    if (!metadata.name.startsWith(`${name}-`) || spec.suspend) continue;
    starts.set(metadata.name, (starts.get(metadata.name) ?? new Set()).add(metadata.uid));
  }
}

/** Works until its calls are used up: a process that stops there. */
function dyingClient(calls: number): ApiClient {
  let left = calls;
  return new Proxy(plane.client, {
    get(client, method: keyof ApiClient) {
      return (...args: unknown[]) => {
        if (left-- <= 0) throw new Error('stopped');
        return (client[method] as (...all: unknown[]) => unknown).apply(client, args);
      };
    },
  });
}

describe('a backfill', () => {
  it('runs every tick of the range once, in order, and nothing when run again', async () => {
    await createCronJob('a');
    const told = await run('a');
    expect(told).toEqual(
      hours
        .flatMap((hour) => [
          [hour, 'started'],
          [hour, 'complete'],
        ])
        .map(([hour, outcome]) => [hour, outcome === 'complete' ? expect.stringMatching(/complete|gone/) : outcome]),
    );
    expect(await run('a')).toEqual(hours.map((hour) => [hour, 'done before']));
  });

  it('makes Jobs as the schedule would', async () => {
    await createCronJob('named', { successfulJobsHistoryLimit: 10 });
    await run('named', { to: minute('00:01') });
    const job = (await plane.client.get(`${group}/jobs/named-${minute('00:00') / 60_000}`)) as KubeObject & Job;
    expect(job.metadata).toMatchObject({
      annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': hours[0], 'finite.dev/backfill': 'true' },
      ownerReferences: [{ kind: 'CronJob', name: 'named', controller: true }],
    });
    expect(job.status.conditions).toContainEqual(expect.objectContaining({ type: 'Complete', status: 'True' }));
  });

  it('is no surprise to the controller', async () => {
    await createCronJob('known', {}, { 'finite.dev/run-ms': '50' });
    await run('known');
    const { items } = (await plane.client.get(`/api/v1/namespaces/default/events`)) as unknown as {
      items: readonly { readonly reason: string; readonly involvedObject: { readonly name: string } }[];
    };
    const own = items.filter(({ involvedObject }) => involvedObject.name === 'known');
    expect(own.map(({ reason }) => reason)).not.toContain('UnexpectedJob');
    const cronJob = (await plane.client.get(`${group}/cronjobs/known`)) as KubeObject & CronJob;
    expect(cronJob.status).toEqual({ lastSuccessfulTime: expect.any(String) });
  });

  it('goes on after what an earlier one has done', async () => {
    await createCronJob('b');
    await run('b', { from: minute('01:00'), to: minute('03:00') });
    const told = (await run('b')).filter(([, outcome]) => outcome === 'started' || outcome === 'done before');
    expect(told.map(([, outcome]) => outcome)).toEqual(['started', 'done before', 'done before', 'started', 'started']);
  });

  it('runs as many Jobs at the same time as it may', async () => {
    await createCronJob('c', {}, { 'finite.dev/run-ms': '150' });
    let running = 0;
    let most = 0;
    const report = {
      tick: (_time: string, _job: string, outcome: Outcome): void => {
        running += outcome === 'started' ? 1 : -1;
        most = Math.max(most, running);
      },
    };
    const range = { from: minute('00:00'), to: minute('05:00'), rerun: false, now: Date.now(), pollMs: 2 };
    await backfill(new Target(plane.client, 'default', 'c'), { ...range, parallel: 3 }, report);
    expect(most).toBe(3);
    expect(running).toBe(0);
  });

  it('says which Jobs failed, and goes on', async () => {
    await createCronJob('f', { failedJobsHistoryLimit: 10 }, { 'finite.dev/exit-code': '1' });
    await plane.client.patch(`${group}/cronjobs/f`, { spec: { jobTemplate: { spec: { backoffLimit: 0 } } } });
    const told = await run('f', { to: minute('02:00') });
    expect(told.map(([, outcome]) => outcome)).toEqual(['started', 'failed', 'started', 'failed']);
  });

  it('never runs a tick twice and leaves none out, wherever it is stopped', async () => {
    await createCronJob('d');
    const starts = new Map<string, Set<string>>();
    const watching = new AbortController();
    const watched = followStarts('d', watching.signal, starts);
    let stops = 0;
    for (let calls = 1; ; calls = (calls % 23) + 1) {
      try {
        await run('d', { client: dyingClient(calls) });
        break;
      } catch (error) {
        expect(String(error)).toContain('stopped');
        stops++;
      }
    }
    expect(stops).toBeGreaterThan(10);
    watching.abort();
    await watched;
    expect([...starts.keys()].toSorted()).toEqual(hours.map((hour) => `d-${Date.parse(hour) / 60_000}`));
    for (const uids of starts.values()) expect(uids.size).toBe(1);
  });

  it('shares the ticks with another one', async () => {
    await createCronJob('e');
    const starts = new Map<string, Set<string>>();
    const watching = new AbortController();
    const watched = followStarts('e', watching.signal, starts);
    const told = (await Promise.all([run('e'), run('e')])).flat();
    watching.abort();
    await watched;
    expect(
      told
        .filter(([, outcome]) => outcome === 'started')
        .map(([time]) => time)
        .toSorted(),
    ).toEqual(hours);
    expect(Array.from(starts.values(), (uids) => uids.size)).toEqual(hours.map(() => 1));
  });

  it('does not take the name of a Job of somebody else', async () => {
    await createCronJob('g');
    const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } };
    const name = `g-${minute('00:00') / 60_000}`;
    await plane.client.create(`${group}/jobs`, { metadata: { name }, spec: { suspend: true, template } });
    await expect(run('g')).rejects.toThrow(`${name} is a Job of somebody else`);
  });

  it('is refused where there is no such CronJob', async () => {
    await expect(run('absent')).rejects.toThrow(ApiError);
  });
});
