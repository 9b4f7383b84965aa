import { IndexSet } from '../../../../lib/apis/batch/v1/job/index-set.js';
import type { Job } from '../../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import { finalCondition } from '../../../../lib/controllers/job/conditions.js';
import { finishTimeOf } from '../../../../lib/controllers/job/finish-time.js';
import {
  completionIndexOf,
  isActive,
  isFinished,
  isReady,
  isTerminating,
  isTracked,
} from '../../../../lib/controllers/job/pods.js';
import type { JobShape } from './arbitrary.js';

/** How a pod ended, as far as the Job has to answer for it. */
type End = 'succeeded' | 'failed' | 'ignored' | 'open';

const WHOLE_JOB = -1;

/** What happens around one Job. */
export interface WatchedWorld {
  readonly now: number;
  onWrite: (write: { readonly resource: string; readonly before?: KubeObject; readonly after?: KubeObject }) => void;
  job(): Job | undefined;
  pods(): readonly Pod[];
}

/** What the Job's spec allows: where it changes while somebody acts on it, either of both states. */
export interface Allowance {
  readonly parallelism: number;
  readonly completions: number;
  readonly suspended: boolean;
  /** Whoever ends a Job may not have heard yet of the end of a pod: to it the pod still runs, and has failed with the Job. */
  readonly unheardEnds: boolean;
}

/**
 * The invariants of a Job, held against every write, without a look into the controller: it keeps its own account of
 * what the pods did.
 */
export class Watchdog {
  /** By UID. `open`: deleted or let go before it ended, so that counting it once or not at all are both right. */
  readonly ends = new Map<string, End>();
  readonly #indexOf = new Map<string, number>();
  /** When failures finished, by index (all under `WHOLE_JOB` where there is no limit per index). */
  readonly #failures = new Map<number, { readonly uid: string; readonly atMs: number }[]>();
  /** UIDs of pods made since `calm`: another manager may have announced them, and make them after a Job's end. */
  readonly #recent = new Set<string>();
  /** UIDs of pods whose host was taken away. */
  readonly #interrupted = new Set<string>();
  #lastSuccess = -Infinity;
  #resized = false;
  #startedAt: number | undefined;

  constructor(
    readonly world: WatchedWorld,
    readonly shape: JobShape,
    readonly allowance: (spec: Job['spec']) => Allowance = ({ parallelism, completions = Infinity, suspend }) => ({
      parallelism: parallelism!,
      completions,
      suspended: suspend === true,
      unheardEnds: false,
    }),
  ) {
    world.onWrite = (write) => {
      if (write.resource === 'pods') this.#podWritten(write as unknown as { before?: Pod; after?: Pod });
      else this.#jobWritten(write as unknown as { before?: Job; after?: Job });
    };
  }

