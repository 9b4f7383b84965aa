import type { Readable } from 'node:stream';
import type { LogOptions } from '../../../ports/pod-logs.js';
import { EngineError, type Engine } from './engine.js';

const HEADER_BYTES = 8;
const BLANK = 32;
const LINE_END = 10;

/** One piece of output as the engine kept it: a line, or a part of a long one. */
export interface LogRecord {
  /** RFC 3339, as precise as the engine keeps it. */
  readonly time: string;
  readonly bytes: Buffer;
  /** Whether a line begins with it. */
  readonly isLineStart: boolean;
}

/** A container's log as the engine has it. Undefined: it has no such container. */
export async function engineLog(
  engine: Engine,
  name: string,
  options: Pick<LogOptions, 'follow' | 'tailLines' | 'sinceMs' | 'signal'>,
): Promise<AsyncIterable<LogRecord> | undefined> {
  try {
    const stream = await engine.stream(`/containers/${name}/logs`, {
      query: {
        stdout: true,
        stderr: true,
        timestamps: true,
        follow: options.follow,
        tail: options.tailLines ?? 'all',
        since: options.sinceMs === undefined ? undefined : Math.floor(options.sinceMs / 1000),
      },
      signal: options.signal,
    });
    return recordsOf(stream, options.signal, options.sinceMs);
  } catch (error) {
    if (error instanceof EngineError && error.isNotFound) return undefined;
    throw error;
  }
}

async function* recordsOf(
  stream: Readable,
  signal: AbortSignal,
  sinceMs: number | undefined,
): AsyncGenerator<LogRecord> {
  let isLineStart = true;
  try {
    for await (const frame of framesOf(stream)) {
      const blank = frame.indexOf(BLANK);
      const time = frame.toString('latin1', 0, blank);
      const bytes = frame.subarray(blank + 1);
      const record = { time, bytes, isLineStart };
      isLineStart = bytes[bytes.length - 1] === LINE_END;
      if (sinceMs === undefined || isSince(time, sinceMs)) yield record;
    }
  } catch (error) {
    // A reader that goes away ends the log; so does an engine that goes away, for this time.
    if (!signal.aborted && (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
  } finally {
    stream.destroy();
  }
}

/** Engines that keep whole seconds only are asked for whole seconds only. */
function isSince(time: string, sinceMs: number): boolean {
  return Date.parse(time) >= (time.includes('.') ? sinceMs : Math.floor(sinceMs / 1000) * 1000);
}

/** Output without a terminal comes in frames: which stream (one byte), three bytes of nothing, length, content. */
async function* framesOf(stream: Readable): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer]);
    let at = 0;
    while (held.length - at >= HEADER_BYTES) {
      const end = at + HEADER_BYTES + held.readUInt32BE(at + 4);
      if (held.length < end) break;
      yield held.subarray(at + HEADER_BYTES, end);
      at = end;
    }
    held = held.subarray(at);
  }
}
