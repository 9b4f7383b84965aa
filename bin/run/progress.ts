import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import type { WatchEvent } from '../local/api-client.js';

/** A Job's end, once it has one. */
export interface Outcome {
  readonly complete: boolean;
  readonly reason: string;
  readonly message: string;
}

/** What happened, for views that print a line per change. */
export type ProgressChange =
  | { readonly of: 'job'; readonly job: Job; readonly previous: Job | undefined }
  | { readonly of: 'pod'; readonly pod: Pod; readonly previous: Pod | undefined; readonly deleted: boolean };

/** The Jobs of a run and their pods, as the watches tell of them. */
export class Progress {
  readonly jobs = new Map<string, Job>();
  readonly pods = new Map<string, Pod>();
  /** The failed pods of each Job by its UID, oldest first; kept when the pods themselves are gone. */
  readonly failedPods = new Map<string, Pod[]>();

  /** `namespace/name` of the Jobs that are waited for and have not ended. */
  private readonly unfinished: Set<string>;

  /** `wanted` holds `namespace/name` of the Jobs that are waited for. */
  constructor(private readonly wanted: ReadonlySet<string>) {
    this.unfinished = new Set(wanted);
  }

  applyJob(event: WatchEvent<Job>): ProgressChange | undefined {
    const id = identify(event.object);
    if (!this.wanted.has(id) || event.type === 'DELETED') return undefined;
    const previous = this.jobs.get(id);
    this.jobs.set(id, event.object);
    if (outcomeOf(event.object) !== undefined) this.unfinished.delete(id);
    return { of: 'job', job: event.object, previous };
  }

  applyPod(event: WatchEvent<Pod>): ProgressChange | undefined {
    const id = identify(event.object);
    const previous = this.pods.get(id);
    const deleted = event.type === 'DELETED';
    if (deleted) this.pods.delete(id);
    else this.pods.set(id, event.object);
    if (event.object.status.phase === 'Failed' && previous?.status.phase !== 'Failed') this.noteFailure(event.object);
    return { of: 'pod', pod: event.object, previous, deleted };
  }

  /** True when every Job that is waited for has been seen and has ended. */
  get ended(): boolean {
    return this.unfinished.size === 0;
  }

  get succeeded(): boolean {
    return [...this.jobs.values()].every((job) => outcomeOf(job)?.complete === true);
  }

  /** The pods that have not ended, by the UID of their Job. */
  podsUnderWay(): Map<string, Pod[]> {
    const pods = new Map<string, Pod[]>();
    for (const pod of this.pods.values()) {
      const owner = controllerUid(pod);
      if (owner === undefined || !isUnderWay(pod)) continue;
      const others = pods.get(owner);
      if (others === undefined) pods.set(owner, [pod]);
      else others.push(pod);
    }
    return pods;
  }

  /** A pod that is stopped, as those of a Job that has failed are, did not fail by itself. */
  private noteFailure(pod: Pod): void {
    const owner = controllerUid(pod);
    if (owner === undefined || pod.metadata.deletionTimestamp !== undefined) return;
    const failed = this.failedPods.get(owner);
    if (failed === undefined) this.failedPods.set(owner, [pod]);
    else failed.push(pod);
  }
}

export function isUnderWay({ status: { phase } }: Pod): boolean {
  return phase === 'Pending' || phase === 'Running';
}

/** `namespace/name`. */
export function identify(object: {
  readonly metadata: { readonly namespace?: string; readonly name: string };
}): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** The Complete or Failed condition, whichever is True. */
export function outcomeOf(job: Job): Outcome | undefined {
  for (const condition of job.status.conditions ?? []) {
    if (condition.status !== 'True' || (condition.type !== 'Complete' && condition.type !== 'Failed')) continue;
    const { reason = '', message = '' } = condition;
    return { complete: condition.type === 'Complete', reason, message };
  }
  return undefined;
}

export function controllerUid(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}

/** Why a pod is not running: its first waiting container's reason and message, or what keeps it from being placed. */
export function waitingReason(pod: Pod): string | undefined {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  for (const { state } of statuses) {
    const waiting = state?.waiting;
    if (waiting?.reason === undefined || waiting.reason === 'PodInitializing') continue;
    return waiting.message ? `${waiting.reason}: ${waiting.message}` : waiting.reason;
  }
  const scheduled = pod.status.conditions?.find((c) => c.type === 'PodScheduled' && c.status === 'False');
  if (scheduled?.reason !== undefined)
    return scheduled.message ? `${scheduled.reason}: ${scheduled.message}` : scheduled.reason;
  return pod.status.reason;
}

/** The first container that did not end with 0: `exit code 3 in container main`. */
export function failureOf(pod: Pod): string {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  for (const { name, state } of statuses) {
    const ended = state?.terminated;
    if (ended === undefined || ended.exitCode === 0) continue;
    const reason = ended.reason === undefined || ended.reason === 'Error' ? '' : `${ended.reason}, `;
    const message = ended.message ? ` (${ended.message.trim()})` : '';
    return `${reason}exit code ${ended.exitCode} in container ${name}${message}`;
  }
  return [pod.status.reason, pod.status.message].filter(Boolean).join(': ') || 'failed';
}

/** `4s`, `2m05s`, `1h03m`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m${String(seconds % 60).padStart(2, '0')}s`;
  return `${Math.floor(minutes / 60)}h${String(minutes % 60).padStart(2, '0')}m`;
}
