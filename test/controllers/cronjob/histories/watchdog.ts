import type { CronJobRecord, SkippedTick } from '../../../../lib/apis/batch/v1/cronjob/record.js';
import { SKIPPED_TICKS_MAX } from '../../../../lib/apis/batch/v1/cronjob/record.js';
import type { ChildJob } from '../../../../lib/controllers/cronjob/children.js';
import { parseSchedule } from '../../../../lib/controllers/cronjob/schedule.js';
import type { Timetable } from './arbitrary.js';
import type { HistoryWorld, Witness } from './world.js';

/** Which timetable held from when on. */
interface Era {
  readonly from: number;
  readonly timetable: Timetable;
  /** Where `@every` counts from. */
  readonly anchorMs: number;
}

/** Sees every write and holds it against what a CronJob promises. */
export class Watchdog implements Witness {
  readonly #started = new Set<number>();
  readonly #skipped = new Map<number, SkippedTick>();
  /** Spans of ticks that were given up at once, of which a full ledger keeps only the newest. */
  readonly #forgotten: { readonly after: number; readonly before: number }[] = [];
  readonly #eras: Era[] = [];
  world!: HistoryWorld;

  created(tick: number, running: readonly ChildJob[]): void {
    if (tick > this.world.now) throw new Error(`${text(tick)} was started early, at ${text(this.world.now)}`);
    if (this.#started.has(tick)) throw new Error(`${text(tick)} was started twice`);
    if (this.#skipped.has(tick)) throw new Error(`${text(tick)} was started after it had been given up`);
    const { concurrencyPolicy } = this.world.cronJob.spec;
    const own = running.filter(({ scheduledAt }) => scheduledAt !== undefined);
    if (concurrencyPolicy !== 'Allow' && own.length > 0) {
      throw new Error(`${text(tick)} was started beside ${own[0]!.name}: ${concurrencyPolicy}`);
    }
    this.#started.add(tick);
  }

  recorded({ skipped }: CronJobRecord, before: CronJobRecord | undefined): void {
    const known = new Set(before?.skipped);
    const fresh = skipped.filter((entry) => !known.has(entry));
    for (const entry of fresh) {
      const { scheduledAt, reason } = entry;
      if (reason === 'Replaced') continue;
      if (this.#started.has(scheduledAt)) throw new Error(`${text(scheduledAt)} was started, yet given up: ${reason}`);
      if (this.#skipped.has(scheduledAt)) throw new Error(`${text(scheduledAt)} was given up twice`);
      this.#skipped.set(scheduledAt, entry);
    }
    if (fresh.length >= SKIPPED_TICKS_MAX) {
      this.#forgotten.push({ after: before?.settledUntil ?? 0, before: fresh[0]!.scheduledAt });
    }
  }

  rescheduled(timetable: Timetable): void {
    // The last start counts, also one that the status is yet to tell of.
    const anchorMs = Math.max(Date.parse(this.world.cronJob.metadata.creationTimestamp), ...this.#started);
    this.#eras.push({ from: this.world.now, timetable, anchorMs });
  }

  /** Everything up to now is settled: every tick there was is accounted for, and there were no others. */
  atTheEnd(): void {
    const due = new Set(this.#eras.flatMap((era, i) => ticksOf(era, this.#eras[i + 1]?.from ?? this.world.now)));
    for (const tick of due) {
      if (this.#started.has(tick) || this.#skipped.has(tick)) continue;
      if (this.#forgotten.some(({ after, before }) => tick > after && tick < before)) continue;
      throw new Error(`${text(tick)} has vanished`);
    }
    for (const tick of [...this.#started, ...this.#skipped.keys()]) {
      if (!due.has(tick)) throw new Error(`${text(tick)} is no tick of the schedule`);
    }
  }
}

function ticksOf({ from, timetable, anchorMs }: Era, until: number): readonly number[] {
  const schedule = parseSchedule(timetable.schedule, { timeZone: timetable.timeZone, anchorMs });
  const ticks: number[] = [];
  for (let tick = schedule.next(from); tick !== undefined && tick <= until; tick = schedule.next(tick))
    ticks.push(tick);
  return ticks;
}

function text(ms: number): string {
  return new Date(ms).toISOString();
}
