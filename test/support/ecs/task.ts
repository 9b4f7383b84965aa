import type { Container, Task, TaskDefinition, TaskStopCode } from '@aws-sdk/client-ecs';
import type { Clock } from '../../../lib/ports/clock.js';
import type { ContainerBackend, ContainerPlan } from './backend.js';
import { mayStop, readiness, type OrderedContainer } from './container-order.js';
import { attach, containerPlan, planOf } from './task-record.js';

/** How long Fargate takes for what it does between the states. */
export interface TaskDelays {
  readonly provisioningMs: number;
  readonly pendingMs: number;
  readonly deprovisioningMs: number;
}

export interface TaskWorld {
  readonly clock: Clock;
  readonly backend: ContainerBackend;
  readonly delays: TaskDelays;
  /** The task has changed, its version with it. */
  readonly changed: (task: Task) => void;
}

const STOP_TIMEOUT_SECONDS = 30;

interface RunningContainer extends OrderedContainer {
  plan: ContainerPlan;
  phase: 'waiting' | 'starting' | 'running' | 'stopped';
  hasStarted: boolean;
  exitCode: number | undefined;
  isHealthy: boolean;
  readonly isEssential: boolean;
  /** As DescribeTasks shows it. */
  readonly shown: Container;
  isSignalled: boolean;
}

/**
 * One task from PROVISIONING to STOPPED ("Amazon ECS task lifecycle" in the developer guide). The rules of the agent:
 * a task is RUNNING when each of its containers has at least started, so it is ACTIVATING as long as one waits for
 * another; it stops with its first essential container; a container whose dependency can no longer come counts as
 * ended with 143, which is what the agent reports though nothing ran.
 */
export class FakeTask {
  readonly containers: readonly RunningContainer[];
  #cancelStep: () => void = () => {};

  constructor(
    readonly record: Task,
    private readonly definition: TaskDefinition,
    private readonly world: TaskWorld,
  ) {
    this.containers = definition.containerDefinitions!.map((container, index) => ({
      name: container.name!,
      dependsOn: container.dependsOn ?? [],
      plan: containerPlan(planOf(record, definition), container, record.overrides!.containerOverrides![index]!),
      phase: 'waiting',
      hasStarted: false,
      exitCode: undefined,
      isHealthy: false,
      isEssential: container.essential ?? true,
      shown: record.containers![index]!,
      isSignalled: false,
    }));
  }

  /** The record is at version 1, PROVISIONING. */
  begin(): void {
    this.world.changed(this.record);
    this.#step(this.world.delays.provisioningMs, () => this.#provisioned());
  }

  stop(stopCode: TaskStopCode, stoppedReason: string): void {
    if (this.record.desiredStatus === 'STOPPED') return;
    this.#cancelStep();
    Object.assign(this.record, { desiredStatus: 'STOPPED', stopCode, stoppedReason, stoppingAt: this.#date() });
    const status = this.record.lastStatus;
    // The two-minute warning shows a task that still runs.
    if (stopCode === 'SpotInterruption') this.#publish();
    if (status === 'RUNNING' || status === 'ACTIVATING') {
      this.#publish('DEACTIVATING');
      this.#publish('STOPPING');
    }
    this.#stopContainers();
  }

  /** The host is lost, or Fargate ends what its owner asked it to end: KILL without TERM. */
  kill(stopCode: TaskStopCode, stoppedReason: string): void {
    this.stop(stopCode, stoppedReason);
    for (const { phase, plan } of this.containers) if (phase === 'running') this.world.backend.signal(plan, 'SIGKILL');
  }

  #provisioned(): void {
    attach(this.record);
    Object.assign(this.record, { connectivity: 'CONNECTED', connectivityAt: this.#date() });
    const plan = planOf(this.record, this.definition);
    for (const container of this.containers) container.plan = { ...container.plan, task: plan };
    this.#publish('PENDING');
    this.#step(this.world.delays.pendingMs, () => {
      this.#publish('ACTIVATING');
      this.#settle();
    });
  }

  /** Looks at all containers after one has changed. */
  #settle(): void {
    if (this.record.desiredStatus === 'STOPPED') return this.#stopContainers();
    const failed = this.containers.find(({ isEssential, phase }) => isEssential && phase === 'stopped');
    if (failed !== undefined) return this.#stopBecauseOf(failed);
    for (const container of this.containers.filter(({ phase }) => phase === 'waiting')) {
      const answer = readiness(container, this.containers);
      if (answer === 'impossible') return this.#giveUp(container);
      if (answer === 'ready') this.#start(container);
      // What the back end does at once may have stopped the task.
      if (this.record.desiredStatus !== 'RUNNING') return;
    }
    const isUp = this.containers.every(({ phase }) => phase === 'running' || phase === 'stopped');
    if (isUp && this.record.lastStatus === 'ACTIVATING') {
      this.record.startedAt = this.#date();
      this.#publish('RUNNING');
    }
  }

