import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { Clock } from '../../ports/clock.js';
import type { Ids } from '../../ports/ids.js';
import type { PodRuntime } from '../../ports/pod-runtime.js';
import type { Change, ObjectKey, Revision, Store, StoredObject } from '../../ports/store.js';
import type { WakeKey, WakeUp } from '../../ports/wake-ups.js';
import { Admission, type NodeFacts } from '../commands/admit.js';
import type { ControllerContext, ManagerContext } from '../context.js';
import { splitKey, type Controller } from '../controller.js';
import { CronJobController } from '../controllers/cronjob.js';
import { JobController } from '../controllers/job.js';
import { NamespaceController } from '../controllers/namespace.js';
import { PodController } from '../controllers/pod.js';
import { TtlAfterFinishedController } from '../controllers/ttl-after-finished.js';
import { EventRecorder } from '../events/recorder.js';
import { isConflict, Lanes } from '../lanes.js';
import type { Log } from '../log.js';
import { Timers } from '../timers.js';
import { BrieflyKept } from '../briefly-kept.js';
import { KnownNamespaces } from './known-namespaces.js';
import { ListedCronJobJobs } from './listed-cronjob-jobs.js';
import { ListedGarbageCollector } from './listed-garbage-collector.js';
import { ListedJobPods } from './listed-job-pods.js';
import { TellingStore } from './telling-store.js';

export interface StreamManagerOptions {
  readonly store: Store;
  /** What runs pods; where `pod` is not among the controllers, what is known of the node is enough. */
  readonly runtime: PodRuntime | NodeFacts;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log?: Log;
  /** By name; left out: all but `pod`. */
  readonly controllers?: readonly StreamControllerName[];
  /** Controllers of the caller's own, beside those. */
  readonly further?: (context: ControllerContext) => readonly Controller[];
  /** The certificates that `kube-root-ca.crt` in every namespace holds, as PEM. */
  readonly rootCertificates?: string;
}

export type StreamControllerName = 'job' | 'cronjob' | 'pod' | 'garbage-collector' | 'ttl-after-finished' | 'namespace';

export interface StreamBatch {
  readonly changes: readonly Change[];
  /** Those of controllers that do not run here are passed over. */
  readonly wakes: readonly WakeKey[];
  /** `handle` resolves within this time; what is not done by then is told. Left out: a minute. */
  readonly remainingMs?: number;
  /**
   * After so long keys have no other turn, and are told as due: what waits behind the batch would wait for the largest
   * of its Jobs. Left out: as many turns as there is time for.
   */
  readonly turnsMs?: number;
}

export interface HandledBatch {
  /** Keys that failed several times in a row. */
  readonly failed: readonly FailedKey[];
  /** When keys want to be looked at again, the earliest time of each; a time that has passed means at once. */
  readonly wakeUps: readonly WakeUp[];
}

export interface FailedKey extends WakeKey {
  readonly error: unknown;
  /** The positions in the batch of the changes and the wakes that asked for the key. */
  readonly changes: readonly number[];
  readonly wakes: readonly number[];
}

export interface StreamManager {
  /** Does all that a batch asks for. A second call waits for the first. Rejects when nothing of the batch was done. */
  handle(batch: StreamBatch): Promise<HandledBatch>;
}

const SILENT: Log = { warn: () => {} };
const ALL: readonly StreamControllerName[] = ['job', 'cronjob', 'garbage-collector', 'ttl-after-finished', 'namespace'];
const NAMESPACE_REST_MS = 150;
const REMAINING_MS = 60_000;
/** No key is begun in the last part of the time: what runs has that long to end. */
const ENDING_PART = 0.2;
/** The answer itself takes time. */
const ANSWER_MS = 100;
/** Waits up to this long are waited for; longer ones are cheaper outside. */
const WAIT_INSIDE_MS = 1000;
/** With back-off this takes about 600 ms: what has not passed by then is not a hiccup. */
const FAILURES_MAX = 7;
/** When a key that was refused, or that nothing in the batch asked for, is tried again. */
const TRY_LATER_MS = 15_000;

