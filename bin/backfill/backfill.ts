import { setTimeout as sleep } from 'node:timers/promises';
import { backfillAnnotation } from '../../lib/apis/batch/v1/cronjob/backfill.js';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import type { Job } from '../../lib/apis/batch/v1/job/types.js';
import { formatTime, parseTime } from '../../lib/apis/meta/v1/time.js';
import { jobName } from '../../lib/controllers/cronjob/job-from-template.js';
import { startTimeOf } from '../../lib/controllers/cronjob/jitter.js';
import { parseSchedule, type Schedule } from '../../lib/controllers/cronjob/schedule.js';
import { doneWith, readDoneTicks, withTick, type DoneTicks } from './done-ticks.js';
import { endOf, type Target } from './target.js';

/** Times are in ms since 1970. */
export interface BackfillOptions {
  /** The first moment whose tick is wanted, and the first after it whose tick is not. */
  readonly from: number;
  readonly to: number;
  /** Jobs that run at the same time. */
  readonly parallel: number;
  /** Whether to run ticks again that may have run, but whose Jobs are gone. */
  readonly rerun: boolean;
  readonly now: number;
  /** How long between two looks at Jobs that run. */
  readonly pollMs?: number;
}

export type Outcome = 'started' | 'complete' | 'failed' | 'gone' | 'done before' | 'may have run';

export interface BackfillReport {
  /** What became of a tick (RFC 3339). */
  tick(time: string, job: string, outcome: Outcome): void;
}

const POLL_MS = 500;

/**
 * Runs the ticks of the past, in order, each once, however often it is stopped and begun again:
 *
 *   1. the tick's Job is made, suspended. If the process stops here, the next backfill finds it by its name.
 *   2. the tick is written down on the CronJob. If the process stops here, the next one finds its Job suspended.
 *   3. the Job is resumed. It can run, end and be removed only now that its tick is known to be done.
 */
export async function backfill(target: Target, options: BackfillOptions, report: BackfillReport): Promise<void> {
  await new Backfill(target, options, report).run();
}

/** What keeps a CronJob from being backfilled; undefined: nothing. */
export function whyNot({ spec }: CronJob, { parallel }: Pick<BackfillOptions, 'parallel'>): string | undefined {
  const { schedule, concurrencyPolicy = 'Allow', jobTemplate } = spec;
  if (schedule.trim().startsWith('@every')) return `${schedule} has no times to go back to`;
  if (jobTemplate.spec?.suspend) return 'its Jobs are made suspended, and would never end';
  if (parallel > 1 && concurrencyPolicy !== 'Allow') {
    return `its concurrencyPolicy is ${concurrencyPolicy}: its Jobs cannot run in parallel`;
  }
  return undefined;
}

class Backfill {
  /** Jobs that run, by name, with the times of their ticks. */
  readonly #running = new Map<string, { readonly time: string; readonly uid: string }>();
  /** As last read: it only grows. */
  #done: readonly DoneTicks[] = [];

  constructor(
    readonly target: Target,
    readonly options: BackfillOptions,
    readonly report: BackfillReport,
  ) {}

  async run(): Promise<void> {
    const cronJob = await this.target.cronJob();
    this.#done = readDoneTicks(cronJob.metadata.annotations);
    const schedule = parseSchedule(cronJob.spec.schedule, { timeZone: cronJob.spec.timeZone });
    const skipped = await this.target.skippedTicks();
    for (const job of await this.target.unfinishedJobs(cronJob)) this.#running.set(job.metadata.name, runningOf(job));
    for (const tick of this.#ticks(cronJob, schedule)) {
      const mayHaveRun = !this.options.rerun && mayHaveBeenStarted(cronJob, tick) && !skipped.has(formatTime(tick));
      await this.#tick(cronJob, tick, schedule.previous(tick - 1), mayHaveRun);
    }
    await this.#waitFor(0);
  }

