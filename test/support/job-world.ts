import type { JobRecord } from '../../lib/apis/batch/v1/job/record.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { podDeletionRules } from '../../lib/apis/core/v1/pod/deletion.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { isRemovable, planDeletion, type DeletionRequest } from '../../lib/apis/meta/v1/deletion.js';
import { matchesLabelSelector } from '../../lib/apis/meta/v1/label-selector.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { formatTime } from '../../lib/apis/meta/v1/time.js';
import type {
  Command,
  CreateObject,
  Decision,
  EventToRecord,
  ObjectReference,
} from '../../lib/controllers/decision.js';
import { releaseOrphan } from '../../lib/controllers/job/orphans.js';
import { reconcileJob } from '../../lib/controllers/job/reconcile.js';
import { reconcileTtlAfterFinished } from '../../lib/controllers/ttl-after-finished/reconcile.js';
import { changeMetadata } from '../../lib/manager/commands/metadata.js';
import { isDone } from '../../lib/manager/controllers/job-pods.js';
import { collectGarbage } from './garbage.js';
import { admittedJob } from './job-defaults.js';

type Draft = { readonly kind: string; readonly metadata: Partial<KubeObject['metadata']> } & Record<string, unknown>;
type JobDecision = Decision<Job['status'], JobRecord>;

interface WorldEvent extends EventToRecord {
  /** `Job/j`. */
  readonly object: string;
}

/** Where the controller's process may stop: before each of its writes. */
export class Crash extends Error {}

/** One object before and after; left out where it was not there. */
export interface Write {
  readonly resource: string;
  readonly before?: KubeObject;
  readonly after?: KubeObject;
}

/** More looks at one moment than any Job of a test needs. */
const LOOKS_MAX = 1000;

/**
 * One namespace with the job controller in it and nothing else: objects in memory, time that stands still until it is
 * moved, decisions performed as `controllers/decision.ts` promises. It keeps only what it must, so that ten thousand
 * histories take seconds.
 */
export class JobWorld {
  /** By kind in lower case and plural, then by name. */
  readonly #objects = new Map<string, Map<string, KubeObject>>();
  readonly #records = new Map<string, JobRecord>();
  readonly #takenNames = new Map<string, Set<string>>();
  readonly #wakes = new Map<string, number>();
  readonly #seen = new Map<string, { readonly version: number; readonly generation: number | undefined }>();
  readonly #batches = new Map<string, number>();
  readonly events: WorldEvent[] = [];
  readonly arrivals: { readonly pod: Pod; readonly at: number }[] = [];
  /** Called after each write of anybody. */
  onWrite: (write: Write) => void = () => {};
  /** Called before each write of the controller; may throw `Crash`. */
  beforeCommand: () => void = () => {};
  /** Commands of one kind that follow each other are done at the same time: in any order. */
  arrange: (commands: readonly Command[]) => readonly Command[] = (commands) => commands;
  version = 0;
  /** Whether the garbage collector runs, too. */
  garbage = true;
  statusWrites = 0;
  #uids = 0;

  /**
   * `batchMs`: how long after a change a Job is looked at. Kubernetes waits 1 s and looks at once only when the Job's spec
   * has changed; 0 looks at once.
   */
  constructor(
    public now: number,
    readonly batchMs = 0,
  ) {}

  // What clients and the kubelet do.

