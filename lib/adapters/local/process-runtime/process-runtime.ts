import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../../ports/clock.js';
import type { PodLogs } from '../../../ports/pod-logs.js';
import type {
  ContainerReport,
  ContainerReportState,
  ContainerStart,
  PodIdentity,
  PodReport,
  PodRuntime,
} from '../../../ports/pod-runtime.js';
import { FileLogs } from '../file-logs.js';
import { nodeFacts } from '../node-facts.js';
import { PodChanges } from '../pod-changes.js';
import { PodEvents } from '../pod-events.js';
import { identityOf, PodFolders } from '../pod-folders.js';
import { endOf, missingOf, StartedContainers, withMissing } from '../started-containers.js';
import { findContainer, LOG_LINES_MAX, messageFromLog, writtenMessage } from '../termination-message.js';
import { VolumeError } from '../volume-files.js';
import { readAttempt, writeExit, writePrepared, type AttemptExit, type AttemptFiles } from './attempt-files.js';
import { bootId } from './process-identity.js';
import { RunningAttempt } from './running-attempt.js';
import { planStart, type ScratchFolders } from './start-plan.js';
import { spawnSupervisor } from './supervisor.js';
import { notIsolated, unsupportedInContainer, unsupportedInPod } from './unsupported.js';

export interface ProcessRuntimeOptions {
  /** Where pods' folders are; private to the server's user. */
  readonly folder: string;
  readonly clock: Clock;
}

/**
 * Pods as plain processes of the machine. Everything it knows is on disk (`attempt-files.ts`), and each container is
 * kept by a supervisor that outlives the server (`supervisor.ts`): the server may be killed at any moment, a later one
 * goes on with what it finds.
 */
export class ProcessRuntime implements PodRuntime {
  readonly name = 'process';
  readonly notes = [
    'Pods run as plain processes: images are not used, nothing is isolated, and limits, users and mounts are not applied.',
  ];
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly nodeAllocatable: Readonly<Record<string, string>>;
  readonly logs: PodLogs;
  readonly #changes = new PodChanges();
  readonly #events = new PodEvents();
  /** By attempt's folder: starts that are being asked for, so that a second one, or a stop, waits for the first. */
  readonly #starting = new Map<string, { readonly uid: string; readonly begun: Promise<void> }>();
  /** By attempt's folder: those that have not ended, as far as is known. */
  readonly #running = new Map<string, RunningAttempt>();
  readonly #started = new StartedContainers();

  private constructor(
    private readonly folders: PodFolders,
    private readonly clock: Clock,
    private readonly boot: string,
  ) {
    ({ nodeName: this.nodeName, nodeIP: this.nodeIP, nodeAllocatable: this.nodeAllocatable } = nodeFacts());
    this.logs = new FileLogs(folders, {
      isRunning: async (pod, container, attempt) => this.#running.has(folders.attempt(pod.uid, container, attempt)),
      nextChange: (pod, signal) => this.#changes.next(pod.uid, signal),
    });
  }

  /** Finds again what an earlier server has started. */
  static async open({ folder, clock }: ProcessRuntimeOptions): Promise<ProcessRuntime> {
    const runtime = new ProcessRuntime(new PodFolders(folder), clock, await bootId());
    for (const pod of await runtime.list()) await runtime.#adopt(pod);
    return runtime;
  }