/**
 * Runs controllers for one batch of a stream at a time, and keeps nothing that another batch, in whatever process, would
 * need: several may run at the same time, and any may stop at any moment. docs/decisions/manager-on-streams.md
 */
export function createStreamManager(options: StreamManagerOptions): StreamManager {
  return new BatchManager(options);
}

class BatchManager implements StreamManager {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #events: EventRecorder;
  readonly #terminating: KnownNamespaces;
  readonly #jobPods: ListedJobPods;
  readonly #controllers: readonly Controller[];
  #run: BatchRun | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: StreamManagerOptions) {
    const { clock, ids, log = SILENT, runtime } = options;
    const store = new TellingStore(options.store, this);
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#terminating = new KnownNamespaces(options.store, clock);
    this.#events = new EventRecorder(options.store, clock, ids, this.#terminating, log, () =>
      this.#run?.lanes.settled(),
    );
    this.#jobPods = new ListedJobPods(store, clock);
    const context: ControllerContext = {
      store,
      clock,
      ids,
      log,
      timers: this.#timers,
      terminating: this.#terminating,
      events: this.#events,
      admission: new Admission(new BrieflyKept(options.store, clock), runtime, ids),
      // What is written here is told before its promise resolves.
      feed: { reached: () => undefined },
    };
    this.#controllers = [...controllersOf(context, options, this.#jobPods), ...(options.further?.(context) ?? [])];
    for (const controller of this.#controllers) controller.start?.((key) => this.#run?.wakeAgain(controller.name, key));
  }

  handle(batch: StreamBatch): Promise<HandledBatch> {
    const handled = this.#last.then(() => this.#handle(batch));
    this.#last = handled.catch(() => {});
    return handled;
  }

  wrote(change: Change, expected: Revision | undefined): void {
    this.#terminating.apply(change);
    this.#jobPods.wrote(change, expected);
    this.#run?.lanes.change(change);
  }

  /** Where a Job was decided upon by what is no longer so, it is looked at again. */
  found(stored: StoredObject): void {
    const key = this.#jobPods.found(stored);
    if (key !== undefined) this.#run?.wakeAgain('job', key);
  }

  missed(key: ObjectKey): void {
    for (const jobKey of this.#jobPods.missed(key)) this.#run?.wakeAgain('job', jobKey);
  }

  async #handle({
    changes,
    wakes,
    remainingMs = REMAINING_MS,
    turnsMs = Infinity,
  }: StreamBatch): Promise<HandledBatch> {
    const startMs = this.#clock.now();
    const run = new BatchRun(this.#controllers, this.#timers, this.#events);
    this.#run = run;
    await this.#terminating.learn([
      ...changes.map(({ key }) => key.namespace),
      ...wakes.map(({ key }) => splitKey(key).namespace),
    ]);
    for (const [position, change] of changes.entries()) {
      this.#terminating.apply(change);
      run.change(change, position);
    }
    for (const [position, wake] of wakes.entries()) run.wake(wake, position);
    const endMs = startMs + remainingMs * (1 - ENDING_PART);
    await this.#work(run.lanes, Math.min(startMs + turnsMs, endMs));
    run.lanes.lastTurn();
    await this.#until(run.lanes.quiet(), endMs);
    const pending = run.drain();
    await this.#until(run.lanes.quiet(), Math.max(startMs + remainingMs - ANSWER_MS, startMs));
    return run.result(pending, this.#clock.now());
  }

  /** Until nothing is left to do before a time that is not worth waiting for. */
  async #work(lanes: Lanes, endMs: number): Promise<void> {
    for (;;) {
      await this.#until(lanes.quiet(), endMs);
      const now = this.#clock.now();
      const next = this.#timers.nextMs;
      if (now >= endMs || next === undefined || next > Math.min(now + WAIT_INSIDE_MS, endMs)) return;
      await this.#until(undefined, next);
    }
  }

  #until(promise: Promise<void> | undefined, atMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#clock.at(atMs, resolve);
      void promise?.then(() => {
        cancel();
        resolve();
      });
    });
  }
}

