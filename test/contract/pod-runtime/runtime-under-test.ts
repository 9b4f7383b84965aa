import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { PodLogs } from '../../../lib/ports/pod-logs.js';
import type {
  ContainerReportState,
  ContainerStart,
  PodIdentity,
  PodReport,
  PodRuntime,
  RuntimeEvent,
} from '../../../lib/ports/pod-runtime.js';
import { makePod, startOf } from '../../support/pods.js';

interface OpenRuntime {
  readonly runtime: PodRuntime;
  readonly logs: PodLogs;
}

/** What the suite needs to know of an adapter. */
export interface RuntimeHarness {
  /** The runtime on its data; opening it again is a restart of the server. */
  open(): Promise<OpenRuntime>;
  /** An image with a shell, where images are used. */
  readonly image: string;
  /** Why a promise is not held by this runtime; a test of it is skipped by that name. */
  readonly lacks: Partial<Record<'images' | 'network' | 'users' | 'memory limits' | 'mounts', string>>;
  close(): Promise<void>;
}

export type Terminated = Extract<ContainerReportState, { type: 'terminated' }>;

/** A log that ends is read in no time; this is for one that does not. */
const LOG_MS_MAX = 60_000;

/**
 * The runtime of a suite, with the pods its tests made: each part takes from it the functions it uses. Begins with `begin`,
 * is tidied after each test, and ends with `end`.
 */
export class RuntimeUnderTest {
  /** What was observed of the pods of this test. */
  readonly events: RuntimeEvent[] = [];
  #harness: RuntimeHarness | undefined;
  #open: OpenRuntime | undefined;
  readonly #wakers = new Set<() => void>();
  readonly #known: PodIdentity[] = [];

  async begin(create: () => Promise<RuntimeHarness>): Promise<void> {
    this.#harness = await create();
    await this.#start();
  }

  async tidy(): Promise<void> {
    for (const pod of this.#known.splice(0)) {
      await this.#runtime.stop(pod, 0);
      await this.#runtime.remove(pod, { logs: true });
    }
    this.events.length = 0;
  }

  async end(): Promise<void> {
    await this.#open?.runtime.close();
    await this.#harness?.close();
  }

  /** Ends the server and starts it again, `between` the two something happens. */
  readonly restart = async (between: () => Promise<void> = async () => {}): Promise<void> => {
    await this.#runtime.close();
    await between();
    await this.#start();
  };

  readonly podOf = (...[containers, spec]: Parameters<typeof makePod>): Pod => {
    const { image } = this.#harness!;
    const pod = makePod(containers?.map((container) => ({ image, ...container })) ?? [{ image }], spec);
    this.#known.push(identityOf(pod));
    return pod;
  };

  readonly start = (pod: Pod, request: Partial<ContainerStart> = {}): Promise<void> =>
    this.#runtime.start(startOf(pod, request));

  readonly stop = (pod: Pod, graceSeconds: number, containers?: readonly string[]): Promise<void> =>
    this.#runtime.stop(identityOf(pod), graceSeconds, containers);

  readonly remove = (pod: Pod, what: { readonly logs: boolean }): Promise<void> =>
    this.#runtime.remove(identityOf(pod), what);

  readonly list = () => this.#runtime.list();

  readonly observe = async (pod: Pod): Promise<PodReport> => {
    const report = await this.#runtime.observe(identityOf(pod));
    this.events.push(...report.events);
    return report;
  };

  readonly stateOf = async (pod: Pod, container = 'main'): Promise<ContainerReportState | undefined> =>
    (await this.observe(pod)).containers.find((each) => each.name === container)?.state;

  /** Waits for announced changes only: what is never announced is never seen. */
  readonly until = async <S extends ContainerReportState>(
    pod: Pod,
    isMet: (state: ContainerReportState | undefined) => state is S,
    container = 'main',
  ): Promise<S> => {
    for (;;) {
      const changed = new Promise<void>((resolve) => this.#wakers.add(resolve));
      const state = await this.stateOf(pod, container);
      if (isMet(state)) return state;
      await changed;
      this.#wakers.clear();
    }
  };

  readonly untilEnded = (pod: Pod, container?: string): Promise<Terminated> =>
    this.until(pod, (state): state is Terminated => state?.type === 'terminated', container);

  readonly untilRunning = (pod: Pod, container?: string): Promise<ContainerReportState> =>
    this.until(pod, (state): state is ContainerReportState => state?.type === 'running', container);

  /** Waits until the container `main` has written a text, or has ended. */
  readonly untilLogged = async (pod: Pod, text: string): Promise<void> => {
    const enough = new AbortController();
    const lines = await this.#logs.read(identityOf(pod), 'main', 0, {
      follow: true,
      timestamps: false,
      signal: enough.signal,
    });
    let seen = '';
    for await (const chunk of lines!) {
      seen += Buffer.from(chunk).toString();
      if (seen.includes(text)) break;
    }
    enough.abort();
  };

  readonly logOf = async (
    pod: Pod,
    options: Partial<Parameters<PodLogs['read']>[3]> = {},
    container = 'main',
    attempt = 0,
  ): Promise<string | undefined> => {
    const lines = await this.#logs.read(identityOf(pod), container, attempt, {
      follow: false,
      timestamps: false,
      signal: AbortSignal.timeout(LOG_MS_MAX),
      ...options,
    });
    if (lines === undefined) return undefined;
    const chunks: Uint8Array[] = [];
    for await (const chunk of lines) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  /** Skips a test of what this runtime lacks, and says why. */
  readonly needs = (lack: keyof RuntimeHarness['lacks'], context: { skip(note?: string): void }): void => {
    const why = this.#harness!.lacks[lack];
    if (why !== undefined) context.skip(why);
  };

  async #start(): Promise<void> {
    this.#open = await this.#harness!.open();
    this.#runtime.onChange(() => this.#wakers.forEach((wake) => wake()));
  }

  get #runtime(): PodRuntime {
    return this.#open!.runtime;
  }

  get #logs(): PodLogs {
    return this.#open!.logs;
  }
}

/** A command line for a shell. */
export function shell(script: string): { readonly command: string[] } {
  return { command: ['sh', '-c', script] };
}

export function identityOf({ metadata: { uid, namespace, name } }: Pod): PodIdentity {
  return { uid, namespace: namespace!, name };
}
