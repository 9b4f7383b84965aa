import { watch, type FSWatcher } from 'node:fs';
import { appendFile, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { logTimeLine } from '../log-times.js';

/** Smaller: more wake-ups for a program that prints much. Larger: `logs -f` lags, and lines get the time of later ones. */
const GROWTH_INTERVAL_MS = 10;
/** Where the system has no more watches to give. */
const POLL_INTERVAL_MS = 500;

export interface AttemptListener {
  /** Files beside the log have appeared or changed. */
  onFiles(): void;
  onLogGrown(): void;
}

/** Watches an attempt's folder, and keeps the times of its log as long as it is written. */
export class AttemptWatch {
  readonly #watcher: FSWatcher | undefined;
  readonly #poll: NodeJS.Timeout | undefined;
  #growth: NodeJS.Timeout | undefined;
  #recorded: number | undefined;
  #recording: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly listener: AttemptListener,
  ) {
    this.#watcher = this.#tryWatch();
    if (!this.#watcher) this.#poll = setInterval(() => (this.#grow(), listener.onFiles()), POLL_INTERVAL_MS).unref();
  }

  /** Records what has been written up to now. */
  recordGrowth(): Promise<void> {
    this.#recording = this.#recording.then(() => this.#record());
    return this.#recording;
  }

  close(): void {
    this.#watcher?.close();
    clearInterval(this.#poll);
    clearTimeout(this.#growth);
  }

  #tryWatch(): FSWatcher | undefined {
    try {
      const watcher = watch(this.folder, { persistent: false }, (_, name) => {
        if (name === 'log') this.#grow();
        else if (name !== 'log.times') this.listener.onFiles();
      });
      // A folder that is removed takes its watch along.
      return watcher.on('error', () => watcher.close());
    } catch {
      return undefined;
    }
  }

  #grow(): void {
    this.#growth ??= setTimeout(() => {
      this.#growth = undefined;
      void this.recordGrowth();
    }, GROWTH_INTERVAL_MS).unref();
  }

  /** The time of the last write is right for all that was written since the last record, however late this runs. */
  async #record(): Promise<void> {
    const log = await stat(join(this.folder, 'log')).catch(() => undefined);
    if (log === undefined) return;
    const times = join(this.folder, 'log.times');
    this.#recorded ??= await lastOffset(times);
    if (log.size <= this.#recorded) return;
    await appendFile(times, logTimeLine(log.size, log.mtime.toISOString()), { mode: 0o600 }).catch(() => {});
    this.#recorded = log.size;
    this.listener.onLogGrown();
  }
}

async function lastOffset(times: string): Promise<number> {
  const text = await readFile(times, 'utf8').catch(() => '');
  const lastLine = text.trimEnd().slice(text.trimEnd().lastIndexOf('\n') + 1);
  return Number.parseInt(lastLine, 10) || 0;
}
