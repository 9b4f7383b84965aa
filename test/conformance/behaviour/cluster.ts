import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { CronJob } from '../../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Draft, EventSnapshot } from './scenario.js';

/**
 * One namespace of a server under test, as the player of the histories sees it. Time is the server's: real on a
 * real server, virtual in a simulated one.
 */
export interface Cluster {
  readonly namespace: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Lets so much time pass, with everything that happens in it. */
  sleep(ms: number): Promise<void>;

  /** Writes answer with the refusal, if there is one. */
  create(object: Draft): Promise<Refusal | undefined>;
  patch(resource: string, name: string, body: object, options?: PatchOptions): Promise<Refusal | undefined>;
  delete(resource: string, name: string, options?: DeleteOptions): Promise<Refusal | undefined>;

  get(resource: string, name: string): Promise<KubeObject | undefined>;
  jobs(): Promise<readonly Job[]>;
  cronJobs(): Promise<readonly CronJob[]>;
  pods(): Promise<readonly Pod[]>;
  /** All pods that ever were, in the order in which they came. */
  arrivals(): readonly Arrival[];
  events(): Promise<readonly EventSnapshot[]>;
  /** Changes whenever a Job, a CronJob, a pod or an event has changed. */
  version(): Promise<string>;
}

export interface PatchOptions {
  /** `merge` where left out. */
  readonly type?: string;
  readonly subresource?: string;
}

export interface DeleteOptions {
  readonly body?: object;
  readonly gracePeriodSeconds?: number;
}

export interface Refusal {
  readonly code: number;
  readonly reason: string;
  readonly message: string;
}

export interface Arrival {
  readonly pod: Pod;
  /** When it was first seen, in ms since 1970. */
  readonly at: number;
}
