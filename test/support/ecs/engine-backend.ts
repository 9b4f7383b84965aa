import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { engineLog } from '../../../lib/adapters/local/container-runtime/engine-log.js';
import { EngineError, type Engine } from '../../../lib/adapters/local/container-runtime/engine.js';
import { inspectImage } from '../../../lib/adapters/local/container-runtime/images.js';
import { sandboxImage, sandboxProgram } from '../../../lib/adapters/local/container-runtime/sandbox-image.js';
import { logPlace, makeStream, ship } from './awslogs.js';
import type { ContainerBackend, ContainerPlan, ContainerWatcher, TaskPlan } from './backend.js';
import { environmentOf, type EnvironmentSources } from './container-environment.js';
import { createBody } from './engine-container.js';
import { HealthChecks } from './health-check.js';

export interface EngineBackendParts {
  readonly engine: Engine;
  readonly logs: CloudWatchLogsClient;
  readonly sources: EnvironmentSources;
  /** Variables that every container has, beside its own: where the AWS endpoint is, as seen from a container. */
  readonly environment: Readonly<Record<string, string>>;
  /** What goes wrong after a container's end, which nobody waits for. */
  readonly onError: (error: unknown) => void;
}

/** A failure with the prefix that the agent would give it. */
class StartFailure extends Error {}

interface EngineTask {
  readonly starts: Promise<void>[];
  sandbox: Promise<string> | undefined;
  readonly volumes: Set<string>;
  readonly killed: Set<string>;
}

/**
 * Containers of an engine behind a Docker-API socket. The containers of a task share its network, which a container of
 * its own holds where there are several, and its volumes. All are kept until the task is closed: an engine that removes
 * a container by itself may lose its exit code.
 */
export class EngineBackend implements ContainerBackend {
  readonly #tasks = new Map<string, EngineTask>();
  readonly #removals = new Set<Promise<void>>();

  constructor(private readonly parts: EngineBackendParts) {}

