import { IndexSet } from '../../../../lib/apis/batch/v1/job/index-set.js';
import type { JobRecord } from '../../../../lib/apis/batch/v1/job/record.js';
import type { Job } from '../../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../../lib/apis/core/v1/pod/types.js';
import { deletionRulesOf } from '../../../../lib/apis/deletion-rules.js';
import { planDeletion } from '../../../../lib/apis/meta/v1/deletion.js';
import type { KubeObject } from '../../../../lib/apis/meta/v1/object.js';
import { formatTime } from '../../../../lib/apis/meta/v1/time.js';
import { finalCondition } from '../../../../lib/controllers/job/conditions.js';
import { generateNameOf, PodNames } from '../../../../lib/controllers/job/pod-names.js';
import { isActive, isFinished, isTracked } from '../../../../lib/controllers/job/pods.js';
import { formatKey } from '../../../../lib/ports/store.js';
import type { Fate, JobShape } from '../../../controllers/job/histories/arbitrary.js';
import { manifest } from '../../../controllers/job/histories/run.js';
import { Watchdog, type Allowance, type WatchedWorld } from '../../../controllers/job/histories/watchdog.js';
import { admittedJob } from '../../../support/job-defaults.js';
import type { Happening, History } from './arbitrary.js';
import { Functions } from './functions.js';
import type { Write } from './shared-store.js';

const NAMESPACE = 'recorded';
/** The names of the second one's pods begin with the first one's name, and look like those of its index 0. */
const NAMES = ['j', 'j-0'];
const START_MS = Date.UTC(2026, 0, 1, 0, 0, 0, 300);
/** Longer than any instance trusts what it remembers. */
const FORGOTTEN_MS = 301_000;

/** Lives a history to its end; throws where a promise is broken. Resolves with the number of Jobs that ended. */
export async function live(history: History): Promise<number> {
  const life = new Life(history);
  await life.begin();
  for (const happening of history.happenings) await life.happen(happening);
  await life.finish();
  return history.jobs.length;
}

class Life {
  readonly #functions: Functions;
  readonly #jobs: WatchedJob[] = [];
  /** In the order of their arrival. */
  readonly #arrivals: string[] = [];
  #winding = false;

