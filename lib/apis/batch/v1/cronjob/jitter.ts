import { invalidValue, type FieldError } from '../../../meta/v1/field-error.js';
import { parseDuration } from '../../../meta/v1/go-duration.js';
import type { CronJob } from './types.js';

/** Spreads the Jobs of many CronJobs: each starts later than its tick by a part of this duration (`5m`). */
export const jitterAnnotation = 'finite.dev/jitter';

const nsInMs = 1_000_000n;
/** A Job that starts more than a day late is no longer that of its tick. */
const longestMs = 24 * 3600 * 1000;

/** The most that a Job starts later than its tick, in ms; 0 without the annotation. */
export function jitterMsOf({ metadata }: Pick<CronJob, 'metadata'>): number {
  const text = metadata.annotations?.[jitterAnnotation];
  const duration = text === undefined ? 0n : parseDuration(text);
  return typeof duration === 'string' ? 0 : Math.min(Math.max(Number(duration / nsInMs), 0), longestMs);
}

/**
 * How much later than a tick its Job starts, in whole seconds (as ms): the same whenever it is asked. Never as late as
 * the next tick, so that Jobs start in the order of their ticks.
 */
export function startDelayMs(cronJob: Pick<CronJob, 'metadata'>, tickMs: number, nextTickMs = Infinity): number {
  const mostSeconds = Math.floor(Math.min(jitterMsOf(cronJob), nextTickMs - tickMs - 1) / 1000);
  if (mostSeconds <= 0) return 0;
  return Math.floor(fraction(`${cronJob.metadata.uid}/${tickMs}`) * (mostSeconds + 1)) * 1000;
}

/** A number in [0, 1) that looks random and is always the same for a text (FNV-1a, stirred by murmur3's last step). */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

export function validateJitter(value: string, path: string, errors: FieldError[]): void {
  const duration = parseDuration(value);
  if (typeof duration === 'string') errors.push(invalidValue(path, value, duration));
  else if (duration < 0n) errors.push(invalidValue(path, value, 'must be greater than or equal to 0'));
  else if (duration > BigInt(longestMs) * nsInMs) errors.push(invalidValue(path, value, 'must be no more than 24h'));
}
