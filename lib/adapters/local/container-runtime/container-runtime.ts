import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
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
import { nodeFacts } from '../node-facts.js';
import { PodChanges } from '../pod-changes.js';
import { PodEvents } from '../pod-events.js';
import { identityOf, PodFolders } from '../pod-folders.js';
import { makePrivateFolder, readIfThere, writePrivateFile } from '../private-files.js';
import { endOf, missingOf, StartedContainers, withMissing } from '../started-containers.js';
import { findContainer, LOG_LINES_MAX, messageFromLog, writtenMessage } from '../termination-message.js';
import { ContainerLogs } from './container-logs.js';
import {
  addressOf,
  attemptOf,
  failedState,
  newestAttempts,
  stateOf,
  type InspectedContainer,
  type ListedContainer,
} from './container-report.js';
import { EngineEvents } from './engine-events.js';
import { EngineError, type Engine } from './engine.js';
import { labelFilter, LABELS, podOfLabels } from './labels.js';
import { ensureSandbox } from './sandbox.js';
import { failedStartOf, StartContainer, type StartContext } from './start-container.js';
import { Starts } from './starts.js';
import { Stops } from './stops.js';
import { unsupportedInContainer, unsupportedInPod } from './unsupported.js';

export interface ContainerRuntimeOptions {
  /** Where volumes, logs and messages of pods are; the engine must see the same folder. */
  readonly folder: string;
  readonly engine: Engine;
  readonly clock: Clock;
}

/**
 * Pods as containers of whatever engine speaks the Docker API. The engine holds the truth: nothing is kept beside it
 * but what it cannot keep (volumes, messages, failed starts, and the logs of containers that have been removed).
 */
export class ContainerRuntime implements PodRuntime {
  readonly name = 'container';
  readonly nodeName: string;
  readonly nodeIP: string;
  readonly nodeAllocatable: Readonly<Record<string, string>>;
  readonly logs: PodLogs;
  readonly #logs: ContainerLogs;
  readonly #engine: Engine;
  private readonly clock: Clock;
  readonly #events = new PodEvents();
  readonly #changes = new PodChanges();
  readonly #engineEvents: EngineEvents;
  readonly #stops: Stops;
  readonly #starts: Starts;
  readonly #startContext: StartContext;
  /** Pods that had containers when they were last looked at, by UID: they are announced even when the engine has lost them. */
  readonly #known = new Map<string, PodIdentity>();
  readonly #started = new StartedContainers();
  readonly #sandboxes = new Map<string, Promise<string>>();

