import type { ContainerReport, ContainerReportState, PodIdentity, RuntimeEvent } from '../../../ports/pod-runtime.js';
import { ImageProblem } from './images.js';
import { StartProblem, type StartContainer } from './start-container.js';

/** A start that has no container yet, or could not get one. */
interface PendingStart {
  readonly pod: PodIdentity;
  readonly container: string;
  readonly attempt: number;
  readonly state: Extract<ContainerReportState, { type: 'waiting' }>;
  /** Left out: it has failed, and waits until it is asked for again. */
  readonly underWay?: UnderWay;
}

interface UnderWay {
  readonly abort: AbortController;
  /** Resolves when nothing more comes of it. */
  readonly over: Promise<void>;
  /** As `begin`. */
  readonly begun: Promise<void>;
}

/** The starts of which the engine knows nothing yet. They are lost with the process: the controller asks again. */
export class Starts {
  /** By container name. */
  readonly #pending = new Map<string, PendingStart>();

  constructor(
    private readonly tell: (pod: PodIdentity, event: RuntimeEvent) => void,
    private readonly announce: (pod: PodIdentity) => void,
  ) {}

  underWay(name: string): Promise<void> | undefined {
    return this.#pending.get(name)?.underWay?.begun;
  }

  /** Resolves when the container has been started, or, when its image has to be pulled, when the pull is under way. */
  begin(start: StartContainer, isCreated: boolean): Promise<void> {
    const { pod, name } = start;
    const { container, attempt } = start.request;
    const abort = new AbortController();
    let onPull!: () => void;
    const pulling = new Promise<void>((resolve) => (onPull = resolve));
    const performed = perform(start, isCreated, abort.signal, onPull);
    const ended = performed.then(
      (problem) => this.#end(name, pending, problem),
      (error: unknown) => {
        this.#end(name, pending, undefined);
        throw error;
      },
    );
    const over = ended.catch(() => {});
    const begun = Promise.race([ended, pulling]);
    const state = { type: 'waiting', reason: 'ContainerCreating' } as const;
    const pending: PendingStart = { pod, container, attempt, state, underWay: { abort, over, begun } };
    this.#pending.set(name, pending);
    return begun;
  }

  /** Gives up those that are under way and forgets those that failed. */
  async abandon(isMeant: (start: { readonly pod: PodIdentity; readonly container: string }) => boolean): Promise<void> {
    for (const [name, pending] of this.#pending) {
      if (!isMeant(pending)) continue;
      pending.underWay?.abort.abort();
      await pending.underWay?.over;
      this.#pending.delete(name);
    }
  }

  /** A pod's containers with those that only wait; a start under way hides what an earlier attempt has left. */
  addTo({ uid }: PodIdentity, reports: readonly ContainerReport[]): ContainerReport[] {
    const pending = [...this.#pending.values()].filter(
      ({ pod, container, attempt }) =>
        pod.uid === uid && !reports.some((each) => each.name === container && each.attempt >= attempt),
    );
    const hidden = new Set(pending.map(({ container }) => container));
    return [
      ...reports.filter(({ name }) => !hidden.has(name)),
      ...pending.map(({ container, attempt, state }) => ({ name: container, attempt, state })),
    ];
  }

  #end(name: string, pending: PendingStart, problem: ImageProblem | StartProblem | undefined): void {
    const { pod, container, attempt } = pending;
    if (problem === undefined) {
      this.#pending.delete(name);
    } else {
      const state = { type: 'waiting', reason: problem.reason, message: problem.message } as const;
      this.#pending.set(name, { pod, container, attempt, state });
      for (const message of failures(problem))
        this.tell(pod, { type: 'Warning', reason: 'Failed', message, container });
    }
    this.announce(pod);
  }
}

function failures(problem: ImageProblem | StartProblem): string[] {
  if (problem instanceof ImageProblem) return [problem.event, `Error: ${problem.reason}`];
  return [`Error: ${problem.message}`];
}

/** What the container waits for, when the start came to nothing. */
async function perform(
  start: StartContainer,
  isCreated: boolean,
  signal: AbortSignal,
  onPull: () => void,
): Promise<ImageProblem | StartProblem | undefined> {
  try {
    if (isCreated) await start.startCreated();
    else await createAndStart(start, signal, onPull);
    return undefined;
  } catch (error) {
    if (signal.aborted) return undefined;
    if (error instanceof ImageProblem || error instanceof StartProblem) return error;
    throw error;
  }
}

async function createAndStart(start: StartContainer, signal: AbortSignal, onPull: () => void): Promise<void> {
  const local = await start.localImage();
  if (!local) onPull();
  const image = local ?? (await start.pullImage(signal));
  if (!signal.aborted) await start.run(image);
}
