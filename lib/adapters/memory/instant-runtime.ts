import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { Clock } from '../../ports/clock.js';
import type {
  ContainerReport,
  ContainerReportState,
  ContainerStart,
  PodIdentity,
  PodReport,
  PodRuntime,
} from '../../ports/pod-runtime.js';
import { exitCodeOf, runMsOf, termMsOf } from './instant-annotations.js';

interface PretendedContainer {
  readonly start: ContainerStart;
  readonly startedAt: number;
  state: ContainerReportState;
  /** Cancels its end. */
  cancel: (() => void) | undefined;
  /** When it ends, as far as that is known: a second stop may bring it forward. */
  endsAt: number;
  stopping: boolean;
}

interface PretendedPod {
  readonly identity: PodIdentity;
  /** The newest attempt by container name. */
  readonly containers: Map<string, PretendedContainer>;
}

const KILLED = 137;
const TERMINATED = 143;

/**
 * Pretended pods: containers that run nowhere and end when and how annotations of the pod say (`finite.dev/run-ms`,
 * `exit-code`, `exit-code-by-index`, `term-ms`; without them: at once, with 0). For benchmarks, demonstrations and
 * tests; what it knows is gone with the process, so that pods which ran are lost, as with a host.
 */
export class InstantRuntime implements PodRuntime {
  readonly name = 'instant';
  readonly nodeIP = '127.0.0.1';
  readonly pretended = true;
  readonly #pods = new Map<string, PretendedPod>();
  #listener: (pod: PodIdentity) => void = () => {};

  constructor(
    readonly clock: Clock,
    readonly nodeName = 'finite',
  ) {}

  async observe(pod: PodIdentity): Promise<PodReport> {
    const containers = this.#pods.get(pod.uid)?.containers;
    return { containers: containers ? Array.from(containers.values(), report) : [], events: [] };
  }

  async start(request: ContainerStart): Promise<void> {
    const pod = this.#podOf(request.pod);
    const current = pod.containers.get(request.container);
    if (current && current.start.attempt >= request.attempt) return;
    const startedAt = this.clock.now();
    const container: PretendedContainer = {
      start: request,
      startedAt,
      state: { type: 'running', startedAt },
      cancel: undefined,
      endsAt: Infinity,
      stopping: false,
    };
    pod.containers.set(request.container, container);
    const runMs = runMsOf(request.pod, request.container);
    const exitCode = exitCodeOf(request.pod, request.container, request.attempt);
    if (runMs === 0) this.#end(container, exitCode);
    else if (runMs > 0) this.#endAt(pod, container, startedAt + runMs, exitCode);
  }

  async stop(pod: PodIdentity, graceSeconds: number, names?: readonly string[]): Promise<void> {
    const known = this.#pods.get(pod.uid);
    if (!known) return;
    for (const [name, container] of known.containers) {
      if (container.state.type !== 'running' || (names && !names.includes(name))) continue;
      this.#stop(known, container, graceSeconds * 1000);
    }
  }

  async remove(pod: PodIdentity): Promise<void> {
    for (const container of this.#pods.get(pod.uid)?.containers.values() ?? []) container.cancel?.();
    this.#pods.delete(pod.uid);
  }

  async list(): Promise<readonly PodIdentity[]> {
    return Array.from(this.#pods.values(), ({ identity }) => identity);
  }

  onChange(listener: (pod: PodIdentity) => void): void {
    this.#listener = listener;
  }

  async close(): Promise<void> {
    for (const { identity } of this.#pods.values()) await this.remove(identity);
  }

  #podOf({ metadata: { uid, namespace = '', name } }: Pod): PretendedPod {
    let pod = this.#pods.get(uid);
    if (!pod) {
      pod = { identity: { uid, namespace, name }, containers: new Map() };
      this.#pods.set(uid, pod);
    }
    return pod;
  }

  #stop(pod: PretendedPod, container: PretendedContainer, graceMs: number): void {
    const termMs = termMsOf(container.start.pod);
    const now = this.clock.now();
    const endsAt = now + Math.min(termMs, graceMs);
    if (container.stopping && container.endsAt <= endsAt) return;
    container.stopping = true;
    container.cancel?.();
    const exitCode = termMs > graceMs || graceMs === 0 ? KILLED : TERMINATED;
    if (endsAt > now) return this.#endAt(pod, container, endsAt, exitCode);
    this.#end(container, exitCode);
    this.#listener(pod.identity);
  }

  #endAt(pod: PretendedPod, container: PretendedContainer, endsAt: number, exitCode: number): void {
    container.endsAt = endsAt;
    container.cancel = this.clock.at(endsAt, () => {
      this.#end(container, exitCode);
      this.#listener(pod.identity);
    });
  }

  #end(container: PretendedContainer, exitCode: number): void {
    container.cancel = undefined;
    container.state = {
      type: 'terminated',
      exitCode,
      reason: exitCode === 0 ? 'Completed' : 'Error',
      startedAt: container.startedAt,
      finishedAt: this.clock.now(),
    };
  }
}

function report({ start, state }: PretendedContainer): ContainerReport {
  return {
    name: start.container,
    attempt: start.attempt,
    containerID: `instant://${start.pod.metadata.uid}/${start.container}/${start.attempt}`,
    imageID: start.image,
    state,
  };
}
