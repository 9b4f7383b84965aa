import { InstantRuntime } from '../../../lib/adapters/memory/instant-runtime.js';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { SeededIds } from '../../../lib/adapters/memory/seeded-ids.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import { deletionRulesOf } from '../../../lib/apis/deletion-rules.js';
import { planDeletion, type DeletionRequest } from '../../../lib/apis/meta/v1/deletion.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { formatTime } from '../../../lib/apis/meta/v1/time.js';
import {
  createStreamManager,
  type HandledBatch,
  type StreamBatch,
  type StreamManager,
  type StreamManagerOptions,
} from '../../../lib/manager/stream/stream-manager.js';
import type { Change, Revision, Store, StoredObject } from '../../../lib/ports/store.js';
import type { WakeKey, WakeUp } from '../../../lib/ports/wake-ups.js';
import { passing, turn } from '../../support/virtual-time.js';
import { START_MS } from '../world.js';

const EVERYTHING = ['job', 'cronjob', 'pod', 'garbage-collector', 'ttl-after-finished', 'namespace'] as const;

/** Tells of its pods by events that anybody may handle. */
class EventRuntime extends InstantRuntime {
  readonly events: WakeKey[] = [];

  constructor(clock: VirtualClock) {
    super(clock);
    super.onChange(({ namespace, name }) => this.events.push({ controller: 'pod', key: `${namespace}/${name}` }));
  }

  override onChange(): void {}
}

/** A store, its stream, and the functions that handle its batches, in virtual time. */
export class StreamWorld {
  readonly clock = new VirtualClock(START_MS);
  readonly ids = new SeededIds(1);
  readonly store = new MemoryStore(this.clock, { historyChanges: 1_000_000 });
  readonly runtime = new EventRuntime(this.clock);
  readonly stream: Change[] = [];
  /** By `controller key`. */
  readonly wakeUps = new Map<string, WakeUp>();
  readonly failed: WakeKey[] = [];
  manager: StreamManager;
  readonly #abort = new AbortController();
  #told = 0;

  constructor(readonly options: Partial<StreamManagerOptions> = {}) {
    this.manager = this.newManager();
  }

  async start(): Promise<this> {
    void this.#follow(await this.store.currentRevision());
    await this.create('namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'default' },
      spec: {},
      status: {},
    });
    await this.create('serviceaccounts', {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace: 'default' },
      automountServiceAccountToken: false,
    });
    await this.settle();
    return this;
  }

  newManager(store: Store = this.store, options: Partial<StreamManagerOptions> = {}): StreamManager {
    const { clock, ids, runtime } = this;
    const own = { clock, ids, runtime, controllers: EVERYTHING, store };
    return createStreamManager({ ...own, ...this.options, ...options });
  }

  /** Hands a batch to a manager, and lets the time pass that it waits inside. */
  async handle(batch: Partial<StreamBatch>, manager = this.manager): Promise<HandledBatch> {
    const handling = manager.handle({ changes: [], wakes: [], ...batch });
    const handled = await this.passing(handling);
    for (const wakeUp of handled.wakeUps) {
      const id = `${wakeUp.controller} ${wakeUp.key}`;
      const known = this.wakeUps.get(id);
      if (!known || known.atMs > wakeUp.atMs) this.wakeUps.set(id, wakeUp);
    }
    this.failed.push(...handled.failed);
    return handled;
  }

  /** Lets time pass for as long as a promise needs. */
  passing<T>(promise: Promise<T>): Promise<T> {
    return passing(this.clock, promise);
  }

  /** What the stream brings now. */
  async untold(): Promise<readonly Change[]> {
    await turn();
    const changes = this.stream.slice(this.#told);
    this.#told = this.stream.length;
    return changes;
  }

  /** Hands batch after batch to the manager until nothing new comes. */
  async settle(): Promise<void> {
    for (;;) {
      const changes = await this.untold();
      const wakes = this.runtime.events.splice(0);
      if (changes.length + wakes.length === 0) return;
      await this.handle({ changes, wakes });
    }
  }

  /** Lets time pass, and what waits for it be looked at. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.settle();
    for (let next = this.#next(); next !== undefined && next <= end; next = this.#next()) {
      this.clock.advanceTo(Math.max(next, this.clock.now()));
      await turn();
      const wakes = [...this.wakeUps].filter(([, { atMs }]) => atMs <= this.clock.now());
      for (const [id] of wakes) this.wakeUps.delete(id);
      if (wakes.length > 0) await this.handle({ wakes: wakes.map(([, wake]) => wake) });
      await this.settle();
    }
    if (this.clock.now() < end) this.clock.advanceTo(end);
    await this.settle();
  }

  async create(resource: string, object: object): Promise<StoredObject> {
    const { metadata, ...rest } = object as KubeObject;
    const { name, namespace = '' } = metadata;
    const given = { uid: this.ids.uid(), creationTimestamp: formatTime(this.clock.now()) };
    const full = { ...rest, metadata: Object.assign(given, metadata) };
    return this.store.create({ resource, namespace, name }, full as KubeObject);
  }

  /** What a DELETE request does. */
  async delete(resource: string, name: string, request: Partial<DeletionRequest> = {}): Promise<void> {
    const namespace = resource === 'namespaces' ? '' : 'default';
    const stored = (await this.store.get({ resource, namespace, name }))!;
    const plan = planDeletion(stored.object, { ...request, now: this.clock.now() }, deletionRulesOf(resource));
    if (plan.action === 'remove') await this.store.delete(stored.key, stored.revision, plan.object);
    if (plan.action === 'replace') await this.store.replace(stored.key, stored.revision, plan.object);
  }

  async change(resource: string, name: string, change: (object: KubeObject) => object): Promise<void> {
    const current = (await this.store.get({ resource, namespace: 'default', name }))!;
    const next = change(current.object) as KubeObject;
    const generation = (current.object.metadata.generation ?? 0) + 1;
    await this.store.replace(current.key, current.revision, { ...next, metadata: { ...next.metadata, generation } });
  }

  async get<T = KubeObject>(resource: string, name: string): Promise<T | undefined> {
    return (await this.store.get({ resource, namespace: 'default', name }))?.object as T | undefined;
  }

  async list<T = KubeObject>(resource: string): Promise<readonly T[]> {
    return (await this.store.list({ resource })).items.map(({ object }) => object as T);
  }

  async job(name = 'j'): Promise<Job> {
    return (await this.get<Job>('jobs', name))!;
  }

  pods(): Promise<readonly Pod[]> {
    return this.list<Pod>('pods');
  }

  close(): void {
    this.#abort.abort();
  }

  #next(): number | undefined {
    const times = [this.clock.nextAlarm(), ...Array.from(this.wakeUps.values(), ({ atMs }) => atMs)];
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  async #follow(revision: Revision): Promise<void> {
    for await (const { changes } of this.store.changes({}, revision, this.#abort.signal)) this.stream.push(...changes);
  }
}
