import type { Clock } from '../../../ports/clock.js';
import { EngineError, type Engine } from './engine.js';

/** When the engine is down just when KILL is due. */
const RETRY_MS = 1000;

interface Stop {
  killAt: number;
  cancel: () => void;
}

/** Containers that are being stopped, by the engine's id. A restarted server is asked to stop them anew. */
export class Stops {
  readonly #stops = new Map<string, Stop>();

  constructor(
    private readonly engine: Engine,
    private readonly clock: Clock,
  ) {}

  /** The stop signal unless it was sent before; KILL at `killAt`, or earlier when asked for earlier. True: sent now. */
  async stop(id: string, killAt: number, signal: () => Promise<string>): Promise<boolean> {
    const known = this.#stops.get(id);
    if (known !== undefined && known.killAt <= killAt) return false;
    known?.cancel();
    const stop: Stop = { killAt, cancel: () => {} };
    this.#stops.set(id, stop);
    const isDue = killAt <= this.clock.now();
    try {
      if (isDue) await this.#signal(id, 'KILL');
      else if (known === undefined) await this.#signal(id, await signal());
    } catch (error) {
      this.#stops.delete(id);
      throw error;
    }
    if (!isDue) this.#arm(id, stop, killAt);
    return known === undefined;
  }

  /** It has ended. */
  forget(id: string): void {
    this.#stops.get(id)?.cancel();
    this.#stops.delete(id);
  }

  close(): void {
    for (const { cancel } of this.#stops.values()) cancel();
    this.#stops.clear();
  }

  #arm(id: string, stop: Stop, at: number): void {
    stop.cancel = this.clock.at(at, () => {
      this.#signal(id, 'KILL').catch(() => this.#arm(id, stop, this.clock.now() + RETRY_MS));
    });
  }

  /** A container that does not run needs no signal. */
  async #signal(id: string, signal: string): Promise<void> {
    try {
      await this.engine.json(`/containers/${id}/kill`, { method: 'POST', query: { signal } });
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      if (!error.isNotFound && !/not running|only kill running|state improper/.test(error.message)) throw error;
    }
  }
}
