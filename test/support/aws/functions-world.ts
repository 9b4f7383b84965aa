import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import { handleBatch } from '../../../lambdas/wiring/stream.js';
import { createTable } from '../../../lib/adapters/aws/dynamodb-store/create-table.js';
import { DynamoDbStore } from '../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { writeWake } from '../../../lib/adapters/aws/dynamodb-store/wakes.js';
import type { TaskDetail } from '../../../lib/adapters/aws/fargate-runtime/task-facts.js';
import { NODE_NAME } from '../../../lib/adapters/aws/fargate-runtime/names.js';
import type { LaunchQuotas } from '../../../lib/adapters/aws/launch/budget-state.js';
import { WakeUpsAtOnce } from '../../../lib/adapters/aws/step-functions-wake-ups/wake-ups-at-once.js';
import { StepFunctionsWakeUps } from '../../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { RandomIds } from '../../../lib/adapters/local/random-ids.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import { LAUNCH_PATTERNS, RECONCILE_PATTERNS } from '../../../lib/infrastructure/functions/stream-patterns.js';
import type { Log } from '../../../lib/manager/log.js';
import type { WakeKey, WakeUps } from '../../../lib/ports/wake-ups.js';
import { createStreamManager } from '../../../lib/manager/stream/stream-manager.js';
import { startTestServer, type TestServer } from '../api-server.js';
import { CapacityMeter } from '../capacity-meter.js';
import type { TestDynamoDb } from '../dynamodb-local.js';
import { FakeEcs } from '../ecs/fake-ecs.js';
import { PretendedBackend } from '../ecs/pretended-backend.js';
import type { EcsQuotas } from '../ecs/quotas.js';
import { StreamPump } from '../stream-pump.js';
import { FakeStepFunctions } from './fake-step-functions.js';
import { PodFunctions } from './pod-functions.js';
import { StreamLanes, type StreamHandler } from './stream-lanes.js';

export interface FunctionsWorldOptions {
  readonly ecsQuotas: EcsQuotas;
  readonly launchQuotas: LaunchQuotas;
  /** How long each pod runs. */
  readonly runMs: number;
  /** Most records of a batch. */
  readonly batchMax: number;
  /** Instances of the reconcile function that have batches in turn. */
  readonly reconcilers?: number;
}

const LAUNCH_LANES = 4;
/** More are throttled: their events wait. */
const TASK_STATE_INSTANCES_MAX = 10;
const INVOCATION_MS = 300_000;
const POLL_MS = 200;
/** Fargate takes five to ten times as long; shorter, and events overtake each other more often than they do there. */
const STATE_MS = 1000;

const bucket = {
  config: { credentials: async () => ({ accessKeyId: 'id', secretAccessKey: 'secret' }) },
  send: async () => ({}),
} as unknown as S3Client;

/**
 * The deployed functions on one table, each instance with a memory of its own, between DynamoDB Local, a model of ECS
 * with pretended containers and one of Step Functions; every call of every instance on the table is metered.
 */
export class FunctionsWorld {
  readonly clock = new SystemClock();
  readonly ids = new RandomIds();
  readonly meter: CapacityMeter;
  readonly stepFunctions = new FakeStepFunctions(this.clock);
  readonly ecs: FakeEcs;
  readonly warnings: string[] = [];
  /** Invocations, by function. */
  readonly invocations = { reconcile: 0, launch: 0, 'task-state': 0, timer: 0 };
  readonly #client: DynamoDBClient;
  readonly #stores: DynamoDbStore[] = [];
  readonly #api: TestServer;
  readonly #onlooker: DynamoDbStore;
  /** Instances of the task-state function that have nothing to do: each handles one event at a time. */
  readonly #idleTaskState: PodFunctions[] = [];
  #taskStateInstances = 0;
  readonly #events: TaskDetail[] = [];
  readonly #consumers: readonly StreamLanes[];
  readonly #pump: StreamPump;
  readonly #failures: unknown[] = [];
  #underWay = 0;