  async observe(pod: PodIdentity): Promise<PodReport> {
    const started = this.#started.of(pod.uid);
    const attempts = await this.folders.newestAttempts(pod.uid);
    const found = await Promise.all(attempts.map((each) => this.#report(pod, each.container, each.attempt)));
    const reports = found.filter((report) => report !== undefined);
    const missing = missingOf(started, reports, attempts);
    // Lost is told once the processes are ended, as another pod takes its place then.
    for (const { container, attempt } of missing) await this.#runningOf(pod, container, attempt)?.lookAgain();
    const ends = missing.map((each) => endOf(each, this.clock.now()));
    return {
      podIP: this.nodeIP,
      containers: withMissing(reports, ends),
      events: this.#events.take(pod.uid),
    };
  }

  start(request: ContainerStart): Promise<void> {
    const folder = this.folders.attempt(request.pod.metadata.uid, request.container, request.attempt);
    const known = this.#starting.get(folder);
    if (known) return known.begun;
    const begun = this.#startOnce(request, folder).finally(() => this.#starting.delete(folder));
    this.#starting.set(folder, { uid: request.pod.metadata.uid, begun });
    return begun;
  }

  /** Whoever began them hears how they end; what they start must not miss what comes next. */
  async #startsEnded({ uid }: PodIdentity): Promise<void> {
    const starts = [...this.#starting.values()].filter((each) => each.uid === uid);
    await Promise.allSettled(starts.map(({ begun }) => begun));
  }

  async #startOnce(request: ContainerStart, folder: string): Promise<void> {
    const pod = identityOf(request.pod);
    const running = this.#running.get(folder);
    if (running) return running.ready;
    if (this.#started.has(pod.uid, request.container, request.attempt)) return;
    const known = await readAttempt(folder);
    if (known?.started || known?.exit) return;
    if (await this.folders.claim(pod)) this.#events.add(pod.uid, notIsolated, ...unsupportedInPod(request.pod));
    await this.#prepare(request, folder);
    await this.#run(request, pod, folder);
  }

  async stop(pod: PodIdentity, graceSeconds: number, containers?: readonly string[]): Promise<void> {
    await this.#startsEnded(pod);
    for (const attempt of this.#of(pod)) {
      if (containers && !containers.includes(attempt.container)) continue;
      const isNew = await attempt.stop(this.clock.now() + graceSeconds * 1000);
      if (!isNew) continue;
      const message = `Stopping container ${attempt.container}`;
      this.#events.add(pod.uid, { type: 'Normal', reason: 'Killing', message, container: attempt.container });
    }
  }

  async remove(pod: PodIdentity, options: { readonly logs: boolean }): Promise<void> {
    await this.#startsEnded(pod);
    await Promise.all(this.#of(pod).map((attempt) => attempt.kill()));
    await this.folders.remove(pod.uid, options);
    this.#started.forget(pod.uid);
    this.#events.take(pod.uid);
  }

  list(): Promise<readonly PodIdentity[]> {
    return this.folders.list();
  }

  onChange(listener: (pod: PodIdentity) => void): void {
    this.#changes.listen(listener);
  }

  /** Lets go of the processes; they go on. */
  async close(): Promise<void> {
    for (const attempt of this.#running.values()) attempt.close();
    this.#running.clear();
  }

  #of({ uid }: PodIdentity): RunningAttempt[] {
    return [...this.#running.values()].filter((attempt) => attempt.pod.uid === uid);
  }

  /** After this the start is on record: what follows happens once, whoever asks and whatever stops in between. */
  async #prepare(request: ContainerStart, folder: string): Promise<void> {
    const { terminationMessagePolicy = 'File' } = findContainer(request.pod, request.container);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writePrepared(folder, { boot: this.boot, terminationMessagePolicy });
  }

  async #run(request: ContainerStart, pod: PodIdentity, folder: string): Promise<void> {
    const scratch = await this.#scratch(pod, folder);
    const plan = await planStart(request, scratch).catch((error: unknown) => {
      if (error instanceof VolumeError) return error;
      throw error;
    });
    if (plan instanceof VolumeError) return this.#failStart(request, pod, folder, plan.message);
    if (request.attempt === 0) {
      const container = findContainer(request.pod, request.container);
      this.#events.add(pod.uid, ...unsupportedInContainer(container), ...plan.events);
    }
    if ('error' in plan.command) return this.#failStart(request, pod, folder, plan.command.error);
    await writeFile(join(folder, 'command'), plan.command.text, { mode: 0o600 });
    const attempt = this.#watch(pod, request, folder);
    try {
      attempt.own(spawnSupervisor(folder, plan.cwd, plan.env));
    } catch (error) {
      attempt.close();
      this.#running.delete(folder);
      throw error;
    }
    await attempt.ready;
    for (const [reason, message] of [
      ['Created', 'Container created'],
      ['Started', 'Container started'],
    ] as const) {
      this.#events.add(pod.uid, { type: 'Normal', reason, message, container: request.container });
    }
  }

  async #failStart(request: ContainerStart, pod: PodIdentity, folder: string, message: string): Promise<void> {
    await writeExit(folder, 128, 'StartError', message);
    await writeFile(join(folder, 'log'), '', { flag: 'a', mode: 0o600 });
    const { container } = request;
    this.#events.add(pod.uid, { type: 'Warning', reason: 'Failed', message: `Error: ${message}`, container });
    this.#changes.announce(pod);
  }

  async #scratch(pod: PodIdentity, attempt: string): Promise<ScratchFolders> {
    const folder = this.folders.pod(pod.uid);
    const [home, temporary] = [join(folder, 'home'), join(folder, 'tmp')];
    for (const path of [home, temporary]) await mkdir(path, { recursive: true });
    await chmod(temporary, 0o1777);
    return { home, temporary, volumes: this.folders.volumes(pod.uid), attempt };
  }

