import { ListTasksCommand, type ECSClient, type ECSServiceException } from '@aws-sdk/client-ecs';
import type { S3Client } from '@aws-sdk/client-s3';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { Clock } from '../../../ports/clock.js';
import { parseTime } from '../../../apis/meta/v1/time.js';
import type { PodHold, PodStart } from '../../../ports/pod-runtime.js';
import type { LaunchBudget, LaunchRequest, LaunchWait } from '../launch/launch-budget.js';
import { capacityOf, type Capacity } from './capacity.js';
import { largeArchive, planLaunch, UnfitForTask, type LaunchPlan, type LaunchSettings } from './launch-plan.js';
import { taskIdOf } from './names.js';
import { presignedUrl } from './presigned-url.js';
import { runTask, runTaskInput, type NetworkSettings } from './run-task.js';
import { StoredFiles } from './stored-files.js';
import { TaskDefinitions } from './task-definitions.js';
import { taskFacts, type TaskFacts } from './task-facts.js';
import type { TaskDescriptions } from './describe-tasks.js';
import { statusesOf } from './task-report.js';

export interface LauncherOptions {
  readonly ecs: ECSClient;
  /** For RunTask, without tries of its own: the budget answers throttles, and tries would go past it. */
  readonly launches: ECSClient;
  readonly s3: S3Client;
  readonly clock: Clock;
  readonly budget: LaunchBudget;
  readonly cluster: string;
  readonly network: NetworkSettings;
  /** Where pods that ask for nothing run. */
  readonly capacity: Capacity;
  readonly bucket: string;
  /** Of something that speaks S3 elsewhere, as tasks reach it. */
  readonly s3Endpoint?: string;
  readonly settings: Omit<LaunchSettings, 'bucketArn'>;
}

/** What ECS refuses needs somebody to change something: asked more often, it only costs. */
const REFUSED_RETRY_MS = 60_000;
/** A token is good for 24 hours; before that is over we begin to look whether it has been used. */
const TOKEN_MS = 23 * 60 * 60 * 1000;

export type Launch = { readonly task: TaskFacts } | { readonly hold: PodHold };

/** Launches tasks: with leave, from definitions that are registered, with files that are in place. */
export class Launcher {
  readonly #definitions: TaskDefinitions;
  readonly #files: StoredFiles;

  constructor(
    private readonly options: LauncherOptions,
    private readonly descriptions: TaskDescriptions,
  ) {
    const { ecs, s3, bucket, clock } = options;
    this.#definitions = new TaskDefinitions(ecs);
    this.#files = new StoredFiles(s3, bucket, clock);
  }

  /**
   * In this order, so that a crash leaves nothing behind but files and a definition that the next attempt finds:
   * 1. leave to launch; 2. files and definition; 3. RunTask. If the process stops after 3, the same token finds the task.
   * `previous` is the pod's task before; `lacked` says that it ended for want of capacity.
   */
  async launch(start: PodStart, previous: string | undefined, lacked: string | undefined): Promise<Launch> {
    const earlier = await this.#launchedEarlier(start.pod, previous);
    if (earlier) return { task: earlier };
    const request = this.#request(start);
    if (lacked !== undefined && request.waitingUntilMs === undefined) {
      return waiting(await this.options.budget.refused(request, { cause: 'no-capacity', message: lacked }));
    }
    const leave = await this.options.budget.ask(request);
    if (!leave.isGranted) return waiting(leave.wait);
    try {
      return await this.#launch(start, previous, request);
    } catch (error) {
      if (!(error instanceof UnfitForTask)) throw error;
      return this.#refused('UnfitForTask', `The pod cannot be run as a task: ${error.message}.`);
    }
  }

