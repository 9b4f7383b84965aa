import type { Clock } from '../../ports/clock.js';
import type { Revision } from '../../ports/store.js';
import type { EventBatch, WatchEvent } from './events.js';

export interface StreamOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** The line of an event, without its line break. */
  readonly encode: (event: WatchEvent) => string;
  /** The line of a bookmark; undefined where the client wants none. `initial` marks the end of the initial events. */
  readonly bookmark: ((revision: Revision, initial: boolean) => string) | undefined;
}

/** How often a quiet watch is told how far it has come: clients that reconnect then miss no history. */
const bookmarkIntervalMs = 60_000;

/**
 * The body of a watch's answer: one JSON document a line. It is read as the client reads it: a slow client holds back
 * nothing but its own stream.
 */
export function watchStream(
  source: (signal: AbortSignal) => AsyncGenerator<EventBatch | 'initial-events-end'>,
  options: StreamOptions,
): ReadableStream<Uint8Array> {
  const stop = new AbortController();
  const cancelTimeout = options.clock.at(options.clock.now() + options.timeoutMs, () => stop.abort());
  const lines = watchLines(source(stop.signal), options, stop.signal);
  const encoder = new TextEncoder();
  const end = (): void => {
    cancelTimeout();
    stop.abort();
  };
  return new ReadableStream({
    async pull(controller) {
      try {
        const { value, done } = await lines.next();
        if (!done) return controller.enqueue(encoder.encode(value));
        end();
        controller.close();
      } catch (error) {
        end();
        controller.error(error);
      }
    },
    async cancel() {
      end();
      await lines.return();
    },
  });
}

/** Chunks of whole lines. Ends when `signal` aborts or an ERROR has been said. */
async function* watchLines(
  source: AsyncGenerator<EventBatch | 'initial-events-end'>,
  { clock, encode, bookmark }: StreamOptions,
  signal: AbortSignal,
): AsyncGenerator<string, void> {
  let revision = 0;
  let marked = 0;
  let next = ahead(source);
  try {
    for (;;) {
      const arrived = bookmark === undefined ? await next : await orTick(next, clock, signal);
      if (arrived === 'tick') {
        if (revision > marked) yield `${bookmark!(revision, false)}\n`;
        marked = revision;
        continue;
      }
      if (arrived.done) break;
      next = ahead(source);
      if (arrived.value === 'initial-events-end') {
        if (bookmark !== undefined) yield `${bookmark(revision, true)}\n`;
        marked = revision;
        continue;
      }
      const { events } = arrived.value;
      revision = arrived.value.revision;
      if (events.length > 0) yield events.map((event) => `${encode(event)}\n`).join('');
      if (events.some(({ type }) => type === 'ERROR')) return;
    }
    if (bookmark !== undefined && revision > marked) yield `${bookmark(revision, false)}\n`;
  } finally {
    await source.return(undefined);
  }
}

/** Asks for the next batch before anybody waits for it: its failure is thrown to whoever does, or to nobody. */
function ahead<T>(source: AsyncGenerator<T>): Promise<IteratorResult<T>> {
  const next = source.next();
  next.catch(() => {});
  return next;
}

/** The next batch, or `tick` when none has come for a while. */
function orTick<T>(next: Promise<T>, clock: Clock, signal: AbortSignal): Promise<T | 'tick'> {
  return new Promise((resolve, reject) => {
    const cancel = clock.at(clock.now() + bookmarkIntervalMs, () => resolve('tick'));
    signal.addEventListener('abort', cancel, { once: true });
    next.then(resolve, reject).finally(() => {
      cancel();
      signal.removeEventListener('abort', cancel);
    });
  });
}
