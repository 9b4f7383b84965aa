import type { Job } from '../../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import { formatTime } from '../../../../lib/apis/meta/v1/time.js';
import { finalCondition } from '../../../../lib/controllers/job/conditions.js';
import { isFinished } from '../../../../lib/controllers/job/pods.js';
import { Crash, JobWorld } from '../../../support/job-world.js';
import type { Fate, Happening, History, JobShape } from './arbitrary.js';
import { Watchdog, type WatchedWorld } from './watchdog.js';

/** Lives a history to its end: everything that may happen to a Job, then pods that all end sooner or later. */
export function live(history: History): { readonly world: JobWorld; readonly watchdog: Watchdog } {
  const life = new Life(history);
  for (const happening of history.happenings) life.happen(happening);
  life.finish();
  return life;
}

class Life {
  readonly world = new JobWorld(Date.UTC(2026, 0, 1, 0, 0, 0, 300));
  readonly watchdog: Watchdog;
  /** In the end all pods succeed, or the Job would depend on luck to end. */
  #winding = false;

  constructor(readonly history: History) {
    this.world.garbage = false;
    this.watchdog = new Watchdog(watched(this.world), history.job);
    this.world.create(manifest(history.job));
  }

  happen(happening: Happening): void {
    switch (happening.do) {
      case 'start':
        return this.#withPod(happening.pod, isPending, (pod) => this.#report(pod, 'Running'));
      case 'end':
        return this.#withPod(happening.pod, isAlive, (pod) => this.#end(pod));
      case 'stop':
        return this.#withPod(happening.pod, isStopping, (pod) => this.#stop(pod));
      case 'delete-pod':
        return this.#withPod(happening.pod, isAlive, (pod) => this.world.delete('pods', pod.metadata.name));
      case 'restart-container':
        return this.#withPod(happening.pod, isAlive, (pod) => this.#report(pod, 'Running', { restarts: 1 }));
      case 'suspend':
      case 'resume':
        return this.#patchSpec({ suspend: happening.do === 'suspend' });
      case 'parallelism':
        return this.#patchSpec({ parallelism: happening.to });
      case 'resize':
        // Only elastic Jobs may change their completions, and only together with their parallelism.
        return this.history.job.indexed
          ? this.#patchSpec({ parallelism: happening.to, completions: happening.to })
          : undefined;
      case 'look':
        this.world.turn();
        return;
      case 'look-again':
        this.world.lookAgain();
        this.world.turn();
        return;
      case 'miss-events':
        return this.world.missEvents();
      case 'settle':
        return this.#settle();
      case 'wait':
        return this.world.advanceTo(this.world.now + happening.seconds * 1000);
      case 'crash':
        return this.#crash(happening.afterWrites, happening.order);
    }
  }

  finish(): void {
    this.world.restart();
    this.#patchSpec({ suspend: false, parallelism: Math.max(1, this.#job?.spec.parallelism ?? 1) });
    for (let round = 0; !this.#hasEnded(); round++) {
      this.#winding = round > 5;
      if (round > 200) throw new Error(`the Job does not end: ${JSON.stringify(this.#job?.status)}`);
      this.#settle();
      for (const pod of this.world.pods()) {
        if (isStopping(pod)) this.#stop(pod);
        else if (isAlive(pod)) this.#end(pod);
      }
      this.#settle();
      const wake = this.world.nextWake();
      if (wake !== undefined) this.world.advanceTo(wake);
    }
    this.#settle();
  }

