import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import type { WakeKey } from '../../../ports/wake-ups.js';

/**
 * What EventBridge calls the cron function with: `{ "namespace": "default", "name": "nightly", "scheduledAt":
 * "2026-03-01T10:00:00Z" }`. The time is for people who read logs: the controller works out itself which tick is due.
 */
export function cronInput({ metadata: { namespace = '', name } }: CronJob): string {
  return JSON.stringify({ namespace, name, scheduledAt: '<aws.scheduler.scheduled-time>' });
}

/** The key to wake. Throws for anything that is no such input. */
export function readCronInput(input: unknown): WakeKey {
  const { namespace, name } = (input ?? {}) as { readonly [name: string]: unknown };
  if (typeof namespace !== 'string' || typeof name !== 'string' || name === '') {
    throw new TypeError('the cron function was called with something that is not a CronJob');
  }
  return { controller: 'cronjob', key: `${namespace}/${name}` };
}