  private constructor(
    options: ContainerRuntimeOptions,
    private readonly folders: PodFolders,
    private readonly cluster: string,
  ) {
    this.#engine = options.engine;
    this.clock = options.clock;
    ({ nodeName: this.nodeName, nodeIP: this.nodeIP, nodeAllocatable: this.nodeAllocatable } = nodeFacts());
    this.#logs = this.logs = new ContainerLogs(this.#engine, folders);
    this.#startContext = {
      engine: this.#engine,
      cluster,
      folders,
      now: () => this.clock.now(),
      started: (pod, container, attempt) => this.#started.add(pod.uid, container, attempt),
      sandboxOf: (pod, make) => this.#sandboxOf(pod, make),
    };
    this.#stops = new Stops(this.#engine, options.clock);
    this.#starts = new Starts(
      (pod, event) => this.#events.add(pod.uid, event),
      (pod) => this.#changes.announce(pod),
    );
    this.#engineEvents = new EngineEvents(this.#engine, cluster, {
      onContainer: (labels) => this.#announce(podOfLabels(labels)),
      onConnected: () => void this.#announceAll(),
    });
  }

  static async open(options: ContainerRuntimeOptions): Promise<ContainerRuntime> {
    await makePrivateFolder(options.folder);
    return new ContainerRuntime(options, new PodFolders(join(options.folder, 'pods')), await clusterId(options.folder));
  }

  async podIP(pod: Pod): Promise<string> {
    const identity = identityOf(pod);
    const sandbox = await this.#sandboxOf(identity, () => ensureSandbox(this.#engine, this.cluster, pod, identity));
    return addressOf((await this.#inspect(sandbox))!, this.nodeIP) ?? this.nodeIP;
  }

  async observe(pod: PodIdentity): Promise<PodReport> {
    const started = this.#started.of(pod.uid);
    const listed = await this.#list(labelFilter(LABELS.podUID, pod.uid));
    const newest = newestAttempts(listed);
    if (newest.length > 0) this.#known.set(pod.uid, pod);
    const sandbox = listed.find(({ Labels }) => Labels[LABELS.container] === undefined);
    const [inspected, shared] = await Promise.all([
      Promise.all(newest.map(({ Id }) => this.#inspect(Id))),
      sandbox && this.#inspect(sandbox.Id),
    ]);
    const present = inspected.filter((each) => each !== undefined);
    const found = await Promise.all(present.map((each) => this.#report(pod, each)));
    const reports = this.#starts.addTo(
      pod,
      found.filter((report) => report !== undefined),
    );
    const attempts = newest.map((each) => ({ container: each.Labels[LABELS.container]!, attempt: attemptOf(each) }));
    const ends = missingOf(started, reports, attempts).map((each) => endOf(each, this.clock.now()));
    const podIP = [...(shared ? [shared] : []), ...present]
      .map((each) => addressOf(each, this.nodeIP))
      .find((address) => address !== undefined);
    return {
      ...(podIP !== undefined && { podIP }),
      containers: withMissing(reports, ends),
      events: this.#events.take(pod.uid),
    };
  }

  async start(request: ContainerStart): Promise<void> {
    const pod = identityOf(request.pod);
    const { container } = request;
    if (this.#started.has(pod.uid, container, request.attempt)) return;
    const start = new StartContainer(this.#startContext, request, pod, (event) =>
      this.#events.add(pod.uid, { ...event, container }),
    );
    const underWay = this.#starts.underWay(start.name);
    if (underWay) return underWay;
    const existing = await this.#inspect(start.name);
    if (existing && (stateOf(existing) || (await failedStartOf(start.folder)))) return;
    if (await this.folders.claim(pod)) this.#events.add(pod.uid, ...unsupportedInPod(request.pod));
    if (request.attempt === 0) {
      this.#events.add(pod.uid, ...unsupportedInContainer(findContainer(request.pod, container)));
    }
    await this.#starts.begin(start, existing !== undefined);
  }

  async stop(pod: PodIdentity, graceSeconds: number, containers?: readonly string[]): Promise<void> {
    const isMeant = (name: string | undefined) => name !== undefined && (containers?.includes(name) ?? true);
    await this.#starts.abandon(({ pod: { uid }, container }) => uid === pod.uid && isMeant(container));
    const listed = await this.#list(labelFilter(LABELS.podUID, pod.uid));
    const running = newestAttempts(listed).filter(
      ({ State, Labels }) => State === 'running' && isMeant(Labels[LABELS.container]),
    );
    const killAt = this.clock.now() + graceSeconds * 1000;
    await Promise.all(running.map((each) => this.#stop(pod, each, killAt)));
  }

  async remove(pod: PodIdentity, { logs }: { readonly logs: boolean }): Promise<void> {
    await this.#starts.abandon((start) => start.pod.uid === pod.uid);
    const listed = await this.#list(labelFilter(LABELS.podUID, pod.uid));
    const isSandbox = ({ Labels }: ListedContainer) => Labels[LABELS.container] === undefined;
    for (const each of listed.filter((one) => !isSandbox(one))) {
      if (!logs) await this.#logs.copy(pod, each.Labels[LABELS.container]!, attemptOf(each));
      await this.#removeContainer(each);
    }
    // Last: the others hang on it.
    for (const each of listed.filter(isSandbox)) await this.#removeContainer(each);
    await this.#removeVolumes(pod);
    await this.folders.remove(pod.uid, { logs });
    this.#events.take(pod.uid);
    this.#started.forget(pod.uid);
    this.#known.delete(pod.uid);
  }

  async list(): Promise<readonly PodIdentity[]> {
    return distinct([...(await this.#inEngine()), ...(await this.folders.list())]);
  }

  onChange(listener: (pod: PodIdentity) => void): void {
    this.#changes.listen(listener);
  }

  /** Lets go of the containers; they go on. */
  async close(): Promise<void> {
    this.#engineEvents.close();
    this.#stops.close();
    await this.#starts.abandon(() => true);
    this.#engine.close();
  }

  #sandboxOf({ uid }: PodIdentity, make: () => Promise<string>): Promise<string> {
    const known = this.#sandboxes.get(uid);
    if (known) return known;
    const made = make().finally(() => this.#sandboxes.delete(uid));
    this.#sandboxes.set(uid, made);
    return made;
  }

  async #stop(pod: PodIdentity, { Id, Labels }: ListedContainer, killAt: number): Promise<void> {
    const signal = async () => String((await this.#inspect(Id))?.Config.StopSignal || 'TERM');
    if (!(await this.#stops.stop(Id, killAt, signal))) return;
    const container = Labels[LABELS.container]!;
    this.#events.add(pod.uid, {
      type: 'Normal',
      reason: 'Killing',
      message: `Stopping container ${container}`,
      container,
    });
  }

  /** Killed first: some engines would wait for its grace. */
  async #removeContainer({ Id, State }: ListedContainer): Promise<void> {
    if (State === 'running') await this.#stops.stop(Id, this.clock.now(), async () => 'KILL');
    await this.#ignoreMissing(
      this.#engine.json(`/containers/${Id}`, { method: 'DELETE', query: { force: true, v: true } }),
    );
    this.#stops.forget(Id);
  }

  async #removeVolumes(pod: PodIdentity): Promise<void> {
    const filters = labelFilter(LABELS.podUID, pod.uid);
    const { Volumes } = await this.#engine.json<{ Volumes?: { Name: string }[] | null }>('/volumes', {
      query: { filters },
    });
    for (const { Name } of Volumes ?? []) {
      await this.#ignoreMissing(this.#engine.json(`/volumes/${Name}`, { method: 'DELETE', query: { force: true } }));
    }
  }

  async #ignoreMissing(call: Promise<unknown>): Promise<void> {
    try {
      await call;
    } catch (error) {
      if (!(error instanceof EngineError && error.isNotFound)) throw error;
    }
  }

  #announce(pod: PodIdentity | undefined): void {
    if (pod !== undefined) this.#changes.announce(pod);
  }

  /** Pods of which only the logs are left have nothing to tell. */
  async #announceAll(): Promise<void> {
    // When this fails the connection has gone again, and the next one announces.
    const inEngine = await this.#inEngine().catch(() => []);
    for (const pod of distinct([...inEngine, ...this.#known.values()])) this.#changes.announce(pod);
  }

  async #inEngine(): Promise<PodIdentity[]> {
    const listed = await this.#list(labelFilter(LABELS.cluster, this.cluster));
    return listed.map(({ Labels }) => podOfLabels(Labels)).filter((pod) => pod !== undefined);
  }

  #list(filters: string): Promise<readonly ListedContainer[]> {
    return this.#engine.json('/containers/json', { query: { all: true, filters } });
  }

  async #inspect(name: string): Promise<InspectedContainer | undefined> {
    try {
      return await this.#engine.json(`/containers/${name}/json`);
    } catch (error) {
      if (error instanceof EngineError && error.isNotFound) return undefined;
      throw error;
    }
  }

  /** Undefined: created by a server that did not live to start it. The controller asks for the start again. */
  async #report(pod: PodIdentity, inspected: InspectedContainer): Promise<ContainerReport | undefined> {
    const { Labels } = inspected.Config;
    const name = Labels[LABELS.container]!;
    const attempt = attemptOf(inspected.Config);
    const failed = await failedStartOf(this.folders.attempt(pod.uid, name, attempt));
    const state = failed ? failedState(failed) : stateOf(inspected);
    if (state === undefined) return undefined;
    const report = {
      name,
      attempt,
      containerID: `${this.#engine.version.product}://${inspected.Id}`,
      imageID: Labels[LABELS.imageID] ?? inspected.Image,
      state: await this.#withMessage(pod, name, attempt, state),
    };
    if (state.type === 'terminated') {
      this.#stops.forget(inspected.Id);
      this.#started.ended(pod.uid, report);
    } else this.#started.add(pod.uid, name, attempt);
    return report;
  }

  async #withMessage(
    pod: PodIdentity,
    container: string,
    attempt: number,
    state: ContainerReportState,
  ): Promise<ContainerReportState> {
    if (state.type !== 'terminated' || state.message !== undefined) return state;
    const folder = this.folders.attempt(pod.uid, container, attempt);
    const written = await writtenMessage(join(folder, 'termination-log'));
    if (written !== '') return { ...state, message: written };
    if (state.exitCode === 0 || (await readIfThere(join(folder, 'message-policy'))) !== 'FallbackToLogsOnError') {
      return state;
    }
    const { signal } = new AbortController();
    const lastLines = { follow: false, tailLines: LOG_LINES_MAX, timestamps: false, signal };
    const message = await messageFromLog(await this.logs.read(pod, container, attempt, lastLines));
    return message === '' ? state : { ...state, message };
  }
}

function distinct(pods: readonly PodIdentity[]): PodIdentity[] {
  return [...new Map(pods.map((pod) => [pod.uid, pod])).values()];
}

/** Made once for a data folder: what tells its containers from those of other servers on the same engine. */
async function clusterId(folder: string): Promise<string> {
  const path = join(folder, 'cluster-id');
  const known = await readIfThere(path);
  if (known !== undefined) return known.trim();
  const id = randomUUID();
  await writePrivateFile(path, id);
  return id;
}
