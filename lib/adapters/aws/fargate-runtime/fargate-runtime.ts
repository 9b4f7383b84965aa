import { ECSServiceException, ListTasksCommand, StopTaskCommand } from '@aws-sdk/client-ecs';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { parseTime } from '../../../apis/meta/v1/time.js';
import type {
  PodHold,
  PodIdentity,
  PodReference,
  PodReport,
  PodRuntime,
  PodStart,
  RuntimeEvent,
} from '../../../ports/pod-runtime.js';
import { TaskDescriptions } from './describe-tasks.js';
import { KnownTasks, keptTask } from './known-tasks.js';
import { HOLD_REASONS, Launcher, type LauncherOptions } from './launcher.js';
import { ANNOTATIONS, NODE_NAME, TOKEN_VOLUME_PREFIX } from './names.js';
import { OWN_STOP, stopCause } from './stop-causes.js';
import { isOver, taskFacts, type TaskDetail, type TaskFacts } from './task-facts.js';
import { lostReport, statusesOf, taskReport } from './task-report.js';

/**
 * ECS describes a task for an hour after it has stopped. One that is missing sooner after its launch is not known yet.
 */
const DESCRIBED_MS = 55 * 60 * 1000;
/** ListTasks answers with so many at most. */
const LIST_MAX = 100;

/** A ServiceAccount's pull secrets come to a pod after its template was looked at. */
const PULL_SECRETS: RuntimeEvent = {
  type: 'Warning',
  reason: 'Unsupported',
  message: "imagePullSecrets has no effect on Fargate: images are pulled with the stack's execution role",
};

export type FargateRuntimeOptions = LauncherOptions;

/**
 * Pods as tasks on Fargate, one task for the whole pod. Nothing is kept here that a function could not lose: ECS holds
 * the truth, and the pod's own object the name of its newest task (`finite.dev/task-arn`), stored with the status.
 *
 * Modes
 * - launch: a pod without a task is given one, when the budget allows.
 * - event: `applyTaskEvent` takes in what EventBridge delivers; the pod is then looked at without asking ECS again.
 * - look: without fresh events ECS is asked, for many pods in one call.
 */
export class FargateRuntime implements PodRuntime {
  readonly name = 'fargate';
  readonly nodeName = NODE_NAME;
  readonly nodeIP = '';
  readonly #tasks = new KnownTasks();
  readonly #descriptions: TaskDescriptions;
  readonly #launcher: Launcher;
  /** By pod, the attempts that wait for the end of the task in which their containers have ended. */
  readonly #awaited = new Map<string, ReadonlyMap<string, number>>();
  /** By pod, what its owner has not been told yet. */
  readonly #events = new Map<string, readonly RuntimeEvent[]>();
  readonly #listeners: ((pod: PodIdentity) => void)[] = [];

  constructor(private readonly options: FargateRuntimeOptions) {
    this.#descriptions = new TaskDescriptions(options.ecs, options.cluster);
    this.#launcher = new Launcher(options, this.#descriptions);
  }

