import type { FileHandle } from 'node:fs/promises';

/**
 * When the bytes of a log were written, kept beside it so that the log itself can be written by programs that know
 * nothing of it. Each line `<offset> <RFC 3339 time>` says: what lies before this offset, and at or after the offset of
 * the line above, was written at that time or shortly before.
 */
export interface LogTime {
  readonly offset: number;
  readonly time: string;
}

export function logTimeLine(offset: number, time: string): string {
  return `${offset} ${time}\n`;
}

const CHUNK_BYTES = 64 * 1024;

/** Reads the times of a log front to back, as far as they are written; more may follow later. */
export class LogTimes {
  #position = 0;
  #rest = '';
  #ahead: LogTime[] = [];
  #current: LogTime | undefined;
  #previousOffset = 0;

  constructor(private readonly file: FileHandle | undefined) {}

  /** The time of the byte at `offset`; offsets may not fall. Undefined: not recorded yet. */
  async timeAt(offset: number): Promise<string | undefined> {
    while (this.#current === undefined || this.#current.offset <= offset) {
      if (!(await this.#advance())) return undefined;
    }
    return this.#current.time;
  }

  /** The first offset written at or after `sinceMs`; where no such time is recorded, the end of what is recorded. */
  async offsetSince(sinceMs: number): Promise<number> {
    while (this.#current === undefined || Date.parse(this.#current.time) < sinceMs) {
      if (!(await this.#advance())) return this.#current?.offset ?? 0;
    }
    return this.#previousOffset;
  }

  async #advance(): Promise<boolean> {
    if (this.#ahead.length === 0) await this.#readOn();
    const next = this.#ahead.shift();
    if (next === undefined) return false;
    this.#previousOffset = this.#current?.offset ?? 0;
    this.#current = next;
    return true;
  }

  async #readOn(): Promise<void> {
    if (this.file === undefined) return;
    const { bytesRead, buffer } = await this.file.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, this.#position);
    this.#position += bytesRead;
    const lines = (this.#rest + buffer.toString('latin1', 0, bytesRead)).split('\n');
    this.#rest = lines.pop()!;
    this.#ahead = lines.map((line) => {
      const blank = line.indexOf(' ');
      return { offset: Number(line.slice(0, blank)), time: line.slice(blank + 1) };
    });
  }
}
