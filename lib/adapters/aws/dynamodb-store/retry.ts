import { setTimeout as sleep } from 'node:timers/promises';

/** How an attempt failed that may be repeated: `refused` did not happen, of `unknown` nobody knows. */
export type Transience = 'refused' | 'unknown';

/** More hold a request up for longer than its client waits; fewer give up on what a table that grows refuses for seconds. */
const ATTEMPTS_MAX = 8;
const PAUSE_MS_MIN = 25;
const PAUSE_MS_MAX = 1000;

const refusals: ReadonlySet<string> = new Set([
  'LimitExceededException',
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
]);

const networkFailures: ReadonlySet<string> = new Set([
  'AbortError',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'NetworkingError',
  'RequestTimeout',
  'TimeoutError',
]);

/** Undefined: repeating the attempt would not help. */
export function transienceOf(error: unknown): Transience | undefined {
  if (!(error instanceof Error)) return undefined;
  if (refusals.has(error.name)) return 'refused';
  const { code, $metadata } = error as { readonly code?: string; readonly $metadata?: { httpStatusCode?: number } };
  if (networkFailures.has(error.name) || (code !== undefined && networkFailures.has(code))) return 'unknown';
  return ($metadata?.httpStatusCode ?? 0) >= 500 ? 'unknown' : undefined;
}

/** Waits before the next attempt (of 0, 1, 2 …), longer each time and each time differently; false: no more attempts. */
export async function backOff(attempt: number): Promise<boolean> {
  if (attempt + 1 >= ATTEMPTS_MAX) return false;
  await sleep(Math.random() * Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN * 2 ** attempt));
  return true;
}

/** For what may be done twice: reads, and writes that come to the same. */
export async function retrying<T>(attempt: () => Promise<T>): Promise<T> {
  for (let count = 0; ; count++) {
    try {
      return await attempt();
    } catch (error) {
      if (transienceOf(error) === undefined || !(await backOff(count))) throw error;
    }
  }
}