  constructor(readonly history: History) {
    let state = history.seed;
    const choose = (): number => {
      state = (state + 0x9e3779b9) >>> 0;
      const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
      return (Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97) >>> 8) & 0xffff;
    };
    this.#functions = new Functions(START_MS, history.instances, choose);
    this.#functions.store.onWrite = (write) => this.#written(write);
  }

  async begin(): Promise<void> {
    const { memory } = this.#functions.store;
    const metadata = { uid: 'account', name: 'default', namespace: NAMESPACE, creationTimestamp: formatTime(START_MS) };
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false };
    await memory.create({ resource: 'serviceaccounts', namespace: NAMESPACE, name: 'default' }, account);
    for (const [position, shape] of this.history.jobs.entries()) await this.#createJob(NAMES[position]!, shape);
  }

  async happen(happening: Happening): Promise<void> {
    const functions = this.#functions;
    switch (happening.do) {
      case 'start':
        return this.#withPod(happening.pod, isPending, (pod) => this.#report(pod, 'Running'));
      case 'end':
        return this.#withPod(happening.pod, isActive, (pod) => this.#end(pod));
      case 'stop':
        return this.#withPod(happening.pod, isStopping, (pod) => this.#stop(pod));
      case 'delete-pod':
        return this.#withPod(happening.pod, isActive, (pod) => this.#delete(pod, undefined));
      case 'restart-container':
        return this.#withPod(happening.pod, isActive, (pod) => this.#report(pod, 'Running', { restarts: 1 }));
      case 'suspend':
      case 'resume':
        return this.#patch(happening.job, { suspend: happening.do === 'suspend' });
      case 'parallelism':
        return this.#patch(happening.job, { parallelism: happening.to });
      case 'resize':
        return this.history.jobs[happening.job]?.indexed
          ? this.#patch(happening.job, { parallelism: happening.to, completions: happening.to })
          : undefined;
      case 'deliver':
        return void functions.deliver(happening.shard, happening.instance, happening.size);
      case 'repeat':
        return functions.repeat(happening.shard, happening.instance, happening.at, happening.size);
      case 'lose-batch':
        return functions.loseBatch(happening.shard, happening.size);
      case 'lose-wake-up':
        return functions.loseWakeUp();
      case 'repeat-wake-up':
        return functions.repeatWakeUp(happening.at);
      case 'calls':
        return functions.step(happening.count);
      case 'kill':
        return functions.kill(happening.instance);
      case 'wait':
        return functions.wait(happening.seconds * 1000);
      case 'settle':
        return this.#settle();
    }
  }

  async finish(): Promise<void> {
    for (const [position, { job }] of this.#jobs.entries()) {
      await this.#patch(position, { suspend: false, parallelism: Math.max(1, job.spec.parallelism ?? 1) });
    }
    for (let round = 0; !this.#jobs.every(({ hasEnded }) => hasEnded); round++) {
      this.#winding = round > 5;
      if (round > 200)
        throw new Error(`a Job does not end: ${JSON.stringify(this.#jobs.map(({ job }) => job.status))}`);
      await this.#recover();
      await this.#settle();
      for (const pod of this.#pods()) {
        if (isStopping(pod)) await this.#stop(pod);
        else if (isActive(pod)) await this.#end(pod);
      }
      await this.#settle();
      const wake = this.#functions.nextWake();
      if (wake !== undefined) await this.#functions.wait(Math.max(0, wake - this.#functions.clock.now()));
    }
    await this.#recover();
    await this.#settle();
    for (const { watchdog } of this.#jobs) watchdog.atTheEnd();
    for (const pod of this.#pods()) if (isTracked(pod) || isActive(pod)) throw new Error('broken: a pod is left over');
  }

  /** What has been lost is found by the sweep alone. */
  async #recover(): Promise<void> {
    if (!this.#functions.lossy) return;
    await this.#functions.settle();
    await this.#functions.wait(FORGOTTEN_MS);
    await this.#functions.sweep('unfinished');
    await this.#functions.settle();
    await this.#functions.sweep('everything');
    this.#functions.lossy = false;
  }

  async #settle(): Promise<void> {
    await this.#functions.settle();
    for (const job of this.#jobs) job.calm();
    if (this.#functions.lossy) return;
    // The status of a Job that has ended says no more of a pod that was made late and goes again.
    for (const { watchdog, hasEnded } of this.#jobs) if (!hasEnded) watchdog.atRest();
  }

  async #createJob(name: string, shape: JobShape): Promise<void> {
    const draft = manifest(shape);
    const metadata = { uid: `uid-of-${name}`, creationTimestamp: formatTime(START_MS) };
    const job = admittedJob({ ...draft, metadata: { ...draft.metadata, name } }, metadata) as KubeObject & Job;
    const { store } = this.#functions;
    this.#jobs.push(new WatchedJob(name, shape, this.#functions));
    await store.create({ resource: 'jobs', namespace: NAMESPACE, name }, job);
  }

  #pods(): readonly Pod[] {
    return podsIn(this.#functions);
  }

  #written(write: Write): void {
    if (write.resource === 'pods' && write.after && !write.before) this.#arrivals.push(write.after.metadata.uid);
    for (const job of this.#jobs) job.written(write);
  }

  async #withPod(position: number, holds: (pod: Pod) => boolean, act: (pod: Pod) => Promise<void>): Promise<void> {
    const pods = this.#pods().filter(holds);
    if (pods.length > 0) await act(pods[position % pods.length]!);
  }

  async #patch(position: number, change: Partial<Job['spec']>): Promise<void> {
    const { job } = this.#jobs[position] ?? {};
    if (!job) return;
    const generation = (job.metadata.generation ?? 0) + 1;
    await this.#write({ ...job, metadata: { ...job.metadata, generation }, spec: { ...job.spec, ...change } });
  }

  async #write(object: KubeObject): Promise<void> {
    const { kind, metadata } = object;
    const key = { resource: `${kind.toLowerCase()}s`, namespace: NAMESPACE, name: metadata.name };
    const stored = this.#functions.store.now.get(formatKey(key));
    if (stored) await this.#functions.store.replace(key, stored.revision, object);
    if (this.#functions.store.broken !== undefined) throw this.#functions.store.broken;
  }

  async #delete(pod: Pod, gracePeriodSeconds: number | undefined): Promise<void> {
    const { store, gate, clock } = this.#functions;
    const key = { resource: 'pods', namespace: NAMESPACE, name: pod.metadata.name };
    gate.passCreations(formatKey(key));
    const stored = store.now.get(formatKey(key));
    if (!stored) return;
    const plan = planDeletion(stored.object, { gracePeriodSeconds, now: clock.now() }, deletionRulesOf('pods'));
    if (plan.action === 'remove') await store.delete(key, stored.revision, plan.object);
    if (plan.action === 'replace') await store.replace(key, stored.revision, plan.object);
  }

  #end(pod: Pod): Promise<void> {
    const arrival = this.#arrivals.indexOf(pod.metadata.uid);
    const { fates } = this.history;
    const fate = this.#winding ? 'succeeds' : fates[arrival % fates.length]!;
    return this.#report(pod, fate === 'succeeds' ? 'Succeeded' : 'Failed', { fate });
  }

  /** First its final phase, then it goes. */
  async #stop(pod: Pod): Promise<void> {
    if (!isFinished(pod)) await this.#report(pod, 'Failed');
    await this.#delete(pod, 0);
  }

  async #report(
    pod: Pod,
    phase: string,
    { fate, restarts = 0 }: { fate?: Fate; restarts?: number } = {},
  ): Promise<void> {
    const at = formatTime(this.#functions.clock.now());
    const ready = phase === 'Running' ? 'True' : 'False';
    const exitCode = phase === 'Succeeded' ? 0 : fate === 'exits-42' ? 42 : 1;
    const state = phase === 'Running' ? { running: { startedAt: at } } : { terminated: { exitCode, finishedAt: at } };
    const conditions = [
      { type: 'Ready', status: ready, lastTransitionTime: at },
      ...(fate === 'is-disrupted' ? [{ type: 'DisruptionTarget', status: 'True' }] : []),
    ];
    const container = { name: 'c', image: 'i', imageID: '', ready: ready === 'True', restartCount: restarts, state };
    const current = this.#pods().find(({ metadata }) => metadata.uid === pod.metadata.uid) as KubeObject | undefined;
    if (current) await this.#write({ ...current, status: { phase, conditions, containerStatuses: [container] } });
  }
}

