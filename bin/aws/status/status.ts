import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { DescribeClustersCommand, type ECSClient } from '@aws-sdk/client-ecs';
import type { ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import type { SFNClient } from '@aws-sdk/client-sfn';
import type { ApiClient } from '../../local/api-client.js';
import { look, type Looked } from '../looked.js';
import { fargateQuotas, type Quota } from '../quotas.js';
import type { Stack, StackResource } from '../stack.js';
import { cronJobsStatus, type CronJobStatus } from './cron-jobs.js';
import { jobsStatus, type JobsStatus } from './jobs.js';
import { podsStatus, type PodsStatus } from './pods.js';
import { pendingWakeUps, type WakeUps } from './wake-ups.js';

/** What runs, what waits, and for what. */
export interface AwsStatus {
  readonly stack: Stack;
  readonly jobs: JobsStatus;
  readonly pods: PodsStatus;
  readonly cronJobs: readonly CronJobStatus[];
  readonly tasks: Looked<{ readonly running: number; readonly pending: number }>;
  readonly wakeUps: Looked<WakeUps>;
  readonly quotas: Looked<readonly Quota[]>;
}

export interface StatusClients {
  readonly api: ApiClient;
  readonly ecs: Pick<ECSClient, 'send'>;
  readonly sfn: Pick<SFNClient, 'send'>;
  readonly quotas: Pick<ServiceQuotasClient, 'send'>;
  readonly cloudWatch: Pick<CloudWatchClient, 'send'>;
}

/** Rejects where the API does not answer; what AWS does not let us see is told as such. */
export async function readStatus(
  clients: StatusClients,
  stack: Stack,
  resources: () => Promise<readonly StackResource[]>,
  now: Date,
): Promise<AwsStatus> {
  const [wakeUps, pods, cronJobs, tasks, quotas] = await Promise.all([
    look(async () => pendingWakeUps(clients.sfn, stateMachines(await resources()))),
    podsStatus(clients.api),
    cronJobsStatus(clients.api, now.getTime()),
    look(() => taskCounts(clients.ecs, stack.clusterName)),
    look(() => fargateQuotas(clients, now)),
  ]);
  const jobs = await jobsStatus(clients.api, 'found' in wakeUps ? wakeUps.found.times : undefined);
  return { stack, jobs, pods, cronJobs, tasks, wakeUps, quotas };
}

function stateMachines(resources: readonly StackResource[]): readonly string[] {
  return resources
    .filter(({ type }) => type === 'AWS::StepFunctions::StateMachine')
    .map(({ physicalId }) => physicalId);
}

async function taskCounts(
  ecs: Pick<ECSClient, 'send'>,
  cluster: string | undefined,
): Promise<{ readonly running: number; readonly pending: number }> {
  if (cluster === undefined) throw new Error('the stack has no output ClusterName');
  const { clusters = [] } = await ecs.send(new DescribeClustersCommand({ clusters: [cluster] }));
  const { runningTasksCount: running = 0, pendingTasksCount: pending = 0 } = clusters[0] ?? {};
  return { running, pending };
}