  async #adopt(pod: PodIdentity): Promise<void> {
    for (const { container, attempt } of await this.folders.newestAttempts(pod.uid)) {
      const folder = this.folders.attempt(pod.uid, container, attempt);
      const files = await readAttempt(folder);
      if (files === undefined || files.exit) continue;
      if (files.boot !== this.boot) {
        await writeExit(folder, 137, 'ContainerStatusUnknown', 'The machine was restarted while the container ran');
      } else if (files.started) {
        await this.#watch(pod, { container, attempt }, folder).adopt();
      }
    }
  }

  #watch(pod: PodIdentity, start: { container: string; attempt: number }, folder: string): RunningAttempt {
    const attempt = new RunningAttempt(pod, start.container, folder, this.clock, {
      onStarted: () => {
        this.#started.add(pod.uid, start.container, start.attempt);
        this.#changes.announce(pod);
      },
      onLogGrown: () => this.#changes.wake(pod.uid),
      onEnded: () => {
        this.#running.delete(folder);
        this.#changes.announce(pod);
      },
    });
    this.#running.set(folder, attempt);
    return attempt;
  }

  async #report(pod: PodIdentity, container: string, attempt: number): Promise<ContainerReport | undefined> {
    const folder = this.folders.attempt(pod.uid, container, attempt);
    const running = this.#running.get(folder);
    let files = await readAttempt(folder);
    if (files?.exit && running) {
      await running.ended;
      files = await readAttempt(folder);
    }
    const base = { name: container, attempt, containerID: `process://${pod.uid}/${container}/${attempt}` };
    if (files?.exit) {
      const message = files.exit.message ?? (await this.#message(pod, container, attempt, files, files.exit));
      const report = { ...base, state: terminated(files.exit, files.started?.at, message) };
      this.#started.ended(pod.uid, report);
      return report;
    }
    if (files?.started?.supervisor) return { ...base, state: { type: 'running', startedAt: files.started.at } };
    // Asked for, but not begun: an earlier server's wish that the controller will repeat, or our own under way.
    if (!running || running.wasStarted) return undefined;
    return { ...base, state: { type: 'waiting', reason: 'ContainerCreating' } };
  }

  #runningOf({ uid }: PodIdentity, container: string, attempt: number): RunningAttempt | undefined {
    return this.#running.get(this.folders.attempt(uid, container, attempt));
  }

  async #message(
    pod: PodIdentity,
    container: string,
    attempt: number,
    { terminationMessagePolicy }: AttemptFiles,
    exit: AttemptExit,
  ): Promise<string | undefined> {
    const folder = this.folders.attempt(pod.uid, container, attempt);
    const written = await writtenMessage(join(folder, 'termination-log'));
    if (written !== '' || exit.code === 0) return written || undefined;
    if (terminationMessagePolicy !== 'FallbackToLogsOnError') return undefined;
    const { signal } = new AbortController();
    const lines = { follow: false, tailLines: LOG_LINES_MAX, timestamps: false, signal };
    return (await messageFromLog(await this.logs.read(pod, container, attempt, lines))) || undefined;
  }
}

function terminated(exit: AttemptExit, startedAt: number | undefined, message?: string): ContainerReportState {
  return {
    type: 'terminated',
    exitCode: exit.code,
    reason: exit.reason ?? (exit.code === 0 ? 'Completed' : 'Error'),
    ...(message !== undefined && { message }),
    startedAt,
    finishedAt: exit.at,
  };
}
