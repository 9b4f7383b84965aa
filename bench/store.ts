import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskStore } from '../lib/adapters/local/disk-store/disk-store.js';
import { SystemClock } from '../lib/adapters/local/system-clock.js';
import type { KubeObject } from '../lib/apis/meta/v1/object.js';
import type { Store } from '../lib/ports/store.js';
import type { Row } from './table.js';

/** Writers at a time: about what 1,000 pods a second with four writes each have waiting for a disk's sync. */
const WRITERS = 64;

/** A pod's life in writes: created, bound, running, ended. */
const WRITES_PER_POD = 4;

/** The disk store alone: pods created and replaced three times each, then listed, then the folder opened again. */
export async function benchStore(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const pods of [1000, 10_000, 30_000]) rows.push(await benchPods(pods));
  return rows;
}

async function benchPods(pods: number): Promise<Row> {
  const folder = await mkdtemp(join(tmpdir(), 'finite-bench-store-'));
  const clock = new SystemClock();
  let store = await DiskStore.open(folder, { clock });
  try {
    const writing = await measure(() => livePods(store, pods));
    const listing = await measure(() => listAll(store));
    const rssBytes = process.memoryUsage.rss();
    await store.close();
    const opening = await measure(async () => void (store = await DiskStore.open(folder, { clock })));
    const writes = pods * WRITES_PER_POD;
    return {
      load: `${pods.toLocaleString('en-US')} pods × ${WRITES_PER_POD} writes`,
      'object bytes': JSON.stringify(pod(0, WRITES_PER_POD - 1)).length,
      'puts/s': Math.round((writes / writing.millis) * 1000),
      // Of all threads, the database's and the collector's included.
      'CPU µs/put': Math.round(writing.cpuMicros / writes),
      'bytes written/put': Math.round(writing.bytesWritten / writes),
      'list all ms': Math.round(listing.millis),
      'open ms': Math.round(opening.millis),
      'disk MB': Math.round((await sizeOf(folder)) / 1e6),
      'RSS MB': Math.round(rssBytes / 1e6),
    };
  } finally {
    await store.close();
    await rm(folder, { recursive: true });
  }
}

async function livePods(store: Store, pods: number): Promise<void> {
  let next = 0;
  const writer = async () => {
    for (let number = next++; number < pods; number = next++) {
      const key = { resource: 'pods', namespace: 'default', name: `bench-${number}` };
      let stored = await store.create(key, pod(number, 0));
      for (let turn = 1; turn < WRITES_PER_POD; turn++) {
        const { metadata, status } = pod(number, turn);
        stored = await store.replace(key, stored.revision, { ...stored.object, metadata, status });
      }
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, writer));
}

async function listAll(store: Store): Promise<void> {
  let page = await store.list({ resource: 'pods' }, { limit: 500 });
  while (page.next) page = await store.list({ resource: 'pods' }, { limit: 500, after: page.next, at: page.revision });
}

async function measure(work: () => Promise<void>) {
  const startMs = performance.now();
  const cpu = process.cpuUsage();
  const files = await writtenBytes();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  const bytesWritten = (await writtenBytes()) - files;
  return { millis: performance.now() - startMs, cpuMicros: user + system, bytesWritten };
}

/** What this process has written to files so far, by the kernel's account; 0 where it keeps none. */
async function writtenBytes(): Promise<number> {
  const account = await readFile('/proc/self/io', 'utf8').catch(() => '');
  return Number(/^write_bytes: (\d+)$/m.exec(account)?.[1] ?? 0);
}

async function sizeOf(folder: string): Promise<number> {
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** A pod as the Job controller makes it, of common size. */
function pod(number: number, turn: number): KubeObject {
  const name = `bench-${number}`;
  const uid = `5a4ac1a2-7d5b-4d0c-8a35-${String(number).padStart(12, '0')}`;
  const labels = {
    'batch.kubernetes.io/controller-uid': '0b6d6a7e-0ad8-44a4-9d76-6f7cf1d5b9a6',
    'batch.kubernetes.io/job-name': 'bench',
    'batch.kubernetes.io/job-completion-index': String(number),
    'controller-uid': '0b6d6a7e-0ad8-44a4-9d76-6f7cf1d5b9a6',
    'job-name': 'bench',
  };
  const ownerReference = {
    apiVersion: 'batch/v1',
    kind: 'Job',
    name: 'bench',
    uid,
    controller: true,
    blockOwnerDeletion: true,
  };
  const time = '2026-01-01T00:00:00Z';
  const conditions = ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map(
    (type) => ({
      type,
      status: turn > 1 ? 'True' : 'False',
      lastProbeTime: null,
      lastTransitionTime: time,
      reason: 'PodCompleted',
    }),
  );
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      generateName: 'bench-',
      namespace: 'default',
      uid,
      creationTimestamp: time,
      labels,
      annotations: { 'batch.kubernetes.io/job-completion-index': String(number) },
      finalizers: ['batch.kubernetes.io/job-tracking'],
      ownerReferences: [ownerReference],
    },
    spec: {
      containers: [
        {
          name: 'main',
          image: 'busybox:1.36',
          command: ['sh', '-c', 'echo "$JOB_COMPLETION_INDEX"; sleep 1'],
          env: [
            {
              name: 'JOB_COMPLETION_INDEX',
              valueFrom: {
                fieldRef: {
                  apiVersion: 'v1',
                  fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
                },
              },
            },
          ],
          resources: { requests: { cpu: '100m', memory: '64Mi' } },
          terminationMessagePath: '/dev/termination-log',
          terminationMessagePolicy: 'File',
          imagePullPolicy: 'IfNotPresent',
        },
      ],
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      dnsPolicy: 'ClusterFirst',
      securityContext: {},
      schedulerName: 'default-scheduler',
      hostname: name,
    },
    status: {
      phase: ['Pending', 'Pending', 'Running', 'Succeeded'][turn],
      conditions: turn === 0 ? [] : conditions,
      startTime: time,
      qosClass: 'Burstable',
      containerStatuses:
        turn < 2
          ? []
          : [
              {
                name: 'main',
                image: 'busybox:1.36',
                imageID: `sha256:${'5'.repeat(64)}`,
                ready: false,
                started: false,
                restartCount: 0,
                containerID: `instant://${uid}`,
                lastState: {},
                state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: time, finishedAt: time } },
              },
            ],
    },
  };
}