  create(draft: Draft): KubeObject {
    const metadata = { uid: this.#newUid(), creationTimestamp: formatTime(this.now) };
    const object =
      draft.kind === 'Job'
        ? admittedJob(draft, metadata)
        : ({
            apiVersion: 'v1',
            spec: {},
            status: {},
            ...draft,
            metadata: { ...draft.metadata, ...metadata },
          } as KubeObject);
    const stored = draft.kind === 'Pod' ? { ...object, status: { phase: 'Pending' } } : object;
    this.#put(resourceOf(draft.kind), stored);
    if (draft.kind === 'Pod') this.arrivals.push({ pod: stored as unknown as Pod, at: this.now });
    return stored;
  }

  update(resource: string, name: string, change: (object: KubeObject) => KubeObject): void {
    const object = this.get(resource, name);
    if (object === undefined) return;
    const next = change(object);
    const specChanged = resource === 'jobs' && JSON.stringify(next['spec']) !== JSON.stringify(object['spec']);
    const generation = (object.metadata.generation ?? 0) + 1;
    this.#put(resource, specChanged ? { ...next, metadata: { ...next.metadata, generation } } : next);
  }

  delete(resource: string, name: string, request: Omit<DeletionRequest, 'now'> = {}): void {
    const object = this.get(resource, name);
    if (object === undefined) return;
    const rules = { pods: podDeletionRules, jobs: { defaultPropagationPolicy: 'Orphan' } as const }[resource];
    const plan = planDeletion(
      object,
      { ...request, now: this.now },
      rules ?? { defaultPropagationPolicy: 'Background' },
    );
    if (plan.action === 'remove') this.#remove(resource, plan.object);
    if (plan.action === 'replace') this.#put(resource, plan.object);
  }

  get(resource: string, name: string): KubeObject | undefined {
    return this.#objects.get(resource)?.get(name);
  }

  list(resource: string): readonly KubeObject[] {
    return [...(this.#objects.get(resource)?.values() ?? [])];
  }

  all(): readonly KubeObject[] {
    return [...this.#objects.values()].flatMap((objects) => [...objects.values()]);
  }

  job(name: string): Job | undefined {
    return this.get('jobs', name) as unknown as Job | undefined;
  }

  pods(): readonly Pod[] {
    return this.list('pods') as unknown as readonly Pod[];
  }

  record(job: Job): JobRecord | undefined {
    return this.#records.get(job.metadata.uid);
  }

  // Time.

  /** Moves on, stopping wherever a Job wants to be looked at, until nothing is left to do there. */
  advanceTo(time: number): void {
    this.settle();
    let standing = 0;
    for (let wake = this.nextWake(); wake !== undefined && wake <= time; wake = this.nextWake()) {
      standing = wake > this.now ? 0 : standing + 1;
      if (standing > LOOKS_MAX) throw new Error('the controllers do not let time pass');
      this.now = Math.max(this.now, wake);
      this.settle();
    }
    this.now = Math.max(this.now, time);
  }

  nextWake(): number | undefined {
    const times = [...this.#wakes.values(), ...this.#batches.values()];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Reconciles all there is until nobody wants anything now. */
  settle(): void {
    for (let turns = 0; this.turn(); turns++) {
      if (turns > LOOKS_MAX) throw new Error('the controllers do not come to rest');
    }
  }

  /** The controller's process has stopped and another one has started: it knows nothing but what is stored. */
  restart(): void {
    this.#wakes.clear();
    this.#batches.clear();
    this.#takenNames.clear();
    this.lookAgain();
  }

  /** An event that repeats itself. */
  lookAgain(): void {
    this.#seen.clear();
  }

  /** An event that nobody heard. */
  missEvents(): void {
    for (const { metadata } of this.list('jobs')) {
      this.#seen.set(metadata.uid, { version: this.version, generation: metadata.generation });
    }
  }

  /** One look at everything; whether anybody did anything. */
  turn(): boolean {
    const before = this.version;
    for (const job of this.list('jobs') as unknown as readonly Job[]) this.#look(job);
    if (this.garbage) collectGarbage(this);
    for (const pod of this.pods())
      for (const command of releaseOrphan(pod, this.#controllerOf(pod))) this.#do(command, undefined);
    return this.version !== before;
  }

  // The controllers.

  #look(job: Job): void {
    const { name, uid, generation } = job.metadata;
    if (!this.#isDue(job)) return;
    this.#wakes.delete(uid);
    this.#batches.delete(uid);
    const version = this.version;
    const takenNames = this.#takenNames.get(uid);
    const decision = reconcileJob(
      { job, record: this.record(job), pods: this.observedPods(job), takenNames },
      this.now,
    );
    this.#perform(job, decision);
    const current = this.job(name);
    const ttl = current && reconcileTtlAfterFinished(current, this.now);
    for (const command of ttl?.before ?? []) this.#do(command, undefined);
    const wakes = [decision.requeueAt, ttl?.requeueAt].filter((time) => time !== undefined);
    if (wakes.length > 0 && this.job(name)?.metadata.uid === uid) this.#wakes.set(uid, Math.min(...wakes));
    this.#seen.set(uid, { version, generation });
  }

  #isDue({ metadata: { uid, generation } }: Job): boolean {
    const seen = this.#seen.get(uid);
    if (seen === undefined || seen.generation !== generation || (this.#wakes.get(uid) ?? Infinity) <= this.now)
      return true;
    if (seen.version === this.version) return false;
    const batch = this.#batches.get(uid) ?? this.now + this.batchMs;
    this.#batches.set(uid, batch);
    return batch <= this.now;
  }

  /** What the manager would hand to the controller. */
  observedPods(job: Job): readonly Pod[] {
    return this.pods().filter((pod) => {
      const controller = controllerUidOf(pod);
      if (controller === undefined) return matchesLabelSelector(job.spec.selector, pod.metadata.labels);
      return controller === job.metadata.uid && !isDone(pod);
    });
  }

  #perform(job: Job, { before, after, status, record, events }: JobDecision): void {
    const component = 'job-controller';
    this.#doAll(before, job);
    if (this.#takenNames.get(job.metadata.uid)?.size) return void this.version++;
    if (status !== undefined || record !== undefined) {
      this.beforeCommand();
      if (record) this.#records.set(job.metadata.uid, record);
      if (status) this.statusWrites++;
      this.#put('jobs', { ...(job as unknown as KubeObject), ...(status && { status }) });
    }
    this.#doAll(after, job);
    for (const event of events) this.events.push({ ...event, component, object: `Job/${job.metadata.name}` });
  }

  #doAll(commands: readonly Command[], job: Job): void {
    for (let start = 0; start < commands.length;) {
      let end = start + 1;
      while (end < commands.length && commands[end]!.do === commands[start]!.do) end++;
      for (const command of this.arrange(commands.slice(start, end))) this.#do(command, job);
      start = end;
    }
  }

  #do(command: Command, job: Job | undefined): void {
    this.beforeCommand();
    const event = 'event' in command ? command.event : undefined;
    if (this.#done(command) && event && job) {
      this.events.push({ ...event, component: 'job-controller', object: `Job/${job.metadata.name}` });
    }
  }

  #done(command: Command): boolean {
    if (command.do === 'create') return this.#createPod(command);
    const object = this.#find(command.target);
    if (object === undefined) return false;
    if (command.do === 'delete') {
      this.delete(command.target.resource, command.target.name, command);
      return true;
    }
    const metadata = changeMetadata(object.metadata, command.change);
    if (metadata !== object.metadata) this.#put(command.target.resource, { ...object, metadata });
    return true;
  }

  #createPod({ object, owner }: CreateObject): boolean {
    const existing = this.get('pods', object.metadata.name);
    if (existing !== undefined) {
      if (controllerUidOf(existing as unknown as Pod) !== owner) this.#take(owner, object.metadata.name);
      return false;
    }
    this.create(object as Draft);
    return true;
  }

  #take(owner: string, name: string): void {
    const names = this.#takenNames.get(owner) ?? new Set();
    this.#takenNames.set(owner, names.add(name));
  }

  #controllerOf(pod: Pod): Job | undefined {
    const uid = controllerUidOf(pod);
    return (this.list('jobs') as unknown as readonly Job[]).find(({ metadata }) => metadata.uid === uid);
  }

  #find({ resource, name, uid }: ObjectReference): KubeObject | undefined {
    const object = this.get(resource, name);
    return object?.metadata.uid === uid ? object : undefined;
  }

  #put(resource: string, object: KubeObject): void {
    if (isRemovable(object)) return this.#remove(resource, object);
    const objects = this.#objects.get(resource) ?? new Map<string, KubeObject>();
    const before = objects.get(object.metadata.name);
    this.#objects.set(resource, objects.set(object.metadata.name, object));
    this.version++;
    this.onWrite({ resource, before, after: object });
  }

  /** `last`: the state in which it goes. */
  #remove(resource: string, last: KubeObject): void {
    this.#objects.get(resource)!.delete(last.metadata.name);
    this.#wakes.delete(last.metadata.uid);
    this.#batches.delete(last.metadata.uid);
    this.version++;
    this.onWrite({ resource, before: last });
  }

  #newUid(): string {
    return `00000000-0000-4000-8000-${String(++this.#uids).padStart(12, '0')}`;
  }
}

function resourceOf(kind: string): string {
  return `${kind.toLowerCase()}s`;
}

function controllerUidOf(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}