  start(plan: ContainerPlan, watcher: ContainerWatcher): void {
    const work = this.#run(plan, watcher).catch((error: unknown) => {
      const message = (error as Error).message;
      watcher.failed(error instanceof StartFailure ? message : `CannotStartContainerError: ${message}`);
    });
    this.#task(plan.task).starts.push(work);
  }

  signal(plan: ContainerPlan, signal: 'SIGTERM' | 'SIGKILL'): void {
    if (signal === 'SIGKILL') this.#tasks.get(plan.task.taskId)?.killed.add(plan.name);
    const query = { signal };
    this.parts.engine
      .json(`/containers/${containerName(plan)}/kill`, { method: 'POST', query })
      .catch((error: unknown) => this.#unlessEnded(error));
  }

  closeTask({ taskId }: TaskPlan): void {
    const task = this.#tasks.get(taskId);
    this.#tasks.delete(taskId);
    if (task === undefined) return;
    const removal = this.#remove(taskId, task).catch(this.parts.onError);
    this.#removals.add(removal);
    void removal.finally(() => this.#removals.delete(removal));
  }

  /** What tasks that have ended left behind is gone. */
  async tidy(): Promise<void> {
    await Promise.all(this.#removals);
  }

  async #run(plan: ContainerPlan, watcher: ContainerWatcher): Promise<void> {
    const { engine, logs, sources } = this.parts;
    const name = containerName(plan);
    watcher.pullStarted();
    watcher.pulled(await this.#pulled(plan));
    const place = logPlace(plan);
    const environment = await initialised(environmentOf(plan, sources));
    if (place !== undefined) await initialised(makeStream(logs, place));
    const body = createBody(plan, { ...this.parts.environment, ...environment }, await this.#shared(plan));
    await engine.json('/containers/create', { method: 'POST', query: { name }, body });
    const { Id } = await engine.json<{ Id: string }>(`/containers/${name}/json`);
    await engine.json(`/containers/${name}/start`, { method: 'POST' });
    watcher.started(Id);
    await this.#watch(plan, watcher);
  }

  /** Until it has ended and its log has been sent. */
  async #watch(plan: ContainerPlan, watcher: ContainerWatcher): Promise<void> {
    const { engine, logs, onError } = this.parts;
    const name = containerName(plan);
    const { healthCheck } = plan.definition;
    const checks = healthCheck && new HealthChecks(engine, name, healthCheck, (status) => watcher.health(status));
    const { signal } = new AbortController();
    const place = logPlace(plan);
    const records = place && (await engineLog(engine, name, { follow: true, signal }));
    const shipped = place && records ? ship(logs, place, records).catch(onError) : Promise.resolve();
    // Longer than any ordinary answer may take.
    for await (const _ of await engine.stream(`/containers/${name}/wait`, { method: 'POST' })) continue;
    checks?.end();
    await shipped;
    const { State } = await engine.json<{ State: { ExitCode: number; OOMKilled?: boolean } }>(
      `/containers/${name}/json`,
    );
    const isKilled = this.#tasks.get(plan.task.taskId)?.killed.has(plan.name) ?? true;
    // Podman does not tell; nobody else kills here.
    const isOutOfMemory = State.OOMKilled === true || (engine.isPodman && State.ExitCode === 137 && !isKilled);
    watcher.exited(State.ExitCode, isOutOfMemory ? OUT_OF_MEMORY : undefined);
  }

  /** The digest, where the image has one. */
  async #pulled({ image }: ContainerPlan): Promise<string | undefined> {
    const { engine } = this.parts;
    const found = await inspectImage(engine, image);
    if (found !== undefined) return digestIn(found.imageID);
    try {
      const progress = await engine.stream('/images/create', { method: 'POST', query: { fromImage: image } });
      let text = '';
      for await (const chunk of progress) text += String(chunk);
      const refusal = /"error":"([^"]*)/.exec(text)?.[1];
      if (refusal !== undefined) throw new Error(refusal);
      return digestIn((await inspectImage(engine, image))!.imageID);
    } catch (error) {
      throw new StartFailure(`CannotPullContainerError: failed to resolve ref ${image}: ${(error as Error).message}`);
    }
  }

  async #shared(plan: ContainerPlan) {
    const task = this.#task(plan.task);
    const { definition, taskId } = plan.task;
    const isAlone = definition.containerDefinitions!.length === 1;
    if (!isAlone) task.sandbox ??= this.#startSandbox(taskId);
    const volumeName = (volume: string) => `ecs-${taskId}-${volume}`;
    for (const { sourceVolume } of plan.definition.mountPoints ?? []) task.volumes.add(volumeName(sourceVolume!));
    return { sandbox: await task.sandbox, volumeName };
  }

  async #startSandbox(taskId: string): Promise<string> {
    const { engine } = this.parts;
    const name = `ecs-${taskId}`;
    const body = { Image: await sandboxImage(engine), Entrypoint: [sandboxProgram], Cmd: [] };
    await engine.json('/containers/create', { method: 'POST', query: { name }, body });
    await engine.json(`/containers/${name}/start`, { method: 'POST' });
    return name;
  }

  async #remove(taskId: string, task: EngineTask): Promise<void> {
    const { engine } = this.parts;
    await Promise.all(task.starts);
    const filters = JSON.stringify({ label: [`finite-test.ecs.task=${taskId}`] });
    const containers = await engine.json<{ Id: string }[]>('/containers/json', { query: { all: true, filters } });
    const sandbox = await task.sandbox?.catch(() => undefined);
    for (const id of [...containers.map(({ Id }) => Id), ...(sandbox ? [sandbox] : [])]) {
      await engine.json(`/containers/${id}`, { method: 'DELETE', query: { force: true } });
    }
    for (const volume of task.volumes) await engine.json(`/volumes/${volume}`, { method: 'DELETE' });
  }

  #task({ taskId }: TaskPlan): EngineTask {
    const known = this.#tasks.get(taskId);
    if (known !== undefined) return known;
    const task: EngineTask = { starts: [], sandbox: undefined, volumes: new Set(), killed: new Set() };
    this.#tasks.set(taskId, task);
    return task;
  }

  /** A container that has just ended takes no signal. */
  #unlessEnded(error: unknown): void {
    if (!(error instanceof EngineError)) this.parts.onError(error);
  }
}

const OUT_OF_MEMORY = 'OutOfMemoryError: Container killed due to memory usage';

function containerName({ task, name }: ContainerPlan): string {
  return `ecs-${task.taskId}-${name}`;
}

function digestIn(imageID: string): string | undefined {
  return /sha256:[0-9a-f]{64}$/.exec(imageID)?.[0];
}

async function initialised<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new StartFailure(`ResourceInitializationError: ${(error as Error).message}`);
  }
}