  get #job(): Job {
    return this.world.job()!;
  }

  /** When the controller has nothing left to do, the status tells how many pods there are. */
  atRest(): void {
    const { status } = this.#job;
    const pods = this.world.pods();
    equal('active', status.active ?? 0, pods.filter(isActive).length);
    equal('ready', status.ready, pods.filter((pod) => isActive(pod) && isReady(pod)).length);
    equal('terminating', status.terminating, pods.filter(isTerminating).length);
    check(status.uncountedTerminatedPods !== undefined, 'uncountedTerminatedPods is always there');
    check(Object.keys(status.uncountedTerminatedPods!).length === 0, 'nothing stays uncounted');
    this.counts();
  }

  /** Each pod that ended is counted once, as what it was. */
  counts(): void {
    const { status } = this.#job;
    const number = (end: End) => [...this.ends.values()].filter((other) => other === end).length;
    const listed = status.uncountedTerminatedPods ?? {};
    const [succeeded, failed] = [status.succeeded ?? 0, status.failed ?? 0];
    check(failed + (listed.failed?.length ?? 0) <= number('failed') + number('open'), 'no failure is counted twice');
    if (this.shape.indexed) {
      equal('succeeded', succeeded, IndexSet.parse(status.completedIndexes).size);
    } else {
      check(
        succeeded + (listed.succeeded?.length ?? 0) <= number('succeeded') + number('open'),
        'no success is counted twice',
      );
    }
  }

  /** At the very end nothing that ended by itself may be missing. */
  atTheEnd(): void {
    const { status, spec } = this.#job;
    const number = (end: End) => [...this.ends.values()].filter((other) => other === end).length;
    this.counts();
    if (this.#resized) return;
    check(
      (status.failed ?? 0) >= number('failed'),
      `every failure is counted: ${status.failed} of ${number('failed')}`,
    );
    if (!this.shape.indexed) {
      check(
        (status.succeeded ?? 0) >= number('succeeded'),
        `every success is counted: ${status.succeeded} of ${number('succeeded')}`,
      );
      return;
    }
    const completed = IndexSet.parse(status.completedIndexes, spec.completions);
    for (const [uid, end] of this.ends) {
      if (end === 'succeeded') check(completed.has(this.#indexOf.get(uid)!), 'the index of every success is completed');
    }
  }

  #podWritten({ before, after }: { before?: Pod; after?: Pod }): void {
    if (after === undefined) return check(before !== undefined && !isTracked(before), 'no pod vanishes uncounted');
    if (before === undefined) return this.#podCreated(after);
    const { uid } = after.metadata;
    if (isDisrupted(after)) this.#interrupted.add(uid);
    if (this.ends.has(uid) && this.ends.get(uid) !== 'open') return;
    const job = this.#job;
    // Cut short by the Job's own failure: listed as failed while it still runs.
    const cut = job.status.uncountedTerminatedPods?.failed?.includes(uid) ?? false;
    if (after.metadata.deletionTimestamp !== undefined || !isTracked(after) || cut) {
      if (!isFinished(before)) this.ends.set(uid, 'open');
      // A pod carries its index's count of failures; when parallelism or suspension takes it away, the count is gone.
      if (!isTracked(after) && !isFinished(after)) this.#failures.delete(completionIndexOf(after) ?? NaN);
      return;
    }
    if (!isFinished(after)) return;
    if ((completionIndexOf(after) ?? 0) >= (job.spec.completions ?? Infinity)) return void this.ends.set(uid, 'open');
    // Between the verdict and the pods' dismissal they may still end.
    if (isDecided(job.status) && this.allowance(job.spec).unheardEnds) return void this.ends.set(uid, 'open');
    this.ends.set(uid, this.#endOf(after));
    if (after.status.phase === 'Failed') this.#noteFailure(after);
    else if (this.shape.backoffLimitPerIndex === undefined) this.#lastSuccess = finishTimeOf(after);
  }

  #endOf(pod: Pod): End {
    if (pod.status.phase === 'Succeeded') return 'succeeded';
    return isDisrupted(pod) && this.shape.podFailurePolicy ? 'ignored' : 'failed';
  }

  #noteFailure(pod: Pod): void {
    const key = this.shape.backoffLimitPerIndex === undefined ? WHOLE_JOB : completionIndexOf(pod)!;
    const failure = { uid: pod.metadata.uid, atMs: finishTimeOf(pod) };
    this.#failures.set(key, [...(this.#failures.get(key) ?? []), failure]);
  }

  #podCreated(pod: Pod): void {
    const { spec } = this.#job;
    const { parallelism, completions, unheardEnds } = this.allowance(spec);
    const interruptions = Number(pod.metadata.annotations?.['finite.dev/spot-interruptions'] ?? 0);
    check(interruptions <= this.#interrupted.size, 'a pod starts with no more interruptions than there were');
    const active = this.world.pods().filter(isActive);
    check(active.length <= parallelism, `no more than ${parallelism} pods are active`);
    if (!this.shape.indexed) {
      const done = [...this.ends.values()].filter((end) => end === 'succeeded').length;
      check(active.length + done <= completions, 'no more pods than completions are left');
    }
    const index = completionIndexOf(pod);
    if (index !== undefined) this.#oneLivePod(pod, index);
    if (unheardEnds) this.#recent.add(pod.metadata.uid);
    else this.mayStart(index);
  }

  /** Whether a pod of this index may be started now: held against its creation, or against what announces it. */
  mayStart(index: number | undefined): void {
    const { spec, status } = this.#job;
    check(!this.allowance(spec).suspended, 'a suspended Job starts nothing');
    check(!isDecided(status), 'a decided Job starts nothing');
    this.#notEarly(index);
  }

  /** Nobody is at work: whatever has been made is known to all that look from now on. */
  calm(): void {
    this.#recent.clear();
  }

  #oneLivePod(pod: Pod, index: number): void {
    this.#indexOf.set(pod.metadata.uid, index);
    const { spec } = this.#job;
    const stillLives = spec.podReplacementPolicy === 'Failed' ? (other: Pod) => !isFinished(other) : isActive;
    const live = this.world.pods().filter((other) => completionIndexOf(other) === index && stillLives(other));
    equal(`live pods of index ${index}`, live.length, 1);
  }

  #notEarly(index: number | undefined): void {
    const perIndex = this.shape.backoffLimitPerIndex !== undefined;
    const all = this.#failures.get(perIndex ? index! : WHOLE_JOB) ?? [];
    const { unheardEnds } = this.allowance(this.#job.spec);
    // A success that is heard of late ends the row of failures that came after it, as in Kubernetes.
    if (unheardEnds && !perIndex && this.#lastSuccess > -Infinity) return;
    const heard = unheardEnds && !perIndex ? all.filter(({ uid }) => this.#isHeard(uid)) : all;
    // A success ends the row; within its second nobody can tell which came first.
    const failures = heard.filter(({ atMs }) => atMs > this.#lastSuccess);
    if (failures.length === 0) return;
    const delay = Math.min(10_000 * 2 ** (failures.length - 1), 600_000);
    const ends = failures.map(({ atMs }) => atMs);
    // The failure that is heard of last decides; where ends are heard of late, that may be any of them.
    const earliest = (unheardEnds && !perIndex ? Math.min(...ends) : Math.max(...ends)) + delay;
    check(this.world.now >= earliest, `nothing starts early: ${this.world.now} is before ${earliest}`);
  }

  /** Where a write takes its time, what it says is older than it. */
  #startOf({ startTime }: Job['status'], spec: Job['spec']): number | undefined {
    if (startTime === undefined) return undefined;
    return this.allowance(spec).unheardEnds ? Date.parse(startTime) : this.world.now;
  }

  /** The Job's status has told of the failure, or had. */
  #isHeard(uid: string): boolean {
    if (this.#job.status.uncountedTerminatedPods?.failed?.includes(uid)) return true;
    return !this.world.pods().some((pod) => pod.metadata.uid === uid && isTracked(pod));
  }

  #jobWritten({ before, after }: { before?: Job; after?: Job }): void {
    if (after === undefined || before === undefined) return;
    if (before.spec.completions !== after.spec.completions) this.#resizedTo(after.spec.completions!);
    const [old, now] = [before.status, after.status];
    if (!this.#resized) check((now.succeeded ?? 0) >= (old.succeeded ?? 0), 'succeeded never falls');
    check((now.failed ?? 0) >= (old.failed ?? 0), 'failed never falls');
    check((now.ready ?? 0) <= (now.active ?? 0), 'no more pods are ready than active');
    if (now.startTime !== old.startTime) this.#startedAt = this.#startOf(now, after.spec);
    // What still runs when the Job fails has failed with it.
    if (after.status.conditions?.some(({ type }) => type === 'FailureTarget')) {
      for (const uid of now.uncountedTerminatedPods?.failed ?? []) if (!this.ends.has(uid)) this.ends.set(uid, 'open');
    }
    if (!isDecided(old) && isDecided(now) && this.allowance(after.spec).unheardEnds) this.#openUnheard(now);
    this.#verdictStands(before, after);
    if (before.status !== after.status) this.counts();
  }

  /** An index that is taken away and comes back starts anew; a failure of one that is gone does not count. */
  #resizedTo(completions: number): void {
    this.#resized = true;
    for (const index of this.#failures.keys()) {
      if (index >= completions || index === WHOLE_JOB) this.#failures.delete(index);
    }
  }

  /** Whether pods that nobody has counted yet ended before the Job or with it is told by nothing. */
  #openUnheard({ uncountedTerminatedPods: { succeeded = [] } = {}, completedIndexes }: Job['status']): void {
    const completed = IndexSet.parse(completedIndexes);
    for (const { metadata } of this.world.pods().filter(isTracked)) {
      const { uid } = metadata;
      const isHeard = succeeded.includes(uid) || completed.has(this.#indexOf.get(uid) ?? -1);
      if (this.ends.has(uid) && !isHeard) this.ends.set(uid, 'open');
    }
  }

  #verdictStands(before: Job, after: Job): void {
    const [old, now] = [finalCondition(before.status), finalCondition(after.status)];
    if (old !== undefined) check(now?.type === old.type && now.reason === old.reason, 'a verdict stands');
    if (now === undefined || old !== undefined) return;
    const pods = this.world.pods().filter(({ metadata }) => !this.#recent.has(metadata.uid));
    equal('live pods of a finished Job', pods.filter((pod) => !isFinished(pod)).length, 0);
    check(
      pods.every((pod) => !isTracked(pod)),
      'a finished Job has let go of its pods',
    );
    check(now.type === 'Failed' || after.status.completionTime !== undefined, 'a complete Job says when');
    if (now.reason === 'DeadlineExceeded') {
      const deadline = this.#startedAt! + after.spec.activeDeadlineSeconds! * 1000;
      check(this.world.now >= deadline, 'no deadline passes early');
    }
  }
}

function isDisrupted(pod: Pod): boolean {
  return pod.status.conditions?.some(({ type }) => type === 'DisruptionTarget') ?? false;
}

function isDecided({ conditions }: Job['status']): boolean {
  return conditions?.some(({ type }) => /FailureTarget|SuccessCriteriaMet/.test(type)) ?? false;
}

function check(holds: boolean, promise: string): void {
  if (!holds) throw new Error(`broken: ${promise}`);
}

function equal(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`broken: ${what} is ${String(actual)}, not ${String(expected)}`);
}
