import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../../../lib/apis/batch/v1/job/well-known.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import type { JobRecord } from '../../../lib/apis/batch/v1/job/record.js';
import type { Decision } from '../../../lib/controllers/decision.js';
import { lookAt, type Sync } from '../../../lib/controllers/job/sync.js';
import { reconcileJob } from '../../../lib/controllers/job/reconcile.js';
import { admittedJob } from '../../support/job-defaults.js';

export const NOW = Date.UTC(2026, 0, 1, 12);

type JobParts = { readonly spec?: object; readonly status?: object; readonly metadata?: object };

/** An admitted Job named `j`, in its twelfth hour. */
export function aJob({ spec = {}, status = {}, metadata = {} }: JobParts = {}): Job {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } };
  const draft = { metadata: { name: 'j', namespace: 'default' }, spec: { template, ...spec } };
  const job = admittedJob(draft, { uid: 'job-uid', creationTimestamp: formatTime(NOW - 60_000) });
  return { ...job, metadata: { ...job.metadata, ...metadata }, status };
}

interface PodParts {
  readonly name?: string;
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  readonly index?: number | string;
  /** How long ago, in seconds, it was created, became ready and, where it has ended, finished. */
  readonly age?: number;
  readonly readyFor?: number;
  readonly ended?: number;
  readonly exitCode?: number;
  readonly restarts?: number;
  readonly deleting?: boolean;
  readonly tracked?: boolean;
  readonly node?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly owner?: string;
}

let pods = 0;

/** A running pod of the Job, unless told otherwise. */
export function aPod(job: Job, parts: PodParts = {}): Pod {
  const {
    phase = 'Running',
    index,
    age = 10,
    ended = 0,
    restarts = 0,
    tracked = true,
    owner = job.metadata.uid,
  } = parts;
  const name = parts.name ?? `pod-${pods++}`;
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const exitCode = parts.exitCode ?? (phase === 'Failed' ? 1 : 0);
  const ready = parts.readyFor === undefined ? [] : [readyCondition(parts.readyFor)];
  const terminated = { terminated: { exitCode, finishedAt: formatTime(NOW - ended * 1000) } };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      creationTimestamp: formatTime(NOW - age * 1000),
      labels: parts.labels ?? job.spec.selector!.matchLabels,
      annotations: { ...(index !== undefined && { [COMPLETION_INDEX]: String(index) }), ...parts.annotations },
      ...(tracked && { finalizers: [TRACKING_FINALIZER] }),
      ...(owner !== '' && {
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: owner, controller: true }],
      }),
      ...(parts.deleting === true && { deletionTimestamp: formatTime(NOW + 30_000), deletionGracePeriodSeconds: 30 }),
    },
    spec: { ...job.spec.template.spec!, ...(parts.node && { nodeName: parts.node }) },
    status: {
      phase,
      conditions: [...ready, ...(parts.conditions ?? [])],
      containerStatuses: [
        {
          name: 'c',
          image: 'i',
          imageID: '',
          ready: ready.length > 0,
          restartCount: restarts,
          state: finished ? terminated : { running: {} },
        },
      ],
    },
  };
}

function readyCondition(seconds: number): { type: string; status: string; lastTransitionTime: string } {
  return { type: 'Ready', status: 'True', lastTransitionTime: formatTime(NOW - seconds * 1000) };
}

export function syncOf(job: Job, of: readonly Pod[] = [], record?: JobRecord): Sync {
  return lookAt(job, record, of, NOW);
}

export function decide(
  job: Job,
  of: readonly Pod[] = [],
  record?: JobRecord,
  now = NOW,
): Decision<Job['status'], JobRecord> {
  return reconcileJob({ job, record, pods: of }, now);
}

/** The decision's commands in short: `create j-0-`, `delete pod-1`, `untrack pod-1`. */
export function inShort({ before, after }: Decision<unknown, unknown>): readonly string[] {
  return [...before, ...after].map((command) => {
    if (command.do === 'create') return `create ${command.object.metadata.generateName}`;
    if (command.do === 'delete') return `delete ${command.target.name}`;
    const { addFinalizers, setOwnerReference, removeOwnerReference } = command.change;
    const what = setOwnerReference && addFinalizers ? 'adopt' : removeOwnerReference ? 'release' : 'untrack';
    return `${what} ${command.target.name}`;
  });
}
