import { describe, expect, it } from 'vitest';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { play } from './behaviour/player.js';
import type { Snapshot, Step } from './behaviour/scenario.js';
import { openNamespace } from './behaviour/served-cluster.js';
import { startVirtualServer } from './behaviour/virtual-server.js';

/** What happens in histories that nobody has recorded, by Kubernetes' rules. */
interface Unrecorded {
  readonly steps: readonly Step[];
  /** Of the Job in the last snapshot. */
  readonly status?: object;
  /** The reasons of the events, each once. */
  readonly reasons?: readonly string[];
  /** Pods whose owner went with the last step, by number. */
  readonly released?: readonly number[];
}

const aJob = (spec: object): Step => ({
  do: 'create',
  object: {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name: 'j' },
    spec: {
      template: { spec: { restartPolicy: 'Never', nodeName: 'node-1', containers: [{ name: 'c', image: 'i' }] } },
      ...spec,
    },
  },
});
const run: Step = { do: 'setPod', pod: { phase: 'Pending' }, phase: 'Running' };
const change = (spec: object): Step => ({ do: 'patch', kind: 'job', name: 'j', body: { spec } });
const failDeleted = (exit: number): Step => ({ do: 'setPod', pod: { deleting: true }, phase: 'Failed', exit });
const failJobOn = (code: number) => ({
  rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [code] } }],
});
const failed = (reason: string) => ({
  conditions: expect.arrayContaining([expect.objectContaining({ type: 'Failed', reason })]) as unknown,
});

const histories: Readonly<Record<string, Unrecorded>> = {
  'a pod of a suspended Job fails with the code that fails the Job': {
    steps: [aJob({ podFailurePolicy: failJobOn(143) }), run, change({ suspend: true }), failDeleted(143)],
    status: failed('PodFailurePolicy'),
    reasons: ['PodFailurePolicy', 'SuccessfulCreate', 'SuccessfulDelete', 'Suspended'],
  },
  'so does one that a smaller parallelism took away': {
    steps: [aJob({ podFailurePolicy: failJobOn(143) }), run, change({ parallelism: 0 }), failDeleted(143)],
    status: failed('PodFailurePolicy'),
  },
  "a pod that has been counted is labelled as another Job's, and released": {
    steps: [
      aJob({ completions: 2 }),
      run,
      { do: 'setPod', pod: { n: 1 }, phase: 'Succeeded' },
      {
        do: 'patchPod',
        pod: { n: 1 },
        body: { metadata: { labels: { 'batch.kubernetes.io/controller-uid': 'other' } } },
      },
    ],
    status: { succeeded: 1, active: 1 },
    released: [1],
  },
  'a work queue is deleted in the foreground while its last pods end: nobody tells of its end': {
    steps: [
      aJob({ parallelism: 2 }),
      run,
      { do: 'setPod', pod: { n: 1 }, phase: 'Succeeded' },
      { do: 'delete', kind: 'job', name: 'j', options: { propagationPolicy: 'Foreground' } },
      { do: 'deletePod', pod: { deleting: true }, grace: 0 },
    ],
    status: {},
    reasons: ['SuccessfulCreate'],
  },
};

describe('Jobs and CronJobs in histories that no recording has', () => {
  it.each(Object.entries(histories))('%s', async (_, { steps, status, reasons, released = [] }) => {
    const server = await startVirtualServer();
    const cluster = await openNamespace(server, 'unrecorded');
    const played = await play({ name: 'unrecorded', steps }, cluster);
    cluster.close();
    await server.stop();
    expect(statusOf(played.at(-1)!)).toMatchObject(status ?? {});
    if (reasons) expect(reasonsOf(played)).toEqual(reasons);
    expect(releasedIn(played.at(-1)!)).toEqual(released);
  });
});

function statusOf({ jobs = [] }: Snapshot): object {
  return (jobs[0] as Partial<Job> | undefined)?.status ?? {};
}

function releasedIn({ pods = [] }: Snapshot): readonly number[] {
  return pods.filter(({ detail }) => detail !== undefined && !('ownerReferences' in detail)).map(({ n }) => n);
}

function reasonsOf(played: readonly Snapshot[]): readonly string[] {
  const events = played.flatMap(({ events = [] }) => events);
  return [...new Set(events.map(({ reason }) => reason))].sort();
}