  #stopBecauseOf({ hasStarted, shown }: RunningContainer): void {
    if (hasStarted) this.stop('EssentialContainerExited', 'Essential container in task exited');
    else this.stop('TaskFailedToStart', shown.reason ?? 'Task failed to start');
  }

  #giveUp(container: RunningContainer): void {
    container.exitCode = 143;
    const needed = container.dependsOn
      .map(({ containerName, condition }) => `${containerName} ${condition}`)
      .join(', ');
    this.#ended(container, `CannotStartContainerError: unable to resolve the container's dependencies: ${needed}`);
  }

  #start(container: RunningContainer): void {
    container.phase = 'starting';
    const { shown, plan } = container;
    const isGone = () => container.phase === 'stopped';
    this.world.backend.start(plan, {
      pullStarted: () => {
        this.record.pullStartedAt ??= this.#date();
      },
      pulled: (imageDigest) => {
        this.record.pullStoppedAt = this.#date();
        if (imageDigest !== undefined) shown.imageDigest = imageDigest;
      },
      started: (runtimeId) => {
        if (isGone()) return this.world.backend.signal(plan, 'SIGKILL');
        Object.assign(container, { phase: 'running', hasStarted: true });
        Object.assign(shown, { lastStatus: 'RUNNING', runtimeId });
        this.#published(() => this.#settle());
      },
      health: (status) => {
        container.isHealthy = status === 'HEALTHY';
        shown.healthStatus = status;
        this.record.healthStatus = status;
        if (!isGone()) this.#published(() => this.#settle());
      },
      exited: (exitCode, reason) => {
        if (isGone()) return;
        container.exitCode = exitCode;
        this.#ended(container, reason);
      },
      failed: (reason) => {
        if (!isGone()) this.#ended(container, reason);
      },
    });
  }

  #ended(container: RunningContainer, reason: string | undefined): void {
    container.phase = 'stopped';
    const { shown, exitCode } = container;
    shown.lastStatus = 'STOPPED';
    if (exitCode !== undefined) shown.exitCode = exitCode;
    if (reason !== undefined) shown.reason = reason;
    this.#published(() => this.#settle());
  }

  /** A change of a container is an event of its own. */
  #published(then: () => void): void {
    this.#publish();
    then();
  }

  /** In the order that dependsOn asks for, backwards; those that have not started never will. */
  #stopContainers(): void {
    for (const container of this.containers) {
      if (container.phase === 'waiting' || container.phase === 'starting') {
        container.phase = 'stopped';
        container.shown.lastStatus = 'STOPPED';
      }
    }
    const running = this.containers.filter(({ phase }) => phase === 'running');
    if (running.length === 0) return this.#deprovision();
    for (const container of running) {
      if (!container.isSignalled && mayStop(container, this.containers)) this.#terminate(container);
    }
  }

  #terminate(container: RunningContainer): void {
    container.isSignalled = true;
    const { plan } = container;
    const { clock, backend } = this.world;
    const graceMs = (plan.definition.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1000;
    clock.at(clock.now() + graceMs, () => {
      if (container.phase !== 'stopped') backend.signal(plan, 'SIGKILL');
    });
    backend.signal(plan, 'SIGTERM');
  }

  #deprovision(): void {
    if (this.record.lastStatus === 'DEPROVISIONING' || this.record.lastStatus === 'STOPPED') return;
    if (this.containers.some(({ hasStarted }) => hasStarted)) this.record.executionStoppedAt = this.#date();
    this.#publish('DEPROVISIONING');
    this.#step(this.world.delays.deprovisioningMs, () => {
      this.world.backend.closeTask(planOf(this.record, this.definition));
      this.record.stoppedAt = this.#date();
      const [attachment] = this.record.attachments!;
      attachment!.status = 'DELETED';
      this.#publish('STOPPED');
    });
  }

  #publish(lastStatus = this.record.lastStatus): void {
    this.record.lastStatus = lastStatus;
    this.record.version! += 1;
    this.world.changed(this.record);
  }

  #step(delayMs: number, then: () => void): void {
    this.#cancelStep = this.world.clock.at(this.world.clock.now() + delayMs, then);
  }

  #date(): Date {
    return new Date(this.world.clock.now());
  }
}
