import { ECSClient } from '@aws-sdk/client-ecs';
import { S3Client } from '@aws-sdk/client-s3';
import type { Capacity } from '../../lib/adapters/aws/fargate-runtime/capacity.js';
import { FargateRuntime } from '../../lib/adapters/aws/fargate-runtime/fargate-runtime.js';
import { DynamoDbLaunchTable } from '../../lib/adapters/aws/launch/dynamodb-launch-table.js';
import { Grants } from '../../lib/adapters/aws/launch/grants.js';
import type { CapacityProvider } from '../../lib/adapters/aws/launch/launch-budget.js';
import { LaunchDrain } from '../../lib/adapters/aws/launch/launch-drain.js';
import { LaunchQueueAge } from '../../lib/adapters/aws/launch/launch-queue-age.js';
import { LaunchQueue } from '../../lib/adapters/aws/launch/launch-queue.js';
import { quotasOf } from '../../lib/adapters/aws/launch/quotas.js';
import { serviceClientDefaults } from '../../lib/adapters/aws/service-client.js';
import { ManagerPool } from '../../lib/manager/stream/manager-pool.js';
import { createStreamManager } from '../../lib/manager/stream/stream-manager.js';
import { clock, configuration, dynamoDb, ids, log, store, table } from './base.js';
import { wakeUps } from './wake-ups.js';
import { wake } from './wakes.js';

/** The pods' controller on Fargate, with its share of the launch budget. */

/** Wakes of this name drain the launch queue of a capacity provider. */
export const LAUNCH = 'launch';

/** Batches of launches under way at the same time: RunTask takes a good part of a second. */
const MANAGERS = 6;

const parts = {
  table: new DynamoDbLaunchTable(dynamoDb, table, clock),
  quotas: quotasOf(configuration.json('quotas')),
  clock,
  grants: new Grants(),
  newId: () => ids.uid(),
  wakes: {
    soon: (provider: CapacityProvider) => wake([{ controller: LAUNCH, key: provider }]),
    at: (provider: CapacityProvider, atMs: number) => wakeUps.ensure([{ controller: LAUNCH, key: provider, atMs }]),
  },
};

export const drain = new LaunchDrain(parts);

export const launchQueueAge = new LaunchQueueAge({
  table: parts.table,
  clock,
  clusterId: configuration.text('clusterId'),
  write: (line) => void process.stdout.write(line),
});

export const runtime = new FargateRuntime({
  ecs: new ECSClient({ ...serviceClientDefaults }),
  launches: new ECSClient({ ...serviceClientDefaults, maxAttempts: 1 }),
  s3: new S3Client({ ...serviceClientDefaults }),
  clock,
  budget: new LaunchQueue(parts),
  cluster: configuration.text('cluster'),
  network: {
    subnets: configuration.list('subnets'),
    securityGroups: configuration.list('securityGroups'),
    assignPublicIp: configuration.flag('assignPublicIp'),
  },
  capacity: (configuration.optional('capacity') ?? 'FARGATE') as Capacity,
  bucket: configuration.text('bucket'),
  s3Endpoint: process.env['AWS_ENDPOINT_URL_S3'],
  settings: {
    logGroup: configuration.text('logGroup'),
    region: process.env['AWS_REGION'] ?? '',
    executionRoleArn: configuration.text('executionRole'),
    taskRoleArn: configuration.optional('taskRole'),
    helperImage: configuration.text('helperImage'),
  },
});

export const manager = newManager();
const managers = new ManagerPool(MANAGERS, newManager);

/** When a pod that could not be looked at is tried again: later than it counts as late in the launch queue. */
const TRY_LATER_MS = 120_000;

/**
 * Looks at pods, beside other such looks. Rejects when none of them could be looked at; a single one must not hold up
 * the launch queue, and has its turn again later.
 */
export async function lookAt(pods: readonly string[]): Promise<void> {
  const wakes = pods.map((key) => ({ controller: 'pod', key }));
  const { failed, wakeUps: pending } = await managers.handle({ changes: [], wakes });
  const [first] = failed;
  if (first && failed.length === pods.length) {
    throw new Error(`the pod ${first.key} could not be looked at`, { cause: first.error });
  }
  const again = failed.map(({ controller, key }) => ({ controller, key, atMs: clock.now() + TRY_LATER_MS }));
  await wakeUps.ensure([...pending, ...again]);
}

function newManager() {
  return createStreamManager({ store, runtime, clock, ids, log, controllers: ['pod'] });
}
