import { InstantRuntime } from '../../lib/adapters/memory/instant-runtime.js';
import { MemoryStore } from '../../lib/adapters/memory/memory-store.js';
import { SeededIds } from '../../lib/adapters/memory/seeded-ids.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { podDeletionRules } from '../../lib/apis/core/v1/pod/deletion.js';
import { planDeletion, type DeletionRequest } from '../../lib/apis/meta/v1/deletion.js';
import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { formatTime } from '../../lib/apis/meta/v1/time.js';
import { createManager, type Manager, type ManagerOptions } from '../../lib/manager/manager.js';
import type { PodRuntime } from '../../lib/ports/pod-runtime.js';
import type { StoredObject } from '../../lib/ports/store.js';

export const START_MS = Date.UTC(2026, 0, 1);

/** A store, a clock that stands still, and a manager between them. */
export class World {
  readonly clock: VirtualClock;
  readonly ids = new SeededIds(1);
  readonly store: MemoryStore;
  readonly runtime: PodRuntime;
  manager: Manager;

  constructor(readonly options: Partial<ManagerOptions> & { readonly clock?: VirtualClock } = {}) {
    this.clock = options.clock ?? new VirtualClock(START_MS);
    this.store = new MemoryStore(this.clock);
    this.runtime = options.runtime ?? new InstantRuntime(this.clock);
    this.manager = this.#newManager();
  }

  async start(): Promise<this> {
    await this.createServiceAccount();
    await this.manager.start();
    await this.manager.idle();
    return this;
  }

  /** As if the process had ended and begun again. */
  async restart(): Promise<void> {
    await this.manager.stop();
    this.manager = this.#newManager();
    await this.start();
  }

  /** Lets time pass, and everything happen on the way. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    await this.manager.idle();
    for (let next = this.clock.nextAlarm(); next !== undefined && next <= end; next = this.clock.nextAlarm()) {
      this.clock.advanceTo(next);
      await this.manager.idle();
    }
    this.clock.advanceTo(end);
    await this.manager.idle();
  }

  async create(resource: string, object: object): Promise<StoredObject> {
    const { metadata, ...rest } = object as KubeObject;
    const { name, namespace = '' } = metadata;
    const given = { uid: this.ids.uid(), creationTimestamp: formatTime(this.clock.now()) };
    const full = { ...rest, metadata: Object.assign(given, metadata) };
    const stored = await this.store.create({ resource, namespace, name }, full as KubeObject);
    await this.manager.idle();
    return stored;
  }

  /** What a DELETE request does. */
  async delete(
    resource: string,
    name: string,
    request: Partial<DeletionRequest> = {},
    namespace = 'default',
  ): Promise<void> {
    const stored = (await this.store.get({ resource, namespace, name }))!;
    const rules = resource === 'pods' ? podDeletionRules : ({ defaultPropagationPolicy: 'Background' } as const);
    const plan = planDeletion(stored.object, { ...request, now: this.clock.now() }, rules);
    if (plan.action === 'remove') await this.store.delete(stored.key, stored.revision, plan.object);
    if (plan.action === 'replace') await this.store.replace(stored.key, stored.revision, plan.object);
    await this.manager.idle();
  }

  async change(stored: StoredObject, change: (object: KubeObject) => object): Promise<StoredObject> {
    const current = (await this.store.get(stored.key))!;
    const next = await this.store.replace(current.key, current.revision, change(current.object) as KubeObject);
    await this.manager.idle();
    return next;
  }

  async get<T = KubeObject>(resource: string, name: string, namespace = 'default'): Promise<T | undefined> {
    return (await this.store.get({ resource, namespace, name }))?.object as T | undefined;
  }

  async list<T = KubeObject>(resource: string, namespace?: string): Promise<readonly T[]> {
    const { items } = await this.store.list({ resource, ...(namespace !== undefined && { namespace }) });
    return items.map(({ object }) => object as T);
  }

  async job(name = 'j'): Promise<Job> {
    return (await this.get<Job>('jobs', name))!;
  }

  pods(): Promise<readonly Pod[]> {
    return this.list<Pod>('pods');
  }

  /** Pods need it, also where nothing has made the namespace. */
  async createServiceAccount(): Promise<void> {
    const key = { resource: 'serviceaccounts', namespace: 'default', name: 'default' };
    if (await this.store.get(key)) return;
    const metadata = { name: 'default', namespace: 'default', uid: 'account', creationTimestamp: formatTime(START_MS) };
    await this.store.create(key, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata,
      automountServiceAccountToken: false,
    });
  }

  #newManager(): Manager {
    const { clock, ids, store, runtime } = this;
    return createManager({ clock, ids, store, restMs: 0, ...this.options, runtime });
  }
}

/** A Job as it is when the API server has admitted it. `annotations` are those of its pods. */
export function aJob(spec: Partial<Job['spec']> = {}, annotations: Record<string, string> = {}, name = 'j'): object {
  const uid = `uid-of-${name}`;
  const labels = { 'batch.kubernetes.io/controller-uid': uid, 'batch.kubernetes.io/job-name': name };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name, namespace: 'default', uid, generation: 1 },
    spec: {
      backoffLimit: 6,
      completionMode: 'NonIndexed',
      completions: 1,
      parallelism: 1,
      podReplacementPolicy: 'TerminatingOrFailed',
      selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': uid } },
      suspend: false,
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never', terminationGracePeriodSeconds: 30 },
      },
      ...spec,
    },
    status: {},
  };
}

export function aPod(spec: object = {}, metadata: object = {}): object {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default', ...metadata },
    spec: {
      containers: [{ name: 'c', image: 'i' }],
      restartPolicy: 'Never',
      terminationGracePeriodSeconds: 30,
      ...spec,
    },
    status: { phase: 'Pending' },
  };
}