  get #job(): Job | undefined {
    return this.world.job('j');
  }

  #hasEnded(): boolean {
    return this.#job !== undefined && finalCondition(this.#job.status) !== undefined;
  }

  /** Whatever was missed is seen sooner or later. */
  #settle(): void {
    this.world.lookAgain();
    this.world.settle();
    this.watchdog.atRest();
  }

  #patchSpec(change: Partial<Job['spec']>): void {
    this.world.update('jobs', 'j', (job) => ({ ...job, spec: { ...(job['spec'] as Job['spec']), ...change } }));
  }

  #withPod(position: number, holds: (pod: Pod) => boolean, act: (pod: Pod) => void): void {
    const pods = this.world.pods().filter(holds);
    if (pods.length > 0) act(pods[position % pods.length]!);
  }

  #end(pod: Pod): void {
    const arrival = this.world.arrivals.findIndex((other) => other.pod.metadata.uid === pod.metadata.uid);
    const fate = this.#winding ? 'succeeds' : this.history.fates[arrival % this.history.fates.length]!;
    this.#report(pod, fate === 'succeeds' ? 'Succeeded' : 'Failed', { fate });
  }

  /** The kubelet ends a pod that is being deleted: first its final phase, then the pod goes. */
  #stop(pod: Pod): void {
    if (!isFinished(pod)) this.#report(pod, 'Failed', {});
    this.world.delete('pods', pod.metadata.name, { gracePeriodSeconds: 0 });
  }

  #report(pod: Pod, phase: string, { fate, restarts = 0 }: { fate?: Fate; restarts?: number } = {}): void {
    const at = formatTime(this.world.now);
    const ready = phase === 'Running' ? 'True' : 'False';
    const disrupted = { type: 'DisruptionTarget', status: 'True' };
    const exitCode = phase === 'Succeeded' ? 0 : fate === 'exits-42' ? 42 : 1;
    const state = phase === 'Running' ? { running: { startedAt: at } } : { terminated: { exitCode, finishedAt: at } };
    const conditions = [
      { type: 'Ready', status: ready, lastTransitionTime: at },
      ...(fate === 'is-disrupted' ? [disrupted] : []),
    ];
    const containerStatuses = [
      { name: 'c', image: 'i', imageID: '', ready: ready === 'True', restartCount: restarts, state },
    ];
    this.world.update('pods', pod.metadata.name, (object) => ({
      ...object,
      status: { phase, conditions, containerStatuses },
    }));
  }

  #crash(afterWrites: number, order: number): void {
    let left = afterWrites;
    this.world.beforeCommand = () => {
      if (left-- === 0) throw new Crash();
    };
    this.world.arrange = (commands) => rotated(commands, order);
    try {
      this.world.turn();
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.world.restart();
    }
    this.world.beforeCommand = () => {};
    this.world.arrange = (commands) => commands;
  }
}

function watched(world: JobWorld): WatchedWorld {
  return {
    get now() {
      return world.now;
    },
    set onWrite(onWrite: WatchedWorld['onWrite']) {
      world.onWrite = onWrite;
    },
    job: () => world.job('j'),
    pods: () => world.pods(),
  };
}

function rotated<T>(items: readonly T[], by: number): readonly T[] {
  const cut = items.length === 0 ? 0 : by % items.length;
  return [...items.slice(cut), ...items.slice(0, cut)];
}

function isPending(pod: Pod): boolean {
  return pod.status.phase === 'Pending' && !isStopping(pod);
}

function isAlive(pod: Pod): boolean {
  return !isFinished(pod) && !isStopping(pod);
}

function isStopping(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}

export function manifest(shape: JobShape): Parameters<JobWorld['create']>[0] {
  const { indexed, successfulIndexes, podFailurePolicy, onNode, restartPolicy, ...spec } = shape;
  return {
    kind: 'Job',
    metadata: { name: 'j', namespace: 'recorded' },
    spec: {
      ...spec,
      completionMode: indexed ? 'Indexed' : 'NonIndexed',
      ...(successfulIndexes !== undefined && { successPolicy: { rules: [{ succeededCount: successfulIndexes }] } }),
      ...(podFailurePolicy && { podFailurePolicy: policy(indexed && spec.backoffLimitPerIndex !== undefined) }),
      template: {
        metadata: { annotations: { 'finite.dev/spot-attempts': '2' } },
        spec: { restartPolicy, containers: [{ name: 'c', image: 'i' }], ...(onNode && { nodeName: 'n' }) },
      },
    },
  };
}

function policy(perIndex: boolean): Job['spec']['podFailurePolicy'] {
  return {
    rules: [
      { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
      { action: perIndex ? 'FailIndex' : 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
    ],
  };
}
