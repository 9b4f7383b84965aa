import type { Clock } from '../../ports/clock.js';

/** What the AWS services we call answer with when they are asked too often. */
const throttles: ReadonlySet<string> = new Set([
  'ThrottlingException',
  'Throttling',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'ProvisionedThroughputExceededException',
  'ExecutionLimitExceeded',
  'SlowDown',
]);
/** What EventBridge says of a single event that it may take when it is sent again. */
const failures: ReadonlySet<string> = new Set(['InternalFailure', 'InternalException']);

/** The eighth wait may take 26 s, all of them a minute: longer, and the function that waits is charged for little else. */
const ATTEMPTS_MAX = 9;
const FIRST_WAIT_MS = 200;

export function isThrottle(error: unknown): boolean {
  return error instanceof Error && throttles.has(error.name);
}

/** Whether the same call may succeed later: it was throttled, not answered, or answered with a failure of the service. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, $metadata } = error as { readonly code?: string; readonly $metadata?: { httpStatusCode?: number } };
  // Errors of the network have a code of the operating system, timeouts of the SDK a name of their own.
  const isUnanswered = error.name === 'TimeoutError' || /^E[A-Z]{4,}$/.test(code ?? '');
  return isThrottle(error) || failures.has(error.name) || isUnanswered || ($metadata?.httpStatusCode ?? 0) >= 500;
}

/**
 * Calls until it is not refused for a passing reason any more, each time after a longer pause (twice as long at most, and
 * random, so that callers that were throttled together do not come back together). Rejects with the last refusal after nine
 * calls, and at once with any other error. Only for calls that may be made twice: the first may have happened unnoticed.
 */
export async function pastThrottles<T>(clock: Clock, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isPassing(error) || attempt === ATTEMPTS_MAX) throw error;
      await pause(clock, FIRST_WAIT_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
    }
  }
}

/** Resolves after a time, never early by the clock. */
export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => clock.at(clock.now() + ms, resolve));
}

/** Works on all of them, so many at a time. Rejects with the first error once what was begun has ended. */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const errors: unknown[] = [];
  const worker = async () => {
    for (let next = rest.next(); !next.done && errors.length === 0; next = rest.next()) {
      await work(next.value).catch((error: unknown) => errors.push(error));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  if (errors.length > 0) throw errors[0];
}
