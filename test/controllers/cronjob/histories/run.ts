import type { CronJobSpec } from '../../../../lib/apis/batch/v1/cronjob/types.js';
import { formatTime } from '../../../../lib/apis/meta/v1/time.js';
import type { Happening, History, Timetable } from './arbitrary.js';
import { Watchdog } from './watchdog.js';
import { HistoryWorld } from './world.js';

/** Half a second past a minute, three days before clocks are changed in New York. */
const START = Date.UTC(2026, 2, 5, 0, 0, 0, 500);

/** Lives a history to its end; throws where a promise is broken. */
export function live(history: History): void {
  const life = new Life(history);
  for (const happening of history.happenings) life.happen(happening);
  life.finish();
}

class Life {
  readonly #watchdog = new Watchdog();
  readonly #world: HistoryWorld;
  #timetable: Timetable;
  /** The latest that any clock has shown. */
  #latest = START;

  constructor({ timetable, spec, managers }: History) {
    this.#timetable = timetable;
    const { schedule, timeZone } = timetable;
    this.#world = new HistoryWorld({ ...spec, schedule, timeZone }, managers, START, this.#watchdog);
    this.#watchdog.world = this.#world;
    this.#watchdog.rescheduled(timetable);
  }

  happen(happening: Happening): void {
    const world = this.#world;
    this.#latest = Math.max(this.#latest, world.now);
    switch (happening.do) {
      case 'wait':
        return world.advanceTo(world.now + this.#periods(happening.periods));
      case 'outage':
        return this.#outage(happening.periods);
      case 'crash':
        return this.#crash(happening.periods, this.#manager(happening.manager), happening.afterCommands);
      case 'race':
        return world.race(this.#manager(happening.managers[0]), this.#manager(happening.managers[1]));
      case 'jump':
        world.now = Math.max(START, world.now + this.#periods(happening.periods));
        return world.lookAll();
      case 'look':
        return world.look(this.#manager(happening.manager));
      case 'lose-wake-up':
        this.#manager(happening.manager).wakeAt = undefined;
        return;
      case 'restart':
        return world.restart(this.#manager(happening.manager));
      case 'patch':
        return this.#patch(happening.spec);
      case 'reschedule':
        return this.#reschedule(happening.to);
      case 'end-job':
        return this.#endJob(happening.job);
      case 'delete-job':
        return this.#deleteJob(happening.job);
      case 'manual-job':
        return world.changeJob('by-hand', { name: 'by-hand', uid: 'by-hand', deleting: false });
    }
  }

  /** Whatever held ticks back goes away, and two more come. */
  finish(): void {
    const world = this.#world;
    for (const manager of world.managers) world.restart(manager);
    world.advanceTo(Math.max(this.#latest, world.now));
    world.patch({ suspend: false, concurrencyPolicy: 'Allow', startingDeadlineSeconds: undefined });
    world.advanceTo(world.now + 2 * this.#timetable.periodMs);
    this.#watchdog.atTheEnd();
  }

  #outage(periods: number): void {
    this.#nobodyLooks(periods);
    for (const manager of this.#world.managers) this.#world.restart(manager);
  }

  /** The one that comes back first does not come far. */
  #crash(periods: number, manager: HistoryWorld['managers'][number], afterCommands: number): void {
    this.#nobodyLooks(periods);
    manager.up = true;
    this.#world.crash(manager, afterCommands);
  }

  #nobodyLooks(periods: number): void {
    for (const manager of this.#world.managers) manager.up = false;
    this.#world.advanceTo(this.#world.now + this.#periods(periods));
  }

  #patch(spec: Partial<CronJobSpec>): void {
    if (this.#isBehind && spec.suspend !== undefined) return;
    this.#world.patch(spec);
  }

  /** While the clock is behind, what the time to come was or will be is a matter of words. */
  get #isBehind(): boolean {
    return this.#world.now < this.#latest;
  }

  #reschedule(to: Timetable): void {
    if (this.#isBehind || to === this.#timetable) return;
    this.#timetable = to;
    this.#watchdog.rescheduled(to);
    this.#world.patch({ schedule: to.schedule, timeZone: to.timeZone });
  }

  #endJob(position: number): void {
    const { running, now } = this.#world;
    const job = running[position % Math.max(running.length, 1)];
    const ended = position % 3 === 0 ? 'Failed' : 'Complete';
    if (job) this.#world.changeJob(job.name, { ...job, ended, completionTime: formatTime(now) });
  }

  #deleteJob(position: number): void {
    const jobs = [...this.#world.jobs.values()];
    const job = jobs[position % Math.max(jobs.length, 1)];
    // A Job that goes before its start was written down is started again, as in Kubernetes.
    const known = job && (job.scheduledAt ?? 0) <= Date.parse(this.#world.cronJob.status.lastScheduleTime ?? '');
    if (job && known) this.#world.changeJob(job.name, undefined);
  }

  #manager(position: number) {
    const { managers } = this.#world;
    return managers[position % managers.length]!;
  }

  #periods(count: number): number {
    return Math.floor(count * this.#timetable.periodMs);
  }
}
