import type { Clock } from '../ports/clock.js';
import type { Ids } from '../ports/ids.js';
import type { PodRuntime } from '../ports/pod-runtime.js';
import type { Change, Store } from '../ports/store.js';
import { Admission } from './commands/admit.js';
import type { ManagerContext } from './context.js';
import type { Controller } from './controller.js';
import { CronJobController } from './controllers/cronjob.js';
import { CronJobJobs } from './controllers/cronjob-jobs.js';
import { EventExpiryController } from './controllers/event-expiry.js';
import { GarbageCollector } from './controllers/garbage-collector.js';
import { JobPods } from './controllers/job-pods.js';
import { JobController } from './controllers/job.js';
import { NamespaceController } from './controllers/namespace.js';
import { PodGarbageController } from './controllers/pod-garbage.js';
import { PodController } from './controllers/pod.js';
import { TtlAfterFinishedController } from './controllers/ttl-after-finished.js';
import { EventRecorder } from './events/recorder.js';
import { Feed } from './feed.js';
import { Lanes } from './lanes.js';
import type { Log } from './log.js';
import { Rush } from './rush.js';
import { TerminatingNamespaces } from './terminating-namespaces.js';
import { Timers } from './timers.js';

export interface ManagerOptions {
  readonly store: Store;
  readonly runtime: PodRuntime;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log?: Log;
  /** The certificates that `kube-root-ca.crt` in every namespace holds, as PEM. */
  readonly rootCertificates?: string;
  /** Finished pods beyond this number are deleted, oldest first; 0: none are. */
  readonly terminatedPodThreshold?: number;
  /**
   * The rest between two looks at the same Job: pods that finish within it are counted together. Larger saves writes of
   * the Job's status; smaller makes a Job of one pod after another faster. 0 for virtual time.
   */
  readonly restMs?: number;
}

export interface Manager {
  /** Resolves when everything in the store is known and being looked at. */
  start(): Promise<void>;
  /** Resolves when nothing is under way any more. The runtime and the store stay open. */
  stop(): Promise<void>;
  /** Resolves when nothing is left to do before time passes or somebody writes: for tests and virtual time. */
  idle(): Promise<void>;
}

const SILENT: Log = { warn: () => {} };
const REST_MS = 15;
const TERMINATED_POD_THRESHOLD = 12_500;

/** Runs all controllers over one store and one pod runtime. */
export function createManager(options: ManagerOptions): Manager {
  return new ControllerManager(options);
}

class ControllerManager implements Manager {
  readonly #context: ManagerContext & { readonly feed: Feed };
  readonly #lanes: Lanes;

  constructor(options: ManagerOptions) {
    const { store, runtime, clock, ids, log = SILENT } = options;
    const timers = new Timers(clock);
    const terminating = new TerminatingNamespaces();
    const rush = new Rush(timers);
    const events = new EventRecorder(store, clock, ids, terminating, log, () => this.#lanes.settled(), rush);
    const feed = new Feed(store, timers, this, log);
    const admission = new Admission(store, runtime, ids);
    this.#context = { store, runtime, clock, ids, timers, terminating, admission, events, feed, log };
    this.#lanes = new Lanes(controllersOf(this.#context, options), timers, events, { rush });
  }

  async start(): Promise<void> {
    for (const { controller, add } of this.#lanes.running) controller.start?.(add);
    await this.#context.feed.start();
  }

  async stop(): Promise<void> {
    for (const { lane } of this.#lanes.running) lane.stop();
    await this.#lanes.quiet();
    this.#context.feed.stop();
    this.#context.timers.clear();
  }

  async idle(): Promise<void> {
    const { feed, store } = this.#context;
    for (;;) {
      await this.#lanes.quiet();
      const behind = feed.reached(await store.currentRevision());
      if (!behind && this.#lanes.isQuiet) return;
      await behind;
    }
  }

  reset(): void {
    this.#context.terminating.clear();
    for (const { controller } of this.#lanes.running) controller.reset?.();
  }

  change(change: Change): void {
    this.#context.terminating.apply(change);
    this.#lanes.change(change);
  }

  advanced(): void {
    for (const { controller, add } of this.#lanes.running) controller.caughtUp?.(add);
  }
}

/** Every controller there is; a further one is one line more. */
function controllersOf(context: ManagerContext, options: ManagerOptions): readonly Controller[] {
  const { restMs = REST_MS, rootCertificates = '', terminatedPodThreshold = TERMINATED_POD_THRESHOLD } = options;
  return [
    new JobController(context, { restMs, pods: new JobPods() }),
    new CronJobController(context, new CronJobJobs()),
    new PodController(context),
    new GarbageCollector(context),
    new TtlAfterFinishedController(context),
    new NamespaceController(context, rootCertificates, restMs * 10),
    new PodGarbageController(context, terminatedPodThreshold, restMs * 100),
    new EventExpiryController(context),
  ];
}
