import { RunTaskCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { S3Client } from '@aws-sdk/client-s3';
import { FargateRuntime } from '../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import { Grants } from '../../../lib/adapters/aws/launch/grants.js';
import type { CapacityProvider, LaunchBudget } from '../../../lib/adapters/aws/launch/launch-budget.js';
import { LaunchDrain } from '../../../lib/adapters/aws/launch/launch-drain.js';
import { LaunchQueue, type LaunchWakes } from '../../../lib/adapters/aws/launch/launch-queue.js';
import { DEFAULT_QUOTAS } from '../../../lib/adapters/aws/launch/quotas.js';
import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { ContainerStart, PodStart } from '../../../lib/ports/pod-runtime.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { FakeEcs } from '../ecs/fake-ecs.js';
import { PretendedBackend } from '../ecs/pretended-backend.js';
import { PUBLISHED_QUOTAS, type EcsQuotas } from '../ecs/quotas.js';
import { MemoryLaunchTable } from './memory-launch-table.js';
import { FARGATE_PLACE } from '../aws/fargate-place.js';
import { turn } from '../virtual-time.js';

/** A pod as far as launching is concerned. */
export interface TestPod {
  readonly key: string;
  readonly job: string;
  readonly provider: CapacityProvider;
  readonly createdMs: number;
  /** When ECS launched its task. */
  launchedMs?: number;
  /** The pod's status tells of its task. */
  isRecorded: boolean;
  held?: { readonly reason: string; readonly until: number };
}

/** One instance of the launch function: what is in memory dies with it. */
interface Instance {
  readonly runtime: FargateRuntime;
  readonly drain: LaunchDrain;
  isDead: boolean;
}

class Died extends Error {}

const SLICE_MS = 1000;
/** A record's way through the stream. */
const STREAM_MS = 250;
/** How long ECS takes for its answers. */
const RUN_TASK_MS = 300;
const OTHER_CALL_MS = 50;
/** The stream brings a batch again whose function has died. */
const AGAIN_MS = 1000;

/**
 * Several launch functions, each with the queue, the drain and the Fargate runtime, over one table and one ECS that
 * enforces its quotas, in virtual time. What stands in for the manager is only this: a pod without a task is started.
 */
export class LaunchWorld {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly table = new MemoryLaunchTable();
  readonly pods = new Map<string, TestPod>();
  readonly ecs: FakeEcs;
  instances: Instance[];
  /** Pods that failed because ECS refused them. There must be none. */
  failed = 0;
  /** How long pods run; left out: for ever. */
  runMs: number | undefined;
  #turn = 0;
  #ids = 0;

  constructor(instances: number, quotas: EcsQuotas = PUBLISHED_QUOTAS) {
    const backend = new PretendedBackend(this.clock, () => ({ runMs: this.runMs }));
    this.ecs = new FakeEcs({ clock: this.clock, backend, quotas, onEvent: ({ detail }) => this.#onEvent(detail) });
    this.instances = Array.from({ length: instances }, () => this.#newInstance());
  }

  /** Pods that have just been written: the stream brings them, a hundred at a time, to whichever instance is free. */
  create(job: string, count: number, provider: CapacityProvider = 'FARGATE'): TestPod[] {
    const createdMs = this.clock.now();
    const pods = Array.from({ length: count }, (_, index) => {
      const pod: TestPod = { key: `default/${job}-${index}`, job, provider, createdMs, isRecorded: false };
      this.pods.set(pod.key, pod);
      return pod;
    });
    for (let from = 0; from < count; from += 100) {
      const batch = pods.slice(from, from + 100).map(({ key }) => key);
      this.#invoke(STREAM_MS, (instance) => this.#reconcile(instance, batch));
    }
    return pods;
  }

  /** The instance dies in the middle of what it does, and another one takes its place. */
  kill(index: number): void {
    this.instances[index]!.isDead = true;
    this.instances[index] = this.#newInstance();
  }

  /** Runs until it holds or nothing is left to do before `untilMs`. */
  async runUntil(isDone: () => boolean, untilMs: number): Promise<void> {
    for (;;) {
      // All that can happen without time going by.
      await turn(3);
      if (isDone()) return;
      const next = this.clock.nextAlarm();
      if (next === undefined || next > untilMs) return;
      this.clock.advanceTo(next);
    }
  }

  get launched(): TestPod[] {
    return [...this.pods.values()].filter(({ launchedMs }) => launchedMs !== undefined);
  }

  #onEvent({ startedBy }: Readonly<Record<string, unknown>>): void {
    this.pods.get(String(startedBy).replace('uid-', 'default/'))!.launchedMs ??= this.clock.now();
  }

  #newInstance(): Instance {
    const wakes: LaunchWakes = {
      soon: async (provider) => this.#wake(provider, STREAM_MS),
      at: async (provider, atMs) => this.#wake(provider, atMs - this.clock.now() + STREAM_MS),
    };
    const newId = () => String(++this.#ids).padStart(8, '0');
    const parts = { table: this.table, quotas: DEFAULT_QUOTAS, clock: this.clock, wakes, grants: new Grants(), newId };
    const isDead = () => instance.isDead;
    const runtime = this.#runtime(new LaunchQueue(parts), isDead);
    const instance: Instance = { runtime, drain: new LaunchDrain(parts), isDead: false };
    return instance;
  }

  #runtime(budget: LaunchBudget, isDead: () => boolean): FargateRuntime {
    const send = async (command: Parameters<FakeEcs['send']>[0]) => {
      const answer = await this.ecs.send(command);
      await this.#sleep(command instanceof RunTaskCommand ? RUN_TASK_MS : OTHER_CALL_MS);
      if (isDead()) throw new Died();
      return answer;
    };
    return new FargateRuntime({
      ecs: { send } as unknown as ECSClient,
      launches: { send } as unknown as ECSClient,
      s3: { send: async () => ({}) } as unknown as S3Client,
      clock: this.clock,
      budget,
      ...FARGATE_PLACE,
    });
  }

  #wake(provider: CapacityProvider, delayMs: number): void {
    this.#invoke(delayMs, (instance) =>
      instance.drain.drain(provider, (keys) => this.#reconcile(instance, keys), this.clock.now() + SLICE_MS),
    );
  }

  #invoke(delayMs: number, work: (instance: Instance) => Promise<void>): void {
    this.clock.at(this.clock.now() + delayMs, () => {
      const instance = this.instances[this.#turn++ % this.instances.length]!;
      work(instance).catch(() => this.#invoke(AGAIN_MS, work));
    });
  }

  async #reconcile(instance: Instance, keys: readonly string[]): Promise<void> {
    await Promise.all(keys.map((key) => this.#start(instance, this.pods.get(key)!)));
  }

  /** The manager sees from the pod's status that it has a task, or what it was told to wait for. */
  async #start(instance: Instance, pod: TestPod): Promise<void> {
    if (pod.isRecorded) return;
    const hold = await instance.runtime.startPod(podStart(pod));
    this.#alive(instance);
    if (hold === undefined) pod.isRecorded = true;
    else pod.held = { reason: hold.reason, until: hold.expectedAt };
    if (hold?.retryAt !== undefined) this.failed += 1;
  }

  #alive({ isDead }: Instance): void {
    if (isDead) throw new Died();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.at(this.clock.now() + ms, resolve));
  }
}

function podStart({ key, job, provider, createdMs, held }: TestPod): PodStart {
  const [namespace, name] = key.split('/') as [string, string];
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      namespace,
      name,
      uid: `uid-${name}`,
      creationTimestamp: new Date(createdMs).toISOString(),
      ownerReferences: [{ apiVersion: 'batch/v1', kind: 'Job', name: job, uid: job, controller: true }],
      annotations: provider === 'FARGATE_SPOT' ? { 'finite.dev/capacity': 'spot' } : {},
    },
    spec: { containers: [{ name: 'app', image: 'busybox' }] },
    status: {},
  } as unknown as Pod;
  const container: ContainerStart = {
    pod,
    container: 'app',
    attempt: 0,
    image: 'busybox',
    command: undefined,
    args: undefined,
    workingDir: undefined,
    env: [],
    volumes: [],
    mounts: [],
    pullSecrets: [],
    hostname: name,
  };
  return {
    pod,
    containers: [container],
    asked: new Set(['app']),
    serviceAccountAnnotations: {},
    ...(held && { held }),
  };
}
