import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBBatchResponse, DynamoDBRecord } from 'aws-lambda';
import { handleBatch } from '../../../lambdas/wiring/stream.js';
import type { DynamoDbStore } from '../../../lib/adapters/aws/dynamodb-store/dynamodb-store.js';
import { wakeOf, writeWake } from '../../../lib/adapters/aws/dynamodb-store/wakes.js';
import { FargateRuntime } from '../../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import type { TaskDetail } from '../../../lib/adapters/aws/fargate-runtime/task-facts.js';
import type { LaunchQuotas } from '../../../lib/adapters/aws/launch/budget-state.js';
import { DynamoDbLaunchTable } from '../../../lib/adapters/aws/launch/dynamodb-launch-table.js';
import { Grants } from '../../../lib/adapters/aws/launch/grants.js';
import { CAPACITY_PROVIDERS, type CapacityProvider } from '../../../lib/adapters/aws/launch/launch-budget.js';
import { LaunchDrain } from '../../../lib/adapters/aws/launch/launch-drain.js';
import { LaunchQueue, type LaunchQueueParts } from '../../../lib/adapters/aws/launch/launch-queue.js';
import type { Log } from '../../../lib/manager/log.js';
import { ManagerPool } from '../../../lib/manager/stream/manager-pool.js';
import { createStreamManager, type StreamManager } from '../../../lib/manager/stream/stream-manager.js';
import type { Clock } from '../../../lib/ports/clock.js';
import type { Ids } from '../../../lib/ports/ids.js';
import type { WakeUps } from '../../../lib/ports/wake-ups.js';
import { FARGATE_PLACE } from './fargate-place.js';

export interface PodFunctionsParts {
  readonly store: DynamoDbStore;
  readonly wakeUps: WakeUps;
  readonly ecs: ECSClient;
  readonly s3: S3Client;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly quotas: LaunchQuotas;
}

const SLICE_MS = 1_000;
const MANAGERS = 6;

/** One instance of the launch or the task-state function, of the parts that the deployed ones are made of. */
export class PodFunctions {
  readonly #runtime: FargateRuntime;
  readonly #drain: LaunchDrain;
  readonly #manager: StreamManager;
  readonly #managers: ManagerPool;

  constructor(private readonly parts: PodFunctionsParts) {
    const queue = this.#queueParts();
    this.#drain = new LaunchDrain(queue);
    this.#runtime = new FargateRuntime({
      ecs: parts.ecs,
      launches: parts.ecs,
      s3: parts.s3,
      clock: parts.clock,
      budget: new LaunchQueue(queue),
      ...FARGATE_PLACE,
    });
    this.#manager = this.#newManager();
    this.#managers = new ManagerPool(MANAGERS, () => this.#newManager());
  }

  async launch(Records: DynamoDBRecord[], remainingMs: number): Promise<DynamoDBBatchResponse> {
    const changes = await this.parts.store.changesOf(Records);
    const answer = await handleBatch({ Records }, changes, remainingMs, { ...this.parts, manager: this.#manager });
    const asked = Records.map(wakeOf).filter((wake) => wake?.controller === 'launch');
    const providers = CAPACITY_PROVIDERS.filter((provider) => asked.some((wake) => wake?.key === provider));
    const untilMs = this.parts.clock.now() + SLICE_MS;
    await Promise.all(providers.map((name) => this.#drain.drain(name, (pods) => this.#lookAt(pods), untilMs)));
    return answer;
  }

  async taskState(detail: TaskDetail): Promise<void> {
    const pod = await this.#runtime.applyTaskEvent(detail);
    if (pod) await this.#lookAt([`${pod.namespace}/${pod.name}`]);
  }

  async #lookAt(pods: readonly string[]): Promise<void> {
    const wakes = pods.map((key) => ({ controller: 'pod', key }));
    const { failed, wakeUps } = await this.#managers.handle({ changes: [], wakes });
    if (failed.length > 0) throw failed[0]!.error;
    await this.parts.wakeUps.ensure(wakeUps);
  }

  #newManager(): StreamManager {
    const { store, clock, ids, log } = this.parts;
    return createStreamManager({ store, runtime: this.#runtime, clock, ids, log, controllers: ['pod'] });
  }

  #queueParts(): LaunchQueueParts {
    const { dynamoDb, table, clock, quotas, ids, wakeUps } = this.parts;
    return {
      table: new DynamoDbLaunchTable(dynamoDb, table, clock),
      quotas,
      clock,
      grants: new Grants(),
      newId: () => ids.uid(),
      wakes: {
        soon: (key: CapacityProvider) => writeWake(dynamoDb, table, { controller: 'launch', key }, clock.now()),
        at: (key: CapacityProvider, atMs: number) => wakeUps.ensure([{ controller: 'launch', key, atMs }]),
      },
    };
  }
}
