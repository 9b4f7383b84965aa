import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { CronJob } from '../../../apis/batch/v1/cronjob/types.js';
import type { Clock } from '../../../ports/clock.js';
import type { CronSchedules } from '../../../ports/cron-schedules.js';
import { inParallel } from '../throttles.js';
import { firedTimes, type ScheduleRules } from './coverage.js';
import { desiredSchedules, namePrefix, uidOf, type ScheduleTarget } from './desired.js';
import { ChangedMeanwhile, PlacedItems, type Placed } from './placed.js';
import { ScheduleGroup, type ListedSchedule } from './schedule-group.js';

export interface EventBridgeSchedulesOptions extends ScheduleTarget, ScheduleRules {
  readonly scheduler: SchedulerClient;
  readonly dynamoDb: DynamoDBClient;
  readonly table: string;
  readonly clock: Clock;
  /** Told of schedules EventBridge will not take: their CronJobs are woken by timers. */
  readonly refused?: (cronJob: CronJob, why: string) => void;
}

export interface Repaired {
  /** CronJobs whose schedules were not what they should be. */
  readonly changed: number;
  /** Schedules of CronJobs that are gone. */
  readonly orphans: number;
}

/** More are throttled sooner than they are faster, in regions that allow 50 requests a second. */
const AT_ONCE = 8;
/** Before this, a new schedule may not fire yet. */
const SETTLING_MS = 120_000;
/**
 * A tick so near may have been fired already: we are looked at because of it, with a clock that is a little behind. Larger
 * starts needless timers for CronJobs of every minute.
 */
const NEAR_MS = 5000;

/**
 * Schedules of EventBridge Scheduler that call the cron function at the ticks of CronJobs.
 *
 *   1. what is in place is read; where that is what is desired, nothing is left to do;
 *   2. what is missing is created;
 *   3. what is in place now is written;
 *   4. what is not desired is deleted.
 *
 * If the process stops before 3, the next call does the same again; after it, the sweep deletes what is too much. What is
 * written is never more than what is in place, and until it is written, timers wake the CronJob (`wakesAt`). One that is
 * called twice for a tick finds the second time that nothing is due.
 */
export class EventBridgeSchedules implements CronSchedules {
  readonly #group: ScheduleGroup;
  readonly #placed: PlacedItems;
  readonly #options: EventBridgeSchedulesOptions;

  constructor(options: EventBridgeSchedulesOptions) {
    const { scheduler, group, dynamoDb, table, clock } = options;
    this.#group = new ScheduleGroup(scheduler, group, clock);
    this.#placed = new PlacedItems(dynamoDb, table, clock);
    this.#options = options;
  }

  async ensure(cronJob: CronJob): Promise<void> {
    const { uid } = cronJob.metadata;
    const known = await this.#placed.read(uid, { consistent: true });
    if (known && sameNames(known.names, this.#namesOf(cronJob))) return;
    const actual = known ? known.names.map(enabled) : await this.#group.list(namePrefix(uid));
    await this.#place(cronJob, actual, known);
  }

  async remove(uid: string): Promise<void> {
    const known = await this.#placed.read(uid, { consistent: true });
    const names = known?.names ?? (await this.#group.list(namePrefix(uid))).map(({ name }) => name);
    for (const name of names) await this.#group.delete(name);
    if (known) await this.#placed.delete(uid);
  }

  async wakesAt(cronJob: CronJob, atMs: number): Promise<boolean> {
    if (atMs - this.#options.clock.now() < NEAR_MS || !firedTimes(cronJob, this.#options)(atMs)) return false;
    const placed = await this.#placed.read(cronJob.metadata.uid, { consistent: false });
    if (!placed || !sameNames(placed.names, this.#namesOf(cronJob))) return false;
    return atMs >= placed.sinceMs + SETTLING_MS;
  }

  /**
   * For the sweep: makes the whole group what it should be. `cronJobs` lists all CronJobs, and is called after the group
   * has been read: a schedule without CronJob is then one whose CronJob is gone.
   */
  async repair(cronJobs: () => AsyncIterable<readonly CronJob[]>): Promise<Repaired> {
    const actual = new Map<string, ListedSchedule[]>();
    for (const schedule of await this.#group.list()) {
      const uid = uidOf(schedule.name);
      if (uid !== undefined) actual.set(uid, [...(actual.get(uid) ?? []), schedule]);
    }
    const placed = await this.#placed.all();
    let changed = 0;
    for await (const page of cronJobs()) {
      await inParallel(page, AT_ONCE, async (cronJob) => {
        const { uid } = cronJob.metadata;
        if (await this.#repairOne(cronJob, actual.get(uid) ?? [], placed.get(uid))) changed++;
        actual.delete(uid);
      });
    }
    await inParallel(actual.keys(), AT_ONCE, async (uid) => {
      for (const { name } of actual.get(uid)!) await this.#group.delete(name);
      await this.#placed.delete(uid);
    });
    return { changed, orphans: [...actual.values()].flat().length };
  }

  async #repairOne(cronJob: CronJob, actual: readonly ListedSchedule[], known: Placed | undefined): Promise<boolean> {
    const desired = this.#namesOf(cronJob);
    const inPlace = actual.filter((schedule) => schedule.enabled).map(({ name }) => name);
    if (known && sameNames(known.names, desired) && sameNames(inPlace, desired) && inPlace.length === actual.length) {
      return false;
    }
    try {
      await this.#place(cronJob, actual, known);
    } catch (error) {
      // The stream is at it: the CronJob has just been changed.
      if (!(error instanceof ChangedMeanwhile)) throw error;
    }
    return true;
  }

  async #place(cronJob: CronJob, actual: readonly ListedSchedule[], known: Placed | undefined): Promise<void> {
    const desired = desiredSchedules(cronJob, this.#options);
    const names: string[] = [];
    for (const schedule of desired) {
      const found = actual.find(({ name }) => name === schedule.Name);
      if (found && !found.enabled) await this.#group.delete(found.name);
      const problem = found?.enabled ? undefined : await this.#group.create(schedule);
      if (problem === undefined) names.push(schedule.Name);
      else this.#options.refused?.(cronJob, problem);
    }
    await this.#placed.write(cronJob.metadata.uid, { names, sinceMs: this.#options.clock.now() }, known);
    for (const { name } of actual) {
      if (!desired.some((schedule) => schedule.Name === name)) await this.#group.delete(name);
    }
  }

  #namesOf(cronJob: CronJob): readonly string[] {
    return desiredSchedules(cronJob, this.#options).map(({ Name }) => Name);
  }
}

function enabled(name: string): ListedSchedule {
  return { name, enabled: true };
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((name) => b.includes(name));
}
