import { parseTime } from '../../../meta/v1/time.js';
import type { CronJob, CronJobSpec } from './types.js';

/**
 * What the cronjob controller remembers of a CronJob beside its status: which ticks are settled, and what became of
 * those that did not become Jobs. Stored in the same write as the status, never served.
 */
export interface CronJobRecord {
  /** What decides when ticks come: the spec's. */
  readonly rules: TickRules;
  /** What it was before, oldest first, as far as ticks of that time may still be open. */
  readonly former?: readonly FormerRules[];
  /** Every tick at or before this moment (ms since 1970) has become a Job or has been skipped, for good. */
  readonly settledUntil: number;
  /** The newest tick that is due but held back, and by what; it is either started later or skipped. */
  readonly held?: SkippedTick;
  /** The newest ticks given up, in that order; at most `SKIPPED_TICKS_MAX`. */
  readonly skipped: readonly SkippedTick[];
}

export interface TickRules {
  readonly schedule: string;
  readonly timeZone?: string;
  readonly suspended: boolean;
}

export interface FormerRules extends TickRules {
  /** When they were changed, in ms since 1970. */
  readonly until: number;
}

export interface SkippedTick {
  /** In ms since 1970. */
  readonly scheduledAt: number;
  readonly reason: SkipReason;
}

/**
 * - `Forbid`: a Job was running, and the concurrencyPolicy is Forbid.
 * - `Replaced`: its Job was started, and taken down for the next one: concurrencyPolicy Replace.
 * - `Suspended`: the CronJob was suspended.
 * - `DeadlineExceeded`: nobody looked within startingDeadlineSeconds.
 * - `Missed`: nobody looked before the next tick was due; only the newest one is started late.
 * - `ScheduleChanged`: the schedule was changed before the tick was started.
 * - `NameTaken`: the name of its Job belongs to another Job (`@every 30s` comes twice a minute, names have minutes).
 */
export type SkipReason =
  | 'Forbid'
  | 'Replaced'
  | 'Suspended'
  | 'DeadlineExceeded'
  | 'Missed'
  | 'ScheduleChanged'
  | 'NameTaken';

/** A larger ledger costs every write of the CronJob; a smaller one forgets within an hour of a minutely CronJob. */
export const SKIPPED_TICKS_MAX = 50;

/** Of a CronJob of which nothing has had to be remembered so far. */
export function firstRecord({ metadata, spec, status }: CronJob): CronJobRecord {
  return {
    rules: rulesOf(spec),
    settledUntil: parseTime(status?.lastScheduleTime ?? metadata.creationTimestamp),
    skipped: [],
  };
}

/**
 * The record after a change of the spec (ms since 1970), written with it: so that each tick is judged by what held when
 * it came, whenever somebody looks. The record itself where no tick is concerned.
 */
export function recordOfChange(
  next: CronJob,
  current: CronJob,
  record: CronJobRecord | undefined,
  now: number,
): CronJobRecord | undefined {
  const rules = rulesOf(next.spec);
  if (sameRules(rules, rulesOf(current.spec))) return record;
  return withRules(record ?? firstRecord(current), rules, now);
}

/** The record with other rules from `now` on; also where the clock has gone back behind earlier changes. */
export function withRules(record: CronJobRecord, rules: TickRules, now: number): CronJobRecord {
  const former = (record.former ?? []).map((old) => (old.until <= now ? old : { ...old, until: now }));
  return { ...record, rules, former: [...former, { ...record.rules, until: now }] };
}

export function rulesOf({ schedule = '', timeZone, suspend = false }: CronJobSpec): TickRules {
  return { schedule, ...(timeZone !== undefined && { timeZone }), suspended: suspend };
}

export function sameRules(a: TickRules, b: TickRules): boolean {
  return sameTimes(a, b) && a.suspended === b.suspended;
}

export function sameTimes(a: TickRules, b: TickRules): boolean {
  return a.schedule === b.schedule && a.timeZone === b.timeZone;
}