/** One batch: the lanes of its keys, and who asked for them. */
class BatchRun {
  readonly lanes: Lanes;
  readonly #asked = new Map<string, { readonly changes: number[]; readonly wakes: number[] }>();
  readonly #failed = new Map<string, WakeKey & { readonly error: unknown }>();

  constructor(controllers: readonly Controller[], timers: Timers, events: EventRecorder) {
    this.lanes = new Lanes(controllers, timers, events, {
      failuresMax: FAILURES_MAX,
      gaveUp: ({ name }, key, error) => this.#failed.set(idOf(name, key), { controller: name, key, error }),
    });
  }

  change(change: Change, position: number): void {
    for (const { controller, add } of this.lanes.running) {
      controller.observe(change, (key, gather) => {
        this.#asks(controller.name, key).changes.push(position);
        add(key, gather);
      });
    }
  }

  wake({ controller, key }: WakeKey, position: number): void {
    this.#asks(controller, key).wakes.push(position);
    this.wakeAgain(controller, key);
  }

  /** Nothing in the batch asks for it. */
  wakeAgain(controller: string, key: string): void {
    this.lanes.running.find((each) => each.controller.name === controller)?.add(key);
  }

  /** Begins no further key; tells which wait, and until when. */
  drain(): readonly WakeUp[] {
    return this.lanes.running.flatMap(({ controller, lane }) =>
      lane.drain().map(({ key, atMs }) => ({ controller: controller.name, key, atMs })),
    );
  }

  result(pending: readonly WakeUp[], now: number): HandledBatch {
    const failed: FailedKey[] = [];
    const later: WakeUp[] = [];
    for (const [id, { controller, key, error }] of this.#failed) {
      const asked = this.#asked.get(id);
      // A refusal will be the same in a moment, a conflict says that somebody is at it: neither holds up the batch.
      if (isConflict(error)) later.push({ controller, key, atMs: now + WAIT_INSIDE_MS });
      else if (asked && !(error instanceof StatusError)) failed.push({ controller, key, error, ...asked });
      else later.push({ controller, key, atMs: now + TRY_LATER_MS });
    }
    return { failed, wakeUps: [...pending, ...later] };
  }

  #asks(controller: string, key: string): { readonly changes: number[]; readonly wakes: number[] } {
    const id = idOf(controller, key);
    let asked = this.#asked.get(id);
    if (!asked) {
      asked = { changes: [], wakes: [] };
      this.#asked.set(id, asked);
    }
    return asked;
  }
}

function idOf(controller: string, key: string): string {
  return `${controller} ${key}`;
}

function controllersOf(
  context: ControllerContext,
  { controllers = ALL, runtime, rootCertificates = '' }: StreamManagerOptions,
  jobPods: ListedJobPods,
): readonly Controller[] {
  const make: Readonly<Record<StreamControllerName, () => Controller>> = {
    job: () => new JobController(context, { restMs: 0, pods: jobPods, announces: true }),
    cronjob: () => new CronJobController(context, new ListedCronJobJobs(context.store)),
    pod: () => new PodController(withRuntime(context, runtime)),
    'garbage-collector': () => new ListedGarbageCollector(context),
    'ttl-after-finished': () => new TtlAfterFinishedController(context),
    namespace: () => new NamespaceController(context, rootCertificates, NAMESPACE_REST_MS),
  };
  return controllers.map((name) => make[name]());
}

function withRuntime(context: ControllerContext, runtime: PodRuntime | NodeFacts): ManagerContext {
  if (!('observe' in runtime)) throw new TypeError('the controller of pods needs a runtime');
  return { ...context, runtime };
}