  async #launch(start: PodStart, previousTask: string | undefined, request: LaunchRequest): Promise<Launch> {
    const { launches, cluster, network } = this.options;
    const plan = await this.#plan(start, previousTask);
    await this.#files.ensure(plan.files);
    const taskDefinition = await this.#definitions.ensure(plan.family, plan.definition);
    const place = { cluster, taskDefinition, network, capacity: request.provider, previousTask };
    const launched = await runTask(launches, runTaskInput(start, plan, place));
    if ('task' in launched) return launched;
    if ('existing' in launched) return this.#existing(launched.existing);
    if ('refusal' in launched) return waiting(await this.options.budget.refused(request, launched.refusal));
    this.#definitions.forget(plan.family);
    return this.#refused('LaunchRefused', refusal(launched.error));
  }

  async #plan(start: PodStart, previousTask: string | undefined): Promise<LaunchPlan> {
    const { s3, bucket, clock, settings, s3Endpoint } = this.options;
    const archive = largeArchive(start);
    const place = { bucket, region: settings.region, ...(s3Endpoint !== undefined && { endpoint: s3Endpoint }) };
    const archiveUrl = archive && (await presignedUrl(s3, place, archive.key, clock.now()));
    // All is in one partition: `aws`, `aws-cn`, `aws-us-gov`.
    const partition = settings.executionRoleArn.split(':')[1];
    const bucketArn = `arn:${partition}:s3:::${bucket}`;
    return planLaunch(start, { ...settings, bucketArn }, { previousTask, archiveUrl });
  }

  #request({ pod, held }: PodStart): LaunchRequest {
    const { uid, namespace = '', name, ownerReferences, creationTimestamp } = pod.metadata;
    const isQueued = held && waitReasons.has(held.reason as LaunchWait['reason']);
    return {
      provider: capacityOf(pod, this.options.capacity),
      pod: `${namespace}/${name}`,
      job: ownerReferences?.find(({ controller }) => controller)?.uid ?? uid,
      sinceMs: parseTime(creationTimestamp) ?? this.options.clock.now(),
      ...(isQueued && { waitingUntilMs: held.until }),
    };
  }

  /** A token that has expired does not tell whether it was used: tasks carry the pod's UID. */
  async #launchedEarlier(pod: Pod, previousTask: string | undefined): Promise<TaskFacts | undefined> {
    const { ecs, cluster, clock } = this.options;
    if (clock.now() - earliestLaunch(pod) < TOKEN_MS) return undefined;
    const { taskArns = [] } = await ecs.send(new ListTasksCommand({ cluster, startedBy: pod.metadata.uid }));
    const tasks = await Promise.all(taskArns.map((arn) => this.descriptions.describe(arn)));
    const previousId = previousTask === undefined ? undefined : taskIdOf(previousTask);
    return tasks.find((task) => task !== undefined && task.arn !== previousTask && task.previousTask === previousId);
  }

  async #existing(arn: string): Promise<Launch> {
    const task = (await this.descriptions.describe(arn)) ?? taskFacts({ taskArn: arn });
    return { task: task! };
  }

  #refused(reason: string, message: string): Launch {
    const retryAt = this.options.clock.now() + REFUSED_RETRY_MS;
    return { hold: { reason, message, expectedAt: retryAt, retryAt } };
  }
}

const waitReasons: ReadonlySet<LaunchWait['reason']> = new Set([
  'LaunchRateReached',
  'LaunchThrottled',
  'CapacityUnavailable',
]);

/** Of conditions of pods that are woken when they should ask again. */
export const HOLD_REASONS: ReadonlySet<string> = new Set([...waitReasons, 'UnfitForTask', 'LaunchRefused']);

function waiting({ reason, message, expectedStartMs }: LaunchWait): Launch {
  return { hold: { reason, message, expectedAt: expectedStartMs } };
}

function refusal({ name, message }: ECSServiceException): string {
  return `ECS refuses to launch the pod: ${name}: ${message}`;
}

/** Not before this has the launch at hand been asked for: the pod is as old, and its last attempt has ended. */
function earliestLaunch(pod: Pod): number {
  const ends = Array.from(statusesOf(pod).values(), ({ state, lastState }) =>
    parseTime(state?.terminated?.finishedAt ?? lastState?.terminated?.finishedAt),
  );
  return Math.max(parseTime(pod.metadata.creationTimestamp) ?? 0, ...ends.map((end) => end ?? 0));
}
