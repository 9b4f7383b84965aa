import {
  SKIPPED_TICKS_MAX,
  type CronJobRecord,
  type SkippedTick,
  type SkipReason,
  type TickRules,
} from '../../apis/batch/v1/cronjob/record.js';
import type { Schedule } from './schedule.js';

/** Every tick up to this one is done with. */
export function settle(record: CronJobRecord, untilMs: number): CronJobRecord {
  if (untilMs <= record.settledUntil) return record;
  const { held, former, ...rest } = record;
  const open = former?.filter(({ until }) => until > untilMs);
  return {
    ...rest,
    settledUntil: untilMs,
    ...(open?.length && { former: open }),
    ...(held && held.scheduledAt > untilMs && { held }),
  };
}

/** Writes down a tick that does not become a Job. */
export function skip(record: CronJobRecord, tick: SkippedTick): CronJobRecord {
  return settle(noted(record, [tick]), tick.scheduledAt);
}

/** Writes down a tick whose Job was taken down again; it is settled already. */
export function noted(record: CronJobRecord, ticks: readonly SkippedTick[]): CronJobRecord {
  if (ticks.length === 0) return record;
  return { ...record, skipped: [...record.skipped, ...ticks].slice(-SKIPPED_TICKS_MAX) };
}

/** Gives up every open tick up to a moment; only as many as are kept are written down. */
export function skipUntil(
  record: CronJobRecord,
  schedule: Schedule,
  untilMs: number,
  fallback: SkipReason,
): CronJobRecord {
  const ticks: SkippedTick[] = [];
  let last = schedule.previous(untilMs);
  const settled = last;
  for (; last !== undefined && last > record.settledUntil && ticks.length < SKIPPED_TICKS_MAX;) {
    ticks.push({ scheduledAt: last, reason: reasonOf(record, last, fallback) });
    last = schedule.previous(last - 1);
  }
  if (settled === undefined || ticks.length === 0) return record;
  return settle(noted(record, ticks.reverse()), settled);
}

/** Why an open tick has not become a Job. */
export function reasonOf(record: CronJobRecord, scheduledAt: number, fallback: SkipReason): SkipReason {
  if (record.held?.scheduledAt === scheduledAt) return record.held.reason;
  return rulesAt(record, scheduledAt).suspended ? 'Suspended' : fallback;
}

/** What decided on ticks at a moment. */
export function rulesAt({ rules, former = [] }: CronJobRecord, ms: number): TickRules {
  return former.find(({ until }) => ms <= until) ?? rules;
}
