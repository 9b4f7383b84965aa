import { LABELS, labelFilter, type Labels } from './labels.js';
import type { Engine } from './engine.js';

const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 10_000;

export interface EngineEventListener {
  /** A container with these labels has started, ended or gone. */
  onContainer(labels: Labels): void;
  /** The stream begins, for the first time or anew: events before this are lost. */
  onConnected(): void;
}

/** What happens inside the engine changes nothing that `observe` tells, nor does what we do to look at it. */
const QUIET = /^(exec_|attach|top|resize|copy|archive|export|mount|unmount|init|create|sync|prune)/;

/** Listens to the engine as long as it is not closed; when the engine is down, until it is up again. */
export class EngineEvents {
  readonly #abort = new AbortController();
  #wake: () => void = () => {};

  constructor(
    private readonly engine: Engine,
    private readonly cluster: string,
    private readonly listener: EngineEventListener,
  ) {
    void this.#run();
  }

  close(): void {
    this.#abort.abort();
    this.#wake();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    let retryMs = RETRY_MS_MIN;
    while (!signal.aborted) {
      try {
        await this.#listen(() => (retryMs = RETRY_MS_MIN));
      } catch {
        // The engine is down or has ended the stream: what it is to others, their calls tell them.
      }
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, retryMs).unref();
      });
      retryMs = Math.min(retryMs * 2, RETRY_MS_MAX);
    }
  }

  async #listen(onBegun: () => void): Promise<void> {
    const { label } = JSON.parse(labelFilter(LABELS.cluster, this.cluster)) as { label: string[] };
    const stream = await this.engine.stream('/events', {
      query: { filters: JSON.stringify({ type: ['container'], label }) },
      signal: this.#abort.signal,
    });
    onBegun();
    this.listener.onConnected();
    let rest = '';
    for await (const chunk of stream) {
      const lines = (rest + (chunk as Buffer).toString()).split('\n');
      rest = lines.pop()!;
      for (const line of lines) if (line.trim() !== '') this.#tell(line);
    }
  }

  #tell(line: string): void {
    const event = JSON.parse(line) as { Action?: string; status?: string; Actor?: { Attributes?: Labels } };
    if (QUIET.test(event.Action ?? event.status ?? '')) return;
    this.listener.onContainer(event.Actor?.Attributes ?? {});
  }
}
