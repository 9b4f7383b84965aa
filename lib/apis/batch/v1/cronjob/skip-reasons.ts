import type { SkipReason } from './record.js';

const messages: { readonly [reason in SkipReason]: string } = {
  Forbid: 'another Job was running, and concurrencyPolicy is Forbid',
  Replaced: 'its Job was replaced by that of the next tick, as concurrencyPolicy is Replace',
  Suspended: 'the CronJob was suspended',
  DeadlineExceeded: 'it was not started within startingDeadlineSeconds',
  Missed: 'it was missed, and is not started late',
  ScheduleChanged: 'the schedule was changed before it was started',
  NameTaken: 'the name of its Job belongs to another one',
};

/** Why a tick did not become a Job, or did not keep it, as the end of a sentence. */
export function skipMessage(reason: SkipReason): string {
  return messages[reason];
}
