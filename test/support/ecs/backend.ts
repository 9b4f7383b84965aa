import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';

/** One task as a back end has to make it. */
export interface TaskPlan {
  readonly taskArn: string;
  /** The last part of the ARN: 32 hexadecimal digits. */
  readonly taskId: string;
  readonly definition: TaskDefinition;
  readonly taskRoleArn: string | undefined;
  readonly privateIPv4Address: string;
}

/** One container of it, overrides applied. */
export interface ContainerPlan {
  readonly task: TaskPlan;
  readonly definition: ContainerDefinition;
  readonly name: string;
  readonly image: string;
  /** Undefined: the image's. */
  readonly entryPoint: readonly string[] | undefined;
  readonly command: readonly string[] | undefined;
  /** Plain values; those of `secrets` come on top when the container starts, those of files below. */
  readonly environment: Readonly<Record<string, string>>;
  /** ARNs of S3 objects. */
  readonly environmentFiles: readonly string[];
}

/** What a container tells of itself, in this order; nothing after `failed` or `exited`. */
export interface ContainerWatcher {
  pullStarted(): void;
  pulled(imageDigest: string | undefined): void;
  started(runtimeId: string): void;
  health(status: 'HEALTHY' | 'UNHEALTHY'): void;
  exited(exitCode: number, reason?: string): void;
  /** It never ran. `CannotPullContainerError: …`, `CannotStartContainerError: …`, `ResourceInitializationError: …` */
  failed(reason: string): void;
}

/** What runs the containers: pretended ones, or those of an engine. */
export interface ContainerBackend {
  start(plan: ContainerPlan, watcher: ContainerWatcher): void;
  /** To a container that has been started and may have ended since. */
  signal(plan: ContainerPlan, signal: 'SIGTERM' | 'SIGKILL'): void;
  /** All containers have ended: what they shared may go. */
  closeTask(task: TaskPlan): void;
}