  /**
   * `detail` of an `ECS Task State Change` event, which may come twice, late and out of order. Resolves with the pod to
   * look at; with none where the task is not a pod's, or the event tells nothing that changes one.
   */
  async applyTaskEvent(detail: TaskDetail): Promise<PodIdentity | undefined> {
    const task = taskFacts(detail);
    if (task?.pod === undefined || !isTelling(task)) return undefined;
    if (!this.#tasks.learn(task, this.options.clock.now())) return undefined;
    for (const listener of this.#listeners) listener(task.pod);
    return task.pod;
  }

  async observe(pod: PodReference): Promise<PodReport> {
    const { object } = pod;
    const now = this.options.clock.now();
    const arn = this.#arnOf(pod);
    if (object === undefined || arn === undefined) return { containers: [], events: [] };
    const task = await this.#current(pod);
    if (task) return this.#withEvents(pod.uid, this.#withAwaited(pod.uid, taskReport(task, object, now)));
    return now - latestStart(object) < DESCRIBED_MS ? notYetKnown(object, arn) : lostReport(object, now);
  }

  /** One task is one launch: containers of a pod whose task still runs wait until it has ended. */
  async startPod(start: PodStart): Promise<PodHold | undefined> {
    const { uid, namespace = '', name } = start.pod.metadata;
    const pod = { uid, namespace, name, object: start.pod };
    // Before asking: what is heard of meanwhile is not a task that this launch follows, but perhaps its own.
    const previous = this.#arnOf(pod);
    const before = await this.#current(pod);
    if (before && !isOver(before)) return this.#await(start, before);
    this.#awaited.delete(uid);
    if (before && hasRun(start, before, this.options.clock.now())) return undefined;
    const lacked = before && stopCause(before) === 'no-place' ? before.stoppedReason : undefined;
    const launch = await this.#launcher.launch(start, before?.arn ?? previous, lacked);
    if ('hold' in launch) return launch.hold;
    const task = { ...launch.task, pod: { uid, namespace, name } };
    this.#tasks.learn(task, this.options.clock.now());
    if (start.containers.some(({ pullSecrets }) => pullSecrets.length > 0)) this.#events.set(uid, [PULL_SECRETS]);
    return undefined;
  }

  /** Never called: pods are started as a whole. */
  start(): Promise<void> {
    return Promise.reject(new Error('Fargate starts pods as a whole'));
  }

  /**
   * The whole task, when a container is named that holds the pod up; sidecars and such end with it anyway. The grace is
   * that of the task's definition.
   */
  async stop(pod: PodReference, _graceSeconds: number, containers?: readonly string[]): Promise<void> {
    const mains = pod.object?.spec.containers.map(({ name }) => name);
    if (containers && mains && !containers.some((name) => mains.includes(name)) && isEndingByItself(pod.object!))
      return;
    await this.#stopTask(pod, `${OWN_STOP}the pod is to end`);
  }

  /** Of a pod whose end is stored there is nothing left to forget. Logs go when their time has come. */
  async remove(pod: PodReference): Promise<void> {
    await this.#stopTask(pod, `${OWN_STOP}the pod is gone`);
    this.#tasks.forget(pod.uid);
    this.#awaited.delete(pod.uid);
    this.#events.delete(pod.uid);
  }

  /** Those of tasks that run, too: what nobody knows any more is then removed by its pod. */
  async list(): Promise<readonly PodIdentity[]> {
    const { ecs, cluster, clock } = this.options;
    let nextToken: string | undefined;
    do {
      const page = await ecs.send(new ListTasksCommand({ cluster, maxResults: LIST_MAX, nextToken }));
      const tasks = await Promise.all((page.taskArns ?? []).map((arn) => this.#descriptions.describe(arn)));
      for (const task of tasks) if (task) this.#tasks.learn(task, clock.now());
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return this.#tasks.pods();
  }

  onChange(listener: (pod: PodIdentity) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {}

  /** Without the volume of the token that admission mounts into every pod: nobody issues one. */
  shape(pod: Pod): Pod {
    const { volumes = [], containers, initContainers } = pod.spec;
    const isToken = (name: string) => name.startsWith(TOKEN_VOLUME_PREFIX);
    if (!volumes.some(({ name }) => isToken(name))) return pod;
    const without = <T extends { volumeMounts?: readonly { name: string }[] }>(container: T): T => ({
      ...container,
      volumeMounts: container.volumeMounts?.filter(({ name }) => !isToken(name)),
    });
    const spec = {
      ...pod.spec,
      volumes: volumes.filter(({ name }) => !isToken(name)),
      containers: containers.map(without),
      ...(initContainers && { initContainers: initContainers.map(without) }),
    };
    return { ...pod, spec };
  }

  strangerOf(name: Pick<PodIdentity, 'namespace' | 'name'>, uid: string | undefined): PodIdentity | undefined {
    return this.#tasks.stranger(name, uid);
  }

  /** What comes next is told by events of its task, or comes as a wake-up: its turn, a restart, a deadline. */
  isSettled({ metadata, status }: Pod): boolean {
    if (metadata.deletionTimestamp !== undefined) return false;
    const scheduled = status.conditions?.find(({ type }) => type === 'PodScheduled');
    if (scheduled?.status === 'False' && HOLD_REASONS.has(scheduled.reason ?? '')) return true;
    return metadata.annotations?.[ANNOTATIONS.taskArn] !== undefined && status.startTime !== undefined;
  }

  #await({ containers, asked }: PodStart, task: TaskFacts): undefined {
    const ran = new Map(task.containers.map(({ name, attempt }) => [name, attempt]));
    const later = containers.filter(
      ({ container, attempt }) => asked.has(container) && attempt > (ran.get(container) ?? -1),
    );
    const attempts = new Map(later.map(({ container, attempt }) => [container, attempt]));
    if (attempts.size > 0) this.#awaited.set(task.pod!.uid, attempts);
  }

  #withAwaited(uid: string, report: PodReport): PodReport {
    const awaited = this.#awaited.get(uid);
    if (awaited === undefined) return report;
    const waiting = Array.from(awaited, ([name, attempt]) => {
      const state = { type: 'waiting', reason: 'ContainerCreating' } as const;
      return { name, attempt, state };
    });
    const others = report.containers.filter(({ name, attempt }) => attempt >= (awaited.get(name) ?? 0));
    const missing = waiting.filter(({ name }) => !others.some((other) => other.name === name));
    return { ...report, containers: [...others, ...missing] };
  }

  #withEvents(uid: string, report: PodReport): PodReport {
    const events = this.#events.get(uid);
    if (events === undefined) return report;
    this.#events.delete(uid);
    return { ...report, events: [...events, ...report.events] };
  }

  #arnOf(pod: PodReference): string | undefined {
    return this.#tasks.of(pod, pod.object)?.arn ?? keptTask(pod.object);
  }

  /** Undefined: there is none, or ECS does not know it. */
  async #current(pod: PodReference): Promise<TaskFacts | undefined> {
    const { clock } = this.options;
    const fresh = this.#tasks.fresh(pod, pod.object, clock.now());
    const arn = this.#arnOf(pod);
    if (fresh || arn === undefined) return fresh;
    const described = await this.#descriptions.describe(arn);
    if (described) this.#tasks.learn(described, clock.now());
    return described;
  }

  async #stopTask(pod: PodReference, reason: string): Promise<void> {
    const known = this.#tasks.of(pod, pod.object);
    const hasEnded = pod.object?.status.phase === 'Succeeded' || pod.object?.status.phase === 'Failed';
    const arn = known?.arn ?? (hasEnded ? undefined : keptTask(pod.object));
    if (arn === undefined || (known && (isOver(known) || known.desiredStatus === 'STOPPED'))) return;
    try {
      const { task } = await this.options.ecs.send(
        new StopTaskCommand({ cluster: this.options.cluster, task: arn, reason }),
      );
      const stopped = task && taskFacts(task);
      if (stopped) this.#tasks.learn(stopped, this.options.clock.now());
    } catch (error) {
      if (!isUnknownTask(error)) throw error;
    }
  }
}