  *#ticks(cronJob: CronJob, schedule: Schedule): Generator<number> {
    const { from, to, now } = this.options;
    for (let tick = schedule.next(from - 1); tick !== undefined && tick < to; tick = schedule.next(tick)) {
      if (startTimeOf(cronJob, schedule, tick) > now) return;
      yield tick;
    }
  }

  async #tick(cronJob: CronJob, tick: number, previous: number | undefined, mayHaveRun: boolean): Promise<void> {
    const name = jobName(cronJob, tick);
    const told = (outcome: Outcome): void => this.report.tick(formatTime(tick), name, outcome);
    const done = doneWith(this.#done, tick);
    if (done !== undefined) {
      if (parseTime(done.to) === tick) await this.#resumeLeftBehind(name, done.job, tick);
      return told('done before');
    }
    const there = await this.target.ownJob(cronJob, name);
    if (there === undefined && mayHaveRun) return told('may have run');
    await this.#waitFor(this.options.parallel - 1);
    const job = there ?? (await this.target.createSuspended(cronJob, tick));
    const isOurs = await this.#writeDown(tick, previous, job.metadata.uid);
    if (!isOurs) await this.#removeDuplicate(name, job.metadata.uid, tick);
    if (!isOurs || !isWaiting(job)) return told('done before');
    await this.#start(job, tick);
  }

  async #start(job: Job, tick: number): Promise<void> {
    const { name, uid } = job.metadata;
    await this.target.resume(job);
    this.#running.set(name, { time: formatTime(tick), uid });
    this.report.tick(formatTime(tick), name, 'started');
  }

  /** The tick was written down, and the process stopped before its Job was resumed. */
  async #resumeLeftBehind(name: string, uid: string, tick: number): Promise<void> {
    const job = await this.target.job(name);
    if (job === undefined || !isWaiting(job)) return;
    if (job.metadata.uid === uid) await this.#start(job, tick);
    else await this.#removeDuplicate(name, job.metadata.uid, tick);
  }

  /** Another backfill has done the tick, with another Job unless it has taken over this one; what never ran can go. */
  async #removeDuplicate(name: string, uid: string, tick: number): Promise<void> {
    for (;;) {
      const job = await this.target.job(name);
      if (job?.metadata.uid !== uid || !isWaiting(job)) return;
      const { metadata } = await this.target.cronJob();
      const done = doneWith(readDoneTicks(metadata.annotations), tick);
      if (done?.job === uid || (await this.target.removeUnchanged(job))) return;
    }
  }

  /** False: somebody else has done it. */
  async #writeDown(tick: number, previous: number | undefined, uid: string): Promise<boolean> {
    for (;;) {
      const cronJob = await this.target.cronJob();
      this.#done = readDoneTicks(cronJob.metadata.annotations);
      if (doneWith(this.#done, tick) !== undefined) return false;
      const done = withTick(this.#done, tick, previous, uid);
      if (!(await this.target.writeDone(cronJob, done))) continue;
      this.#done = done;
      return true;
    }
  }

  /** Until at most so many Jobs run. */
  async #waitFor(count: number): Promise<void> {
    while (this.#running.size > count) {
      for (const [name, { time, uid }] of this.#running) {
        const job = await this.target.job(name);
        const gone = job === undefined || job.metadata.uid !== uid;
        const end = gone ? 'gone' : endOf(job)?.toLowerCase();
        if (end === undefined) continue;
        this.#running.delete(name);
        this.report.tick(time, name, end as Outcome);
      }
      if (this.#running.size > count) await sleep(this.options.pollMs ?? POLL_MS);
    }
  }
}

function runningOf({ metadata }: Job): { readonly time: string; readonly uid: string } {
  const timestamp = metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '';
  return { time: formatTime(parseTime(timestamp)), uid: metadata.uid };
}

/** Made by a backfill, and not resumed yet. */
function isWaiting({ metadata, spec }: Job): boolean {
  return metadata.annotations?.[backfillAnnotation] !== undefined && spec.suspend === true;
}

/** Whether the schedule itself may have started the tick: a Job that is gone cannot be asked. */
function mayHaveBeenStarted({ metadata, status }: CronJob, tick: number): boolean {
  const last = parseTime(status.lastScheduleTime);
  return last !== undefined && tick > parseTime(metadata.creationTimestamp) && tick <= last;
}
