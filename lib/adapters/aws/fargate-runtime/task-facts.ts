import type { Container, Task } from '@aws-sdk/client-ecs';
import type { PodIdentity } from '../../../ports/pod-runtime.js';
import { VARIABLES } from './names.js';

/** What is of interest in a description of a task, whether DescribeTasks, RunTask or an event gave it. */
export interface TaskFacts {
  readonly arn: string;
  /** Undefined: not a task of a pod. */
  readonly pod: PodIdentity | undefined;
  /** The ID of the pod's task before this one. */
  readonly previousTask: string | undefined;
  /** Only grows. */
  readonly version: number;
  readonly lastStatus: string;
  readonly desiredStatus: string;
  readonly stopCode: string | undefined;
  readonly stoppedReason: string;
  /** When each of its containers had begun, in ms since 1970. */
  readonly startedAt: number | undefined;
  /** When the last of its containers had ended. */
  readonly endedAt: number | undefined;
  readonly podIP: string | undefined;
  readonly containers: readonly ContainerFacts[];
}

export interface ContainerFacts {
  readonly name: string;
  readonly attempt: number;
  readonly lastStatus: string;
  readonly exitCode: number | undefined;
  readonly reason: string;
  readonly imageDigest: string | undefined;
}

/** The same in an event: times are texts there. */
export type TaskDetail = {
  readonly [Field in keyof Task]?: Task[Field] extends Date | undefined ? string | Date : Task[Field];
};

/** Undefined: no description of a task. */
export function taskFacts(task: TaskDetail): TaskFacts | undefined {
  if (task.taskArn === undefined) return undefined;
  const environment = environments(task);
  return {
    arn: task.taskArn,
    pod: podOf(task.startedBy, environment),
    previousTask: valueOf(environment, VARIABLES.previousTask),
    version: task.version ?? 0,
    lastStatus: task.lastStatus ?? 'PROVISIONING',
    desiredStatus: task.desiredStatus ?? 'RUNNING',
    stopCode: task.stopCode,
    stoppedReason: task.stoppedReason ?? '',
    startedAt: timeOf(task.startedAt),
    endedAt: timeOf(task.executionStoppedAt) ?? timeOf(task.stoppedAt) ?? timeOf(task.stoppingAt),
    podIP: addressOf(task),
    containers: (task.containers ?? []).map((container) => containerFacts(container, environment)),
  };
}

/** Nothing of the pod runs in it any more: it is over, or only its network is still to be given back. */
export function isOver({ lastStatus, containers }: TaskFacts): boolean {
  if (lastStatus === 'STOPPED' || lastStatus === 'DEPROVISIONING') return true;
  const ended = containers.length > 0 && containers.every((container) => container.lastStatus === 'STOPPED');
  return ended && (lastStatus === 'STOPPING' || lastStatus === 'DEACTIVATING');
}

/** By container name, the variables its override sets. */
type Environments = ReadonlyMap<string, ReadonlyMap<string, string>>;

function environments({ overrides }: TaskDetail): Environments {
  const all = overrides?.containerOverrides ?? [];
  return new Map(
    all.map(({ name = '', environment = [] }) => [
      name,
      new Map(environment.map((pair) => [pair.name ?? '', pair.value ?? ''])),
    ]),
  );
}

function valueOf(environment: Environments, variable: string): string | undefined {
  for (const values of environment.values()) {
    const value = values.get(variable);
    if (value !== undefined) return value;
  }
  return undefined;
}

function podOf(uid: string | undefined, environment: Environments): PodIdentity | undefined {
  const key = valueOf(environment, VARIABLES.pod);
  const slash = key?.indexOf('/') ?? -1;
  if (uid === undefined || key === undefined || slash === -1) return undefined;
  return { uid, namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

function containerFacts(container: Container, environment: Environments): ContainerFacts {
  const { name = '', lastStatus = 'PENDING', exitCode, reason = '', imageDigest } = container;
  const attempt = Number(environment.get(name)?.get(VARIABLES.attempt) ?? 0);
  return { name, attempt, lastStatus, exitCode, reason, imageDigest };
}

function addressOf({ attachments = [], containers = [] }: TaskDetail): string | undefined {
  const interfaces = attachments.find(({ type }) => type === 'ElasticNetworkInterface' || type === 'eni');
  const attached = interfaces?.details?.find(({ name }) => name === 'privateIPv4Address')?.value;
  return attached ?? containers.flatMap(({ networkInterfaces = [] }) => networkInterfaces)[0]?.privateIpv4Address;
}

function timeOf(time: string | Date | undefined): number | undefined {
  if (time === undefined) return undefined;
  return typeof time === 'string' ? Date.parse(time) : time.getTime();
}
