import type { PodReference } from './pod-runtime.js';

/** Where containers' output is kept. Logs outlive the container and go with the pod. */
export interface PodLogs {
  /**
   * The log of one attempt of one container, oldest first, in chunks of whole lines (a line of more than 64 KB, and the
   * last of an attempt that ended within one, come in parts). With `follow` it goes on until that attempt has ended or
   * `signal` aborts. Undefined: nothing is known of such an attempt.
   */
  read(
    pod: PodReference,
    container: string,
    attempt: number,
    options: LogOptions,
  ): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface LogOptions {
  readonly follow: boolean;
  /** Only the last so many lines. */
  readonly tailLines?: number;
  /** Only lines at or after this time, in milliseconds since 1970. */
  readonly sinceMs?: number;
  /** Each line is preceded by its RFC 3339 time with nanoseconds and a blank. */
  readonly timestamps: boolean;
  /** Stops after so many bytes. */
  readonly limitBytes?: number;
  readonly signal: AbortSignal;
}

/** What `limitBytes` lets through; left out: all. */
export async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number | undefined,
): AsyncGenerator<Uint8Array> {
  let left = limitBytes ?? Infinity;
  if (left <= 0) return;
  for await (const chunk of chunks) {
    yield chunk.length <= left ? chunk : chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}
