import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { Clock } from '../../../ports/clock.js';
import { limited, type LogOptions, type PodLogs } from '../../../ports/pod-logs.js';
import type { PodIdentity, PodReference } from '../../../ports/pod-runtime.js';
import { LogPages, type LogEvent, type LogPage } from './log-pages.js';
import { hasAttemptEnded, logStreamOf } from './log-streams.js';

export interface CloudWatchLogsOptions {
  readonly client: CloudWatchLogsClient;
  readonly logGroup: string;
  readonly clock: Clock;
  /** The pod as it is now: a follower asks whether the container still runs. Undefined: it is gone. */
  readonly podOf: (pod: PodIdentity) => Promise<Pod | undefined>;
}

/** Followers look again after this time. Smaller: fewer of them before CloudWatch throttles. Larger: lines come later. */
const POLL_MS = 1000;
/** While nothing comes. */
const QUIET_POLL_MS = 5000;
/** Empty looks after the container's end until its log counts as complete: its last lines arrive shortly after it. */
const LAST_LOOKS = 3;

/** The logs of tasks, as the awslogs driver delivers them: one stream for each start of a container, a line an event. */
export class CloudWatchLogs implements PodLogs {
  readonly #pages: LogPages;

  constructor(private readonly options: CloudWatchLogsOptions) {
    this.#pages = new LogPages(options.client, options.logGroup, options.clock);
  }

  async read(
    pod: PodReference,
    container: string,
    attempt: number,
    options: LogOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const object = pod.object ?? (await this.options.podOf(pod));
    const stream = object && logStreamOf(object, container, attempt);
    if (stream === undefined) return undefined;
    const hasEnded = async () => hasAttemptEnded(await this.options.podOf(pod), container, attempt);
    return limited(this.#chunks(stream, options, hasEnded), options.limitBytes);
  }

  async *#chunks(stream: string, options: LogOptions, hasEnded: () => Promise<boolean>): AsyncGenerator<Uint8Array> {
    let token: string | undefined;
    for await (const { events, forward } of this.#written(stream, options)) {
      token = forward ?? token;
      if (events.length > 0) yield textOf(events, options.timestamps);
      if (options.signal.aborted) return;
    }
    if (!options.follow) return;
    for await (const { events } of this.#following(stream, token, options, hasEnded)) {
      yield textOf(events, options.timestamps);
    }
  }

  /** What is there already. The last page tells where what follows begins. */
  async *#written(stream: string, { tailLines, sinceMs }: LogOptions): AsyncGenerator<LogPage> {
    if (tailLines !== undefined) return yield this.#tail(stream, tailLines, sinceMs);
    let token: string | undefined;
    for (;;) {
      const page = await this.#pages.read({ stream, token, sinceMs });
      yield page;
      // At its end a stream answers with the token it was asked with.
      if (page.forward === undefined || page.forward === token) return;
      token = page.forward;
    }
  }

  /** The last lines, read from the end. */
  async #tail(stream: string, lines: number, sinceMs: number | undefined): Promise<LogPage> {
    let page = await this.#pages.read({ stream, fromEnd: true, sinceMs, limit: Math.max(1, lines) });
    const { forward } = page;
    let events = page.events;
    for (let token = undefined as string | undefined; events.length < lines;) {
      if (page.backward === undefined || page.backward === token) break;
      token = page.backward;
      page = await this.#pages.read({ stream, token, fromEnd: true, sinceMs, limit: lines - events.length });
      events = [...page.events, ...events];
    }
    return { events: lines === 0 ? [] : events.slice(-lines), forward, backward: undefined };
  }

  /** What is written from now on. Asked before looking: what is written before the end is then read before it counts. */
  async *#following(
    stream: string,
    from: string | undefined,
    { sinceMs, signal }: LogOptions,
    hasEnded: () => Promise<boolean>,
  ): AsyncGenerator<LogPage> {
    let token = from;
    let emptyLooks = 0;
    for (let lastLooks = LAST_LOOKS; lastLooks > 0;) {
      const ended = await hasEnded();
      const page = await this.#pages.next({ stream, token, sinceMs }, POLL_MS / 2);
      if (signal.aborted) return;
      token = page.forward ?? token;
      emptyLooks = page.events.length === 0 ? emptyLooks + 1 : 0;
      if (page.events.length > 0) yield page;
      if (ended) lastLooks = page.events.length > 0 ? LAST_LOOKS : lastLooks - 1;
      if (lastLooks > 0)
        await this.#pause(ended || emptyLooks < QUIET_POLL_MS / POLL_MS ? POLL_MS : QUIET_POLL_MS, signal);
      if (signal.aborted) return;
    }
  }

  #pause(ms: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.options;
    return new Promise((resolve) => {
      const cancel = clock.at(clock.now() + ms, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      const abort = () => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', abort, { once: true });
    });
  }
}

function textOf(events: readonly LogEvent[], timestamps: boolean): Uint8Array {
  const lines = events.map(({ time, text }) => {
    const line = text.endsWith('\n') ? text : `${text}\n`;
    // CloudWatch keeps milliseconds; Kubernetes shows nanoseconds.
    return timestamps ? `${new Date(time).toISOString().slice(0, -1)}000000Z ${line}` : line;
  });
  return Buffer.from(lines.join(''));
}
