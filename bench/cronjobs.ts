import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStore } from '../lib/adapters/local/disk-store/disk-store.js';
import { RandomIds } from '../lib/adapters/local/random-ids.js';
import { SystemClock } from '../lib/adapters/local/system-clock.js';
import { NoneRuntime } from '../lib/adapters/memory/none-runtime.js';
import { VirtualClock } from '../lib/adapters/memory/virtual-clock.js';
import { defaultCronJob } from '../lib/apis/batch/v1/cronjob/defaults.js';
import type { CronJob } from '../lib/apis/batch/v1/cronjob/types.js';
import type { KubeObject } from '../lib/apis/meta/v1/object.js';
import { formatTime } from '../lib/apis/meta/v1/time.js';
import { parseSchedule } from '../lib/controllers/cronjob/schedule.js';
import { createManager } from '../lib/manager/manager.js';
import type { Store } from '../lib/ports/store.js';
import { percentile, type Row } from './table.js';

const CRON_JOBS = 10_000;
/** Two seconds before the minute at which all are due. */
const START = Date.UTC(2026, 0, 1, 0, 59, 58);
const TICK = START + 2000;
const NAMESPACE = 'bench';
const DAY = 86_400_000;

/**
 * Ten thousand CronJobs due in the same second: how long after the minute each has its Job, durable on disk. The minute
 * comes when the clock is told so; from there on it goes with the machine's, and so does all the work.
 */
export async function benchCronJobs(): Promise<readonly Row[]> {
  return [await sameSecond(), nextTimes('0 0 29 2 *', 'Europe/Berlin'), nextTimes('*/5 * * * *', 'America/New_York')];
}

async function sameSecond(): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'finite-bench-'));
  const clock = new VirtualClock(START);
  const store = await DiskStore.open(join(folder, 'store'), { clock: new SystemClock() });
  const manager = createManager({ store, clock, ids: new RandomIds(), runtime: new NoneRuntime() });
  try {
    await store.create({ resource: 'namespaces', namespace: '', name: NAMESPACE }, namespace);
    await Promise.all(Array.from({ length: CRON_JOBS }, (_, i) => createCronJob(store, i)));
    await manager.start();
    await manager.idle();
    const cpu = process.cpuUsage();
    const delays = (await delaysFrom(clock, store)).sort((a, b) => a - b);
    const { user, system } = process.cpuUsage(cpu);
    return {
      measured: `${CRON_JOBS} Jobs of one second`,
      p50Ms: Math.round(percentile(delays, 50)),
      p99Ms: Math.round(percentile(delays, 99)),
      maxMs: Math.round(delays.at(-1)!),
      cpuUsEach: Math.round((user + system) / CRON_JOBS),
    };
  } finally {
    await manager.stop();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

const namespace: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: NAMESPACE, uid: NAMESPACE, creationTimestamp: formatTime(START) },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
};

/** When, in ms after the minute, the Jobs were there. */
async function delaysFrom(clock: VirtualClock, store: Store): Promise<number[]> {
  const stop = new AbortController();
  const delays: number[] = [];
  const changes = store.changes({ resource: 'jobs' }, await store.currentRevision(), stop.signal);
  const start = performance.now();
  const elapsed = () => performance.now() - start;
  const going = setInterval(() => clock.advanceTo(TICK + elapsed()), 1);
  clock.advanceTo(TICK);
  for await (const batch of changes) {
    for (const { type } of batch.changes) if (type === 'created') delays.push(elapsed());
    if (delays.length === CRON_JOBS) break;
  }
  stop.abort();
  clearInterval(going);
  return delays;
}

async function createCronJob(store: Store, position: number): Promise<void> {
  const name = `c${position}`;
  const cronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name,
      namespace: NAMESPACE,
      uid: `uid-${position}`,
      generation: 1,
      creationTimestamp: formatTime(START),
    },
    spec: {
      schedule: '0 * * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'hello', image: 'busybox' }] } } },
      },
    },
    status: {},
  } as CronJob;
  await store.create(
    { resource: 'cronjobs', namespace: NAMESPACE, name },
    defaultCronJob(cronJob) as KubeObject & CronJob,
  );
}

function nextTimes(expression: string, timeZone: string): Row {
  const schedule = parseSchedule(expression, { timeZone });
  const times: number[] = [];
  for (let i = 0; i < 12_000; i++) {
    const start = performance.now();
    // Days in no order: what was found last is of no use.
    schedule.next(START + ((i * 7919) % 36_500) * DAY);
    times.push(performance.now() - start);
  }
  // The first runs are the compiler's, and find the zone's changes.
  const warm = times.slice(2000).sort((a, b) => a - b);
  return { measured: `next of ${expression}`, perSecond: Math.round((warm.length / sum(warm)) * 1000) };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
