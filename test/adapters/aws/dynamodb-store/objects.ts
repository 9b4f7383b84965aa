import { createHash } from 'node:crypto';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';

/** The objects of a Job as the API server and the controllers make them, in all they hold. */

const name = 'nightly-report-29921955';
const uid = uuid('job');
const image = '123456789012.dkr.ecr.eu-central-1.amazonaws.com/reports/renderer:2026.11.20-4f1311d';
const index = 'batch.kubernetes.io/job-completion-index';

const labels = {
  app: 'nightly-report',
  'job-name': name,
  'batch.kubernetes.io/job-name': name,
  'controller-uid': uid,
  'batch.kubernetes.io/controller-uid': uid,
};

const container = {
  name: 'main',
  image,
  command: ['node', 'render.js', '--verbose'],
  args: ['--bucket', 'reports-eu-central-1', '--month', '2026-11'],
  resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { memory: '1Gi' } },
  env: [
    { name: 'DATABASE_URL', valueFrom: { secretKeyRef: { name: 'reports', key: 'database-url' } } },
    { name: 'LOG_LEVEL', value: 'info' },
  ],
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
};

const podSpec = {
  restartPolicy: 'Never',
  dnsPolicy: 'ClusterFirst',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};

export const indexedJob: KubeObject = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name, namespace: 'default', uid, creationTimestamp: '2026-11-21T15:15:51Z', generation: 1, labels },
  spec: {
    completions: 1000,
    parallelism: 1000,
    completionMode: 'Indexed',
    template: { spec: { containers: [container], ...podSpec }, metadata: { labels } },
    backoffLimit: 6,
    suspend: false,
    podReplacementPolicy: 'TerminatingOrFailed',
    manualSelector: false,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
  },
  status: { startTime: '2026-11-21T15:15:51Z', active: 1000, ready: 0, terminating: 0, uncountedTerminatedPods: {} },
};

export function pendingPod(slot: number): KubeObject {
  return podOf(slot, { phase: 'Pending', qosClass: 'Burstable' }, { tracked: true });
}

export function launchedPod(slot: number): KubeObject {
  const conditions = [condition('PodScheduled', 'True')];
  return podOf(slot, { phase: 'Pending', qosClass: 'Burstable', conditions }, { tracked: true, task: true });
}

export function runningPod(slot: number): KubeObject {
  const status = {
    phase: 'Running',
    qosClass: 'Burstable',
    conditions: ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'].map((type) =>
      condition(type, 'True'),
    ),
    containerStatuses: [
      {
        ...containerStatus(slot),
        ready: true,
        started: true,
        state: { running: { startedAt: '2026-11-21T15:16:22Z' } },
      },
    ],
    ...addresses(slot),
  };
  return podOf(slot, status, { tracked: true, task: true });
}

export function finishedPod(slot: number): KubeObject {
  return podOf(slot, finishedStatus(slot), { tracked: true, task: true });
}

export function releasedPod(slot: number): KubeObject {
  return podOf(slot, finishedStatus(slot), { tracked: false, task: true });
}

export function eventOn(slot: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      name: `${name}.${uuid('event').slice(0, 16)}`,
      namespace: 'default',
      uid: uuid(`event ${slot}`),
      creationTimestamp: '2026-11-21T15:15:51Z',
    },
    involvedObject: {
      kind: 'Job',
      namespace: 'default',
      name,
      uid,
      apiVersion: 'batch/v1',
      resourceVersion: '1795274151671000',
    },
    reason: 'SuccessfulCreate',
    message: `Created pod: ${podName(slot)}`,
    source: { component: 'job-controller' },
    firstTimestamp: '2026-11-21T15:15:51Z',
    lastTimestamp: '2026-11-21T15:15:51Z',
    count: 1,
    type: 'Normal',
    reportingComponent: 'job-controller',
    reportingInstance: '',
  };
}

interface PodState {
  /** It has the Job's finalizer. */
  readonly tracked: boolean;
  /** A task runs it, and the pod says which. */
  readonly task?: boolean;
}

function podOf(slot: number, status: object, { tracked, task }: PodState): KubeObject {
  const taskArn = `arn:aws:ecs:eu-central-1:123456789012:task/finite/${uuid(`task ${slot}`).replaceAll('-', '')}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: podName(slot),
      generateName: `${name}-${slot}-`,
      namespace: 'default',
      labels: { ...labels, [index]: String(slot) },
      annotations: { [index]: String(slot), ...(task && { 'finite.dev/task-arn': taskArn }) },
      ...(tracked && { finalizers: ['batch.kubernetes.io/job-tracking'] }),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name, uid, controller: true, blockOwnerDeletion: true }],
      uid: uuid(`pod ${slot}`),
      creationTimestamp: '2026-11-21T15:15:51Z',
      generation: 1,
    },
    spec: specOf(slot),
    status,
  };
}

function specOf(slot: number): object {
  const fieldPath = `metadata.labels['${index}']`;
  const indexVariable = { name: 'JOB_COMPLETION_INDEX', valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
  const tolerations = ['not-ready', 'unreachable'].map((taint) => ({
    key: `node.kubernetes.io/${taint}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }));
  return {
    ...podSpec,
    containers: [{ ...container, env: [...container.env, indexVariable] }],
    hostname: `${name}-${slot}`,
    enableServiceLinks: true,
    serviceAccountName: 'default',
    serviceAccount: 'default',
    priority: 0,
    preemptionPolicy: 'PreemptLowerPriority',
    tolerations,
    nodeName: 'fargate',
  };
}

function finishedStatus(slot: number): object {
  const containerID = `ecs://${uuid(`container ${slot}`).replaceAll('-', '')}`;
  const ended = { exitCode: 0, finishedAt: '2026-11-21T15:17:23Z', reason: 'Completed' };
  return {
    phase: 'Succeeded',
    qosClass: 'Burstable',
    conditions: [
      condition('PodReadyToStartContainers', 'False'),
      condition('Initialized', 'True', 'PodCompleted'),
      condition('Ready', 'False', 'PodCompleted'),
      condition('ContainersReady', 'False', 'PodCompleted'),
      condition('PodScheduled', 'True'),
    ],
    containerStatuses: [
      {
        ...containerStatus(slot),
        ready: false,
        started: false,
        state: { terminated: { containerID, ...ended, startedAt: '2026-11-21T15:16:22Z' } },
      },
    ],
    ...addresses(slot),
  };
}

function containerStatus(slot: number): object {
  const digest = createHash('sha256').update('image').digest('hex');
  const containerID = `ecs://${uuid(`container ${slot}`).replaceAll('-', '')}`;
  return { containerID, image, imageID: `${image}@sha256:${digest}`, lastState: {}, name: 'main', restartCount: 0 };
}

function addresses(slot: number): object {
  const ip = `10.0.${slot >> 8}.${slot & 255}`;
  return {
    hostIP: ip,
    hostIPs: [{ ip }],
    podIP: ip,
    podIPs: [{ ip }],
    observedGeneration: 1,
    startTime: '2026-11-21T15:16:02Z',
  };
}

function condition(type: string, status: string, reason?: string): object {
  const lastTransitionTime = '2026-11-21T15:16:02Z';
  return { lastTransitionTime, observedGeneration: 1, ...(reason !== undefined && { reason }), status, type };
}

function podName(slot: number): string {
  return `${name}-${slot}-${uuid(`name ${slot}`).slice(0, 5)}`;
}

/** The same for the same text, and as hard to compress as a real one. */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}