/**
 * Whether an event can change a pod's status. Each costs a look at the pod, often in several functions at once: so where
 * ECS is about to tell the same again with the task's next status, that one is waited for. Before its containers run
 * there is nothing to say; when all run, RUNNING follows; when all have ended, DEPROVISIONING does.
 */
function isTelling({ lastStatus, containers }: TaskFacts): boolean {
  if (lastStatus === 'DEPROVISIONING' || lastStatus === 'STOPPED') return true;
  const are = (status: string) => containers.every((container) => container.lastStatus === status);
  if (lastStatus === 'STOPPING' || lastStatus === 'DEACTIVATING' || are('STOPPED')) return false;
  if (lastStatus === 'ACTIVATING' && are('RUNNING')) return false;
  return containers.some((container) => container.lastStatus === 'RUNNING' || container.lastStatus === 'STOPPED');
}

/** Whether all that is asked for has come to its end in this task. What failed to start is not run, and started again. */
function hasRun({ pod, containers, asked }: PodStart, task: TaskFacts, now: number): boolean {
  const reports = new Map(taskReport(task, pod, now).containers.map((report) => [report.name, report]));
  return containers
    .filter(({ container }) => asked.has(container))
    .every(({ container, attempt }) => {
      const ran = task.containers.some((each) => each.name === container && each.attempt >= attempt);
      return ran && reports.get(container)?.state.type !== 'waiting';
    });
}

/** All its containers have ended but those that end with the task. */
function isEndingByItself(pod: Pod): boolean {
  const statuses = statusesOf(pod);
  return pod.spec.containers.every(({ name }) => statuses.get(name)?.state?.terminated !== undefined);
}

/** The newest time at which something of the pod has been started, as far as its status knows. */
function latestStart(pod: Pod): number {
  const times = Array.from(statusesOf(pod).values(), ({ state, lastState }) =>
    parseTime(state?.running?.startedAt ?? lastState?.terminated?.finishedAt),
  );
  return Math.max(parseTime(pod.status.startTime) ?? 0, ...times.map((time) => time ?? 0));
}

/** A task that was just launched is not to be found at once: all is as it was. */
function notYetKnown(pod: Pod, arn: string): PodReport {
  const statuses = statusesOf(pod);
  const all = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
  const reason = pod.spec.initContainers?.length ? 'PodInitializing' : 'ContainerCreating';
  const containers = all.flatMap(({ name }) => {
    const { state, restartCount = 0 } = statuses.get(name) ?? {};
    if (state?.terminated || state?.waiting?.reason === 'CrashLoopBackOff') return [];
    const startedAt = parseTime(state?.running?.startedAt);
    const shown =
      startedAt === undefined ? ({ type: 'waiting', reason } as const) : ({ type: 'running', startedAt } as const);
    return [{ name, attempt: restartCount, state: shown }];
  });
  return { containers, events: [], annotations: { [ANNOTATIONS.taskArn]: arn } };
}

function isUnknownTask(error: unknown): boolean {
  return error instanceof ECSServiceException && error.name === 'InvalidParameterException';
}
