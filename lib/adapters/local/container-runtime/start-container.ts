import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerStart, PodIdentity, RuntimeEvent } from '../../../ports/pod-runtime.js';
import type { PodFolders } from '../pod-folders.js';
import { readIfThere, writePrivateFile } from '../private-files.js';
import { findContainer } from '../termination-message.js';
import { prepareVolumes, subPathOf, VolumeError } from '../volume-files.js';
import type { FailedStart } from './container-report.js';
import { containerSpec, type CreateContainer } from './container-spec.js';
import { EngineError, type Engine } from './engine.js';
import { parseImage } from './image-reference.js';
import { findLocally, pullImage, type FoundImage } from './images.js';
import { containerName, LABELS, memoryVolumeName, podLabels } from './labels.js';
import { runAsNonRootProblem } from './run-as-non-root.js';
import { ensureSandbox, memoryVolumes, needsSandbox } from './sandbox.js';

/** Why a container waits; the controller asks for the same start again, with back-off. */
export class StartProblem extends Error {
  constructor(
    readonly reason: 'CreateContainerConfigError' | 'CreateContainerError',
    message: string,
  ) {
    super(message);
  }
}

export interface StartContext {
  readonly engine: Engine;
  readonly cluster: string;
  readonly folders: PodFolders;
  readonly now: () => number;
  /** The engine has started it. */
  readonly started: (pod: PodIdentity, container: string, attempt: number) => void;
  /** Two containers of a pod may ask for its sandbox at once. */
  readonly sandboxOf: (pod: PodIdentity, make: () => Promise<string>) => Promise<string>;
}

/**
 * The steps of a start, each of which may be repeated after a crash at any point:
 *
 * 1. the image, pulled when the policy asks for it;
 * 2. the pod's folders and volumes, and its sandbox;
 * 3. the container under the name of this start: when the name is taken it is this start's own, from before a crash;
 * 4. its start, which the engine does once however often it is asked.
 */
export class StartContainer {
  readonly pod: PodIdentity;
  readonly name: string;
  readonly folder: string;

  constructor(
    private readonly context: StartContext,
    readonly request: ContainerStart,
    pod: PodIdentity,
    private readonly tell: (event: RuntimeEvent) => void,
  ) {
    this.pod = pod;
    this.name = containerName(pod.uid, request.container, request.attempt);
    this.folder = context.folders.attempt(pod.uid, request.container, request.attempt);
  }

  /** Undefined: it has to be pulled. */
  async localImage(): Promise<FoundImage | undefined> {
    const { image } = this.request;
    const found = await findLocally(this.context.engine, image, this.#pullPolicy());
    const message = `Container image "${image}" already present on machine and can be accessed by the pod`;
    if (found) this.tell({ type: 'Normal', reason: 'Pulled', message });
    return found;
  }

  pullImage(signal: AbortSignal): Promise<FoundImage> {
    return pullImage(this.context.engine, this.request, signal, this.tell);
  }

  async run(image: FoundImage): Promise<void> {
    const { engine } = this.context;
    const spec = await this.#prepare(image);
    try {
      await engine.json('/containers/create', { method: 'POST', query: { name: this.name }, body: spec });
      this.tell({ type: 'Normal', reason: 'Created', message: 'Container created' });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!error.isConflict) throw new StartProblem('CreateContainerError', error.message);
    }
    await this.startCreated();
  }

  /** A start that the engine refuses is the container's end, kept on disk since engines forget it. */
  async startCreated(): Promise<void> {
    try {
      await this.context.engine.json(`/containers/${this.name}/start`, { method: 'POST' });
      this.context.started(this.pod, this.request.container, this.request.attempt);
      this.tell({ type: 'Normal', reason: 'Started', message: 'Container started' });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      const failed: FailedStart = { message: error.message, at: this.context.now() };
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await writePrivateFile(join(this.folder, 'failed-start'), JSON.stringify(failed));
      this.tell({ type: 'Warning', reason: 'Failed', message: `Error: ${error.message}` });
    }
  }

  #pullPolicy() {
    const { imagePullPolicy } = findContainer(this.request.pod, this.request.container);
    return imagePullPolicy ?? (parseImage(this.request.image)?.version === 'latest' ? 'Always' : 'IfNotPresent');
  }

  async #prepare(image: FoundImage): Promise<CreateContainer> {
    const { engine, cluster } = this.context;
    const { request, pod } = this;
    const container = findContainer(request.pod, request.container);
    const refusal = runAsNonRootProblem(request.pod, container, image.user);
    if (refusal !== undefined) throw new StartProblem('CreateContainerConfigError', refusal);
    const sources = await this.#sources().catch((error: unknown) => {
      throw error instanceof VolumeError ? new StartProblem('CreateContainerConfigError', error.message) : error;
    });
    const sandbox = needsSandbox(request.pod)
      ? await this.context.sandboxOf(pod, () => ensureSandbox(engine, cluster, request.pod, pod))
      : undefined;
    return containerSpec(request, container, {
      labels: {
        ...podLabels(cluster, pod),
        [LABELS.container]: request.container,
        [LABELS.attempt]: String(request.attempt),
        [LABELS.imageID]: image.imageID,
      },
      sandbox,
      sources,
      terminationLog: await this.#terminationLog(container.terminationMessagePolicy),
      imageUser: image.user,
      isPodman: engine.isPodman,
      relabel: existsSync('/sys/fs/selinux/enforce'),
    });
  }

  /** What is mounted at each mount path: a path of this machine, or a volume of the engine. */
  async #sources(): Promise<Map<string, string>> {
    const { request, pod } = this;
    const inMemory = new Set(memoryVolumes(request.pod));
    const onDisk = request.volumes.filter(({ name }) => !inMemory.has(name));
    const paths = await prepareVolumes(onDisk, this.context.folders.volumes(pod.uid));
    const sources = new Map<string, string>();
    for (const { volume, mountPath, subPath } of request.mounts) {
      if (!inMemory.has(volume)) sources.set(mountPath, await subPathOf(paths.get(volume)!, subPath));
      else if (subPath === '') sources.set(mountPath, memoryVolumeName(pod.uid, volume));
      else throw new VolumeError(`subPath ${subPath} cannot be used with volume "${volume}" of medium Memory`);
    }
    return sources;
  }

  async #terminationLog(policy = 'File'): Promise<string> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await writeFile(join(this.folder, 'message-policy'), policy, { mode: 0o600 });
    const path = join(this.folder, 'termination-log');
    await writeFile(path, '', { flag: 'a' });
    await chmod(path, 0o666);
    return path;
  }
}

export async function failedStartOf(folder: string): Promise<FailedStart | undefined> {
  const text = await readIfThere(join(folder, 'failed-start'));
  return text === undefined ? undefined : (JSON.parse(text) as FailedStart);
}
