import { existsSync } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { limited, type LogOptions, type PodLogs } from '../../ports/pod-logs.js';
import type { PodIdentity } from '../../ports/pod-runtime.js';
import { LogTimes } from './log-times.js';
import type { PodFolders } from './pod-folders.js';

const CHUNK_BYTES = 64 * 1024;
const LINE_END = 10;

/** Tells followers of a log that it has grown or ended. */
export interface LogProgress {
  /** Whether that attempt may still write. */
  isRunning(pod: PodIdentity, container: string, attempt: number): Promise<boolean>;
  /** Resolves at the next change of anything of the pod, or when `signal` aborts. */
  nextChange(pod: PodIdentity, signal: AbortSignal): Promise<void>;
}

/** Logs in the pods' folders. Whatever their size, a reader holds one chunk of 64 KB in memory. */
export class FileLogs implements PodLogs {
  constructor(
    private readonly folders: PodFolders,
    private readonly progress: LogProgress,
  ) {}

  async read(
    pod: PodIdentity,
    container: string,
    attempt: number,
    options: LogOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined> {
    const folder = this.folders.attempt(pod.uid, container, attempt);
    if (!existsSync(join(folder, 'log'))) return undefined;
    const progress: Progress = {
      running: () => this.progress.isRunning(pod, container, attempt),
      grown: () => this.progress.nextChange(pod, options.signal),
    };
    return limited(linesOf(folder, progress, options), options.limitBytes);
  }
}

interface Progress {
  running(): Promise<boolean>;
  grown(): Promise<void>;
}

interface OpenLog {
  readonly log: FileHandle;
  readonly times: FileHandle | undefined;
}

/** Chunks of whole lines; only a line longer than a chunk, or the last of a log that has ended, comes in parts. */
async function* linesOf(folder: string, progress: Progress, options: LogOptions): AsyncGenerator<Uint8Array> {
  const { follow, signal } = options;
  const log = await openIfThere(join(folder, 'log'));
  if (log === undefined) return;
  const open: OpenLog = { log, times: await openIfThere(join(folder, 'log.times')) };
  try {
    const reader = new LineReader(open, await startOffset(open, options), options.timestamps);
    while (!signal.aborted) {
      // Asked before reading: what is written before the end is then read before the end is believed.
      const ended = !follow || !(await progress.running());
      const grown = ended ? undefined : progress.grown();
      for (let chunk = await reader.next(ended); chunk; chunk = await reader.next(ended)) {
        yield chunk;
        if (signal.aborted) return;
      }
      if (ended) return;
      await grown;
    }
  } finally {
    await open.log.close();
    await open.times?.close();
  }
}

class LineReader {
  #atLineStart = true;
  readonly #times: LogTimes;

  constructor(
    private readonly open: OpenLog,
    private position: number,
    private readonly timestamps: boolean,
  ) {
    this.#times = new LogTimes(open.times);
  }

  /** Undefined: no more for now. With `ended` an unfinished last line counts. */
  async next(ended: boolean): Promise<Uint8Array | undefined> {
    const { bytesRead, buffer } = await this.open.log.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, this.position);
    if (bytesRead === 0) return undefined;
    const lastLineEnd = buffer.lastIndexOf(LINE_END, bytesRead - 1);
    const isWhole = lastLineEnd >= 0;
    const atEnd = bytesRead < CHUNK_BYTES;
    if (!isWhole && atEnd && !ended) return undefined;
    const taken = isWhole && !(ended && atEnd) ? lastLineEnd + 1 : bytesRead;
    const chunk = buffer.subarray(0, taken);
    const stamped = this.timestamps ? await this.#stamp(chunk) : chunk;
    this.#atLineStart = chunk[taken - 1] === LINE_END;
    this.position += taken;
    return stamped;
  }

  async #stamp(chunk: Buffer): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    for (let from = 0; from < chunk.length;) {
      const lineEnd = chunk.indexOf(LINE_END, from);
      const to = lineEnd === -1 ? chunk.length : lineEnd + 1;
      if (from > 0 || this.#atLineStart) parts.push(Buffer.from(`${await this.#timeOf(this.position + from)} `));
      parts.push(chunk.subarray(from, to));
      from = to;
    }
    return Buffer.concat(parts);
  }

  /** Without a record, as after the end of the one who records, the last write is the best that is known. */
  async #timeOf(offset: number): Promise<string> {
    return (await this.#times.timeAt(offset)) ?? (await this.open.log.stat()).mtime.toISOString();
  }
}

/** Where to begin, so that `tailLines` and `sinceMs` both hold. */
async function startOffset(open: OpenLog, { tailLines, sinceMs }: LogOptions): Promise<number> {
  const tail = tailLines === undefined ? 0 : await tailOffset(open.log, tailLines);
  const since = sinceMs === undefined ? 0 : await sinceOffset(open, sinceMs);
  return Math.max(tail, since);
}

async function sinceOffset({ log, times }: OpenLog, sinceMs: number): Promise<number> {
  const recorded = await new LogTimes(times).offsetSince(sinceMs);
  const { size, mtimeMs } = await log.stat();
  return recorded < size && mtimeMs < sinceMs ? size : recorded;
}

/** The offset of the last `lines` lines, read from the end. */
async function tailOffset(log: FileHandle, lines: number): Promise<number> {
  const { size } = await log.stat();
  if (lines <= 0) return size;
  let missing = lines;
  for (let end = size; end > 0; end -= CHUNK_BYTES) {
    const from = Math.max(0, end - CHUNK_BYTES);
    const { buffer, bytesRead } = await log.read(Buffer.alloc(end - from), 0, end - from, from);
    for (let at = bytesRead - 1; at >= 0; at--) {
      // The line end at the very end closes the last line; it does not begin another.
      if (buffer[at] === LINE_END && from + at !== size - 1 && --missing === 0) return from + at + 1;
    }
  }
  return 0;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