/** One Job under the eyes of its watchdog. */
class WatchedJob {
  readonly watchdog: Watchdog;
  /** What its spec has been since nobody was at work, and is. */
  #specs: Job['spec'][] = [];
  #onWrite: (write: Write) => void = () => {};
  /** Names of pods. */
  readonly #announced = new Set<string>();

  constructor(
    readonly name: string,
    shape: JobShape,
    readonly functions: Functions,
  ) {
    this.watchdog = new Watchdog(this.#watched(), shape, () => this.#allowance());
  }

  get job(): KubeObject & Job {
    return this.functions.store.now.get(this.#key)?.object as KubeObject & Job;
  }

  get #key(): string {
    return formatKey({ resource: 'jobs', namespace: NAMESPACE, name: this.name });
  }

  get hasEnded(): boolean {
    return finalCondition(this.job.status) !== undefined;
  }

  written(write: Write): void {
    const object = write.after ?? write.before!;
    if (write.resource === 'jobs' ? object.metadata.name !== this.name : !isOf(object, this.name)) return;
    if (write.resource === 'jobs') this.#note((write.after as KubeObject & Job).spec);
    else if (!write.before && !this.#announced.has(object.metadata.name)) throw new Error('broken: a pod is announced');
    this.#onWrite(write);
    if (write.resource === 'jobs') this.#checkAnnounced();
  }

  /** Nobody is at work: from now on only what the spec says now counts. */
  calm(): void {
    this.#specs = this.#specs.slice(-1);
    this.watchdog.calm();
  }

  #checkAnnounced(): void {
    const { record } = this.functions.store.now.get(this.#key)!;
    const names = new PodNames(this.job.metadata.uid);
    for (const { slots, indexes } of (record as JobRecord | undefined)?.creating ?? []) {
      const numbers = indexes === undefined ? undefined : [...IndexSet.parse(indexes)];
      for (const [position, slot] of [...IndexSet.parse(slots)].entries()) {
        const name = names.nameOf(generateNameOf(this.name, numbers?.[position]), slot);
        if (!this.#announced.has(name)) this.watchdog.mayStart(numbers?.[position]);
        this.#announced.add(name);
      }
    }
  }

  #note(spec: Job['spec']): void {
    if (!this.functions.isBusy) this.#specs = [];
    this.#specs.push(spec);
  }

  #allowance(): Allowance {
    return {
      parallelism: Math.max(...this.#specs.map(({ parallelism }) => parallelism!)),
      completions: Math.max(...this.#specs.map(({ completions = Infinity }) => completions)),
      suspended: this.#specs.every(({ suspend }) => suspend === true),
      unheardEnds: true,
    };
  }

  #watched(): WatchedWorld {
    const { functions } = this;
    const setOnWrite = (onWrite: (write: Write) => void): void => void (this.#onWrite = onWrite);
    const job = (): Job => this.job;
    const pods = (): readonly Pod[] => podsIn(functions).filter((pod) => isOf(pod as KubeObject, this.name));
    return {
      get now() {
        return functions.clock.now();
      },
      set onWrite(onWrite: WatchedWorld['onWrite']) {
        setOnWrite(onWrite);
      },
      job,
      pods,
    };
  }
}

function podsIn({ store }: Functions): readonly Pod[] {
  return Array.from(store.now.values(), ({ object }) => object)
    .filter(({ kind }) => kind === 'Pod')
    .map((pod) => pod as KubeObject & Pod);
}

function isOf({ metadata }: KubeObject, job: string): boolean {
  return metadata.ownerReferences?.some(({ name }) => name === job) ?? false;
}

function isPending(pod: Pod): boolean {
  return isActive(pod) && pod.status.phase !== 'Running';
}

function isStopping(pod: Pod): boolean {
  return pod.metadata.deletionTimestamp !== undefined;
}