  private constructor(
    readonly database: TestDynamoDb,
    readonly table: string,
    streamArn: string,
    readonly options: FunctionsWorldOptions,
  ) {
    this.#client = new DynamoDBClient(database.config);
    this.meter = new CapacityMeter(this.#client);
    this.#onlooker = new DynamoDbStore({ client: database.client, table, clock: this.clock });
    this.ecs = new FakeEcs({
      clock: this.clock,
      backend: new PretendedBackend(this.clock, () => ({ runMs: options.runMs })),
      quotas: options.ecsQuotas,
      delays: { provisioningMs: STATE_MS, pendingMs: STATE_MS, deprovisioningMs: STATE_MS },
      onEvent: ({ detail }) => {
        // The rule's pattern.
        if (['PROVISIONING', 'PENDING'].includes(String(detail['lastStatus']))) return;
        this.#events.push(detail as TaskDetail);
        this.#deliver();
      },
    });
    this.stepFunctions.invoke = (input) => void this.#invoke('timer', () => this.#timer(input));
    this.#api = startTestServer({ store: this.#newStore(), clock: this.clock, ids: this.ids } as never);
    this.#consumers = [
      new StreamLanes(RECONCILE_PATTERNS, [this.#reconcilers(options.reconcilers ?? 1)], options.batchMax),
      new StreamLanes(
        LAUNCH_PATTERNS,
        Array.from({ length: LAUNCH_LANES }, () => this.#launchLane()),
        options.batchMax,
      ),
    ];
    this.#pump = new StreamPump(database.streams, streamArn, async (records) => {
      for (const consumer of this.#consumers) consumer.push(records as unknown as DynamoDBRecord[]);
    });
  }

  static async start(database: TestDynamoDb, options: FunctionsWorldOptions): Promise<FunctionsWorld> {
    const table = database.tableName();
    const world = new FunctionsWorld(database, table, await createTable(database.client, table), options);
    world.#pump.start();
    // The API server makes the namespace, the functions what belongs into it.
    const account = { resource: 'serviceaccounts', namespace: 'default', name: 'default' };
    while ((await world.#onlooker.get(account)) === undefined) await sleep(POLL_MS);
    await world.#quiet();
    world.meter.reset();
    return world;
  }

  /** Creates a Job by the API, and resolves when it has ended and all that follows from it has been done. */
  async run(name: string, spec: object): Promise<Job> {
    const body = { apiVersion: 'batch/v1', kind: 'Job', metadata: { name }, spec };
    const { status, text } = await this.#api.send('POST', '/apis/batch/v1/namespaces/default/jobs', body);
    if (status !== 201) throw new Error(text);
    for (;;) {
      await sleep(POLL_MS);
      this.#throwFailure();
      const stored = await this.#onlooker.get({ resource: 'jobs', namespace: 'default', name });
      const job = stored!.object as unknown as Job;
      const isOver = job.status?.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed');
      if (!isOver) continue;
      await this.#quiet();
      return job;
    }
  }

  async close(): Promise<void> {
    await this.#pump.stop();
    await Promise.all([this.#onlooker, ...this.#stores].map((store) => store.close()));
    this.#client.destroy();
  }

  #newStore(): DynamoDbStore {
    const store = new DynamoDbStore({ client: this.#client, table: this.table, clock: this.clock });
    this.#stores.push(store);
    return store;
  }

  #newTimers(): StepFunctionsWakeUps {
    const { stepFunctions, table, clock } = this;
    const { client, machineArn } = stepFunctions;
    return new StepFunctionsWakeUps({ stepFunctions: client, machineArn, dynamoDb: this.#client, table, clock });
  }

  #newWakeUps(): WakeUps {
    const { table, clock } = this;
    const wake = async (keys: readonly WakeKey[]): Promise<void> => {
      for (const key of keys) await writeWake(this.#client, table, key, clock.now());
    };
    return new WakeUpsAtOnce(clock, wake, this.#newTimers());
  }

  #newPodFunctions(): PodFunctions {
    return new PodFunctions({
      store: this.#newStore(),
      wakeUps: this.#newWakeUps(),
      ecs: this.ecs.client,
      s3: bucket,
      dynamoDb: this.#client,
      table: this.table,
      clock: this.clock,
      ids: this.ids,
      log: this.#log(),
      quotas: this.options.launchQuotas,
    });
  }

  #launchLane(): StreamHandler {
    const functions = this.#newPodFunctions();
    return (records) => {
      this.invocations.launch++;
      return functions.launch([...records], INVOCATION_MS);
    };
  }

  #reconcilers(count: number): StreamHandler {
    const instances = Array.from({ length: count }, () => this.#reconciler());
    return (records) => instances[this.invocations.reconcile++ % count]!(records);
  }

  #reconciler(): StreamHandler {
    const { clock, ids } = this;
    const log = this.#log();
    const store = this.#newStore();
    const wakeUps = this.#newWakeUps();
    const manager = createStreamManager({ store, runtime: { nodeName: NODE_NAME }, clock, ids, log });
    return async (records) => {
      const changes = await store.relay(records);
      return handleBatch({ Records: [...records] }, changes, INVOCATION_MS, { manager, wakeUps, log });
    };
  }

  #deliver(): void {
    while (this.#events.length > 0) {
      const isNew = this.#idleTaskState.length === 0;
      if (isNew && this.#taskStateInstances === TASK_STATE_INSTANCES_MAX) return;
      if (isNew) this.#taskStateInstances++;
      const instance = this.#idleTaskState.pop() ?? this.#newPodFunctions();
      const detail = this.#events.shift()!;
      const handled = this.#invoke('task-state', () => instance.taskState(detail));
      void handled.then(() => {
        this.#idleTaskState.push(instance);
        this.#deliver();
      });
    }
  }

  async #timer(input: unknown): Promise<void> {
    const wake = await this.#newTimers().fired(input);
    if (wake) await writeWake(this.#client, this.table, wake, this.clock.now());
  }

  async #invoke(name: 'task-state' | 'timer', work: () => Promise<void>): Promise<void> {
    this.invocations[name]++;
    this.#underWay++;
    try {
      await work();
    } catch (error) {
      this.#failures.push(error);
    } finally {
      this.#underWay--;
    }
  }

  #log(): Log {
    return { warn: (message, details) => void this.warnings.push(`${message} ${JSON.stringify(details)}`) };
  }

  /** Nothing has been under way for longer than the stream takes to bring a record. */
  async #quiet(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet++) {
      await sleep(POLL_MS);
      this.#throwFailure();
      await Promise.all(this.#consumers.map((consumer) => consumer.idle()));
      if (this.#underWay + this.#events.length > 0) quiet = 0;
    }
  }

  #throwFailure(): void {
    if (this.#failures.length > 0) throw this.#failures[0];
  }
}
