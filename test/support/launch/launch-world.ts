import {
  ConflictException,
  ECSServiceException,
  RegisterTaskDefinitionCommand,
  RunTaskCommand,
} from '@aws-sdk/client-ecs';
import { Grants } from '../../../lib/adapters/aws/launch/grants.js';
import type { CapacityProvider, LaunchRefusal, LaunchRequest } from '../../../lib/adapters/aws/launch/launch-budget.js';
import { LaunchDrain } from '../../../lib/adapters/aws/launch/launch-drain.js';
import { LaunchQueue, type LaunchWakes } from '../../../lib/adapters/aws/launch/launch-queue.js';
import { DEFAULT_QUOTAS } from '../../../lib/adapters/aws/launch/quotas.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { FakeEcs } from '../ecs/fake-ecs.js';
import { PretendedBackend } from '../ecs/pretended-backend.js';
import { PUBLISHED_QUOTAS, type EcsQuotas } from '../ecs/quotas.js';
import { MemoryLaunchTable } from './memory-launch-table.js';

/** A pod as far as launching is concerned. */
export interface TestPod {
  readonly key: string;
  readonly job: string;
  readonly provider: CapacityProvider;
  readonly createdMs: number;
  launchedMs?: number;
  waitingUntilMs?: number;
  refusals: number;
}

/** One instance of the launch function: what is in memory dies with it. */
interface Instance {
  readonly queue: LaunchQueue;
  readonly drain: LaunchDrain;
  isDead: boolean;
}

class Died extends Error {}

const SLICE_MS = 1000;
/** A record's way through the stream. */
const STREAM_MS = 250;
/** RunTask's answer takes so long. */
const CALL_MS = 300;
/** The stream brings a batch again whose function has died. */
const AGAIN_MS = 1000;

/**
 * Several launch functions over one table and one ECS that enforces its quotas, in virtual time. What stands in for
 * the pod controller is only this: a pod with a task needs nothing, else ask for leave, call RunTask, tell a refusal.
 */
export class LaunchWorld {
  readonly clock = new VirtualClock(Date.UTC(2026, 0, 1));
  readonly table = new MemoryLaunchTable();
  readonly pods = new Map<string, TestPod>();
  readonly ecs: FakeEcs;
  instances: Instance[];
  /** Pods that failed because ECS refused them. There must be none. */
  failed = 0;
  #turn = 0;
  #ids = 0;

  constructor(instances: number, quotas: EcsQuotas = PUBLISHED_QUOTAS) {
    this.ecs = new FakeEcs({ clock: this.clock, backend: new PretendedBackend(this.clock, () => ({})), quotas });
    this.instances = Array.from({ length: instances }, () => this.#newInstance());
  }

  async register(): Promise<void> {
    await this.ecs.client.send(
      new RegisterTaskDefinitionCommand({
        family: 'pod',
        requiresCompatibilities: ['FARGATE'],
        networkMode: 'awsvpc',
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ name: 'app', image: 'busybox' }],
      }),
    );
  }

  /** Pods that have just been written: the stream brings them, a hundred at a time, to whichever instance is free. */
  create(job: string, count: number, provider: CapacityProvider = 'FARGATE'): TestPod[] {
    const createdMs = this.clock.now();
    const pods = Array.from({ length: count }, (_, index) => {
      const pod: TestPod = { key: `default/${job}-${index}`, job, provider, createdMs, refusals: 0 };
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
      await settled();
      if (isDone()) return;
      const next = this.clock.nextAlarm();
      if (next === undefined || next > untilMs) return;
      this.clock.advanceTo(next);
    }
  }

  get launched(): TestPod[] {
    return [...this.pods.values()].filter(({ launchedMs }) => launchedMs !== undefined);
  }

  #newInstance(): Instance {
    const wakes: LaunchWakes = {
      soon: async (provider) => this.#wake(provider, STREAM_MS),
      at: async (provider, atMs) => this.#wake(provider, atMs - this.clock.now() + STREAM_MS),
    };
    const newId = () => String(++this.#ids).padStart(8, '0');
    const parts = { table: this.table, quotas: DEFAULT_QUOTAS, clock: this.clock, wakes, grants: new Grants(), newId };
    return { queue: new LaunchQueue(parts), drain: new LaunchDrain(parts), isDead: false };
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
    await Promise.all(keys.map((key) => this.#launch(instance, this.pods.get(key)!)));
  }

  async #launch(instance: Instance, pod: TestPod): Promise<void> {
    if (pod.launchedMs !== undefined) return;
    const request: LaunchRequest = {
      provider: pod.provider,
      pod: pod.key,
      job: pod.job,
      waitingUntilMs: pod.waitingUntilMs,
    };
    const leave = await instance.queue.ask(request);
    this.#alive(instance);
    if (!leave.isGranted) {
      pod.waitingUntilMs = leave.wait.expectedStartMs;
      return;
    }
    const refusal = await this.#runTask(pod);
    await this.#sleep(CALL_MS);
    this.#alive(instance);
    if (refusal === undefined) return;
    pod.refusals += 1;
    pod.waitingUntilMs = (await instance.queue.refused(request, refusal)).expectedStartMs;
  }

  async #runTask(pod: TestPod): Promise<LaunchRefusal | undefined> {
    try {
      const { failures = [] } = await this.ecs.client.send(
        new RunTaskCommand({
          taskDefinition: 'pod',
          clientToken: pod.key,
          capacityProviderStrategy: [{ capacityProvider: pod.provider, weight: 1 }],
          networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        }),
      );
      if (failures[0] !== undefined) return { cause: 'no-capacity', message: failures[0].reason! };
      pod.launchedMs ??= this.clock.now();
      return undefined;
    } catch (error) {
      if (error instanceof ConflictException || !(error instanceof ECSServiceException)) throw error;
      if (error.name !== 'ThrottlingException') this.failed += 1;
      return { cause: 'throttled', message: error.message };
    }
  }

  #alive({ isDead }: Instance): void {
    if (isDead) throw new Died();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.at(this.clock.now() + ms, resolve));
  }
}

/** All that can happen without time going by has happened. */
async function settled(): Promise<void> {
  for (let turns = 0; turns < 6; turns++) await new Promise((resolve) => setImmediate(resolve));
}
