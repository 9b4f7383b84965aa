import { rulesOf, sameRules, sameTimes, withRules, type CronJobRecord } from '../../apis/batch/v1/cronjob/record.js';
import type { CronJob } from '../../apis/batch/v1/cronjob/types.js';
import type { SkipReason } from '../../apis/batch/v1/cronjob/record.js';
import { settle, skipUntil } from './ledger.js';
import { scheduleOf } from './read-schedule.js';

/** More would make the record of a CronJob grow that is changed again and again between two ticks. */
const FORMER_MAX = 20;

/** The record as it knows the spec. The API writes changes down; one made past it counts from the moment it is seen. */
export function knowingSpec({ spec }: CronJob, record: CronJobRecord, now: number): CronJobRecord {
  const rules = rulesOf(spec);
  return sameRules(record.rules, rules) ? record : withRules(record, rules, now);
}

/** Whether the record is worth writing for its length alone. */
export function isOvergrown({ former = [] }: CronJobRecord): boolean {
  return former.length > FORMER_MAX;
}

/** A new schedule has only times to come: what was open under the one before is given up. */
export function followChanges(cronJob: CronJob, record: CronJobRecord): CronJobRecord {
  const { former = [], rules } = record;
  const last = former.findLast((old, i) => !sameTimes(old, former[i + 1] ?? rules));
  return last === undefined ? record : settle(giveUp(cronJob, record, last.until, 'ScheduleChanged'), last.until);
}

/** Gives up every open tick at or before a moment, each by the rules of its time. */
export function giveUp(cronJob: CronJob, before: CronJobRecord, untilMs: number, fallback: SkipReason): CronJobRecord {
  let record = before;
  for (const rules of [...(before.former ?? []), { ...before.rules, until: untilMs }]) {
    const schedule = scheduleOf(cronJob, rules);
    const until = Math.min(rules.until, untilMs);
    if (schedule) record = skipUntil(record, schedule, until, fallback);
    // What comes after has only times of its own: those from before it held never were.
    record = settle(record, until);
    if (rules.until >= untilMs) break;
  }
  return record;
}
