import type { Job } from '../lib/apis/batch/v1/job/types.js';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../lib/apis/batch/v1/job/well-known.js';
import type { Pod } from '../lib/apis/core/v1/pod/types.js';
import { reconcileJob, type ObservedJob } from '../lib/controllers/job/reconcile.js';

/** One line of `npm run bench -- core`; `situation` is what the reconcile finds. */
type CoreRow = Readonly<Record<'indexes' | 'active' | 'medianUs' | 'maxUs', number> & { situation: string }>;

const NOW = Date.UTC(2026, 0, 1);
const CREATED = '2026-01-01T00:00:00Z';
const SIZES = [
  { indexes: 100, active: 100 },
  { indexes: 10_000, active: 10_000 },
  { indexes: 100_000, active: 10_000 },
];

/** How long the job controller thinks, by the size of the Job: pure computation, no store. */
export async function benchCore(): Promise<readonly CoreRow[]> {
  return SIZES.flatMap(({ indexes, active }) => {
    const situations = {
      'nothing to do': observed(indexes, active, 'Running', completedInOrder),
      '100 pods ended': endingSome(observed(indexes, active, 'Running', completedInOrder), 100),
      'pods to create': observed(indexes, Math.floor(active / 2), 'Running', completedInOrder),
      'every other index done': endingSome(observed(indexes, Math.floor(active / 2), 'Running', everyOther), 100),
    };
    return Object.entries(situations).map(([situation, job]) => ({ indexes, active, situation, ...measure(job) }));
  });
}

function measure(job: ObservedJob): { readonly medianUs: number; readonly maxUs: number } {
  const times: number[] = [];
  for (let run = 0; run < 60; run++) {
    const start = performance.now();
    reconcileJob(job, NOW);
    times.push((performance.now() - start) * 1000);
  }
  // The first runs are the compiler's.
  const warm = times.slice(20).sort((a, b) => a - b);
  return { medianUs: Math.round(warm[warm.length >> 1]!), maxUs: Math.round(warm.at(-1)!) };
}

function completedInOrder(indexes: number, active: number): string {
  return indexes > active ? `0-${indexes - active - 1}` : '';
}

function everyOther(indexes: number): string {
  return Array.from({ length: indexes >> 1 }, (_, i) => 2 * i).join(',');
}

/** The highest indexes are active; those below are done as `completed` says. */
function observed(
  indexes: number,
  active: number,
  phase: string,
  completed: (indexes: number, active: number) => string,
): ObservedJob {
  const job = jobOf(indexes, active, completed(indexes, active));
  const step = completed === everyOther ? 2 : 1;
  const pods = Array.from({ length: active }, (_, i) => podOf(job, indexes - 1 - i * step, phase));
  return { job, record: { nextSlot: indexes, consecutiveFailures: 0, startedAt: NOW }, pods };
}

function endingSome({ pods, ...rest }: ObservedJob, number: number): ObservedJob {
  const ended = (pod: Pod): Pod => ({ ...pod, status: { phase: 'Succeeded' } });
  return { ...rest, pods: pods.map((pod, i) => (i < Math.min(number, pods.length >> 1) ? ended(pod) : pod)) };
}

function jobOf(completions: number, active: number, completedIndexes: string): Job {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'bench', namespace: 'default', uid: 'bench-uid', creationTimestamp: CREATED },
    spec: {
      completions,
      parallelism: active,
      completionMode: 'Indexed',
      backoffLimit: 6,
      selector: { matchLabels: { 'job-name': 'bench' } },
      template: {
        metadata: { labels: { 'job-name': 'bench' } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] },
      },
    },
    status: {
      active,
      ready: active,
      terminating: 0,
      startTime: CREATED,
      completedIndexes,
      uncountedTerminatedPods: {},
    },
  };
}

function podOf(job: Job, index: number, phase: string): Pod {
  const { apiVersion, kind, metadata, spec } = job;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `bench-${index}-bbbbb`,
      namespace: 'default',
      uid: `pod-${index}`,
      creationTimestamp: CREATED,
      labels: { 'job-name': 'bench' },
      annotations: { [COMPLETION_INDEX]: String(index) },
      finalizers: [TRACKING_FINALIZER],
      ownerReferences: [{ apiVersion, kind, name: metadata.name, uid: metadata.uid, controller: true }],
    },
    spec: spec.template.spec!,
    status: { phase: phase as 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
}
