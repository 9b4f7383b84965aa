import { EventBridgeSchedules } from '../../../../lib/adapters/aws/eventbridge-schedules/schedules.js';
import { readCronInput } from '../../../../lib/adapters/aws/eventbridge-schedules/cron-input.js';
import { WakeUpsBesideSchedules } from '../../../../lib/adapters/aws/eventbridge-schedules/wake-ups-beside-schedules.js';
import { StepFunctionsWakeUps } from '../../../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { formatTime } from '../../../../lib/apis/meta/v1/time.js';
import { isRepeatedTime } from '../../../../lib/controllers/cronjob/repeated-time.js';
import { parseSchedule } from '../../../../lib/controllers/cronjob/schedule.js';
import { CronJobSchedulesController } from '../../../../lib/manager/controllers/cronjob-schedules.js';
import type { WakeKey } from '../../../../lib/ports/wake-ups.js';
import { StreamWorld } from '../../../manager/stream/stream-world.js';
import { FakeScheduler } from '../../../support/aws/fake-scheduler.js';
import { FakeStepFunctions } from '../../../support/aws/fake-step-functions.js';
import { FakeTable } from '../../../support/aws/fake-table.js';
import { EventBridgeClocks, type FallBack } from '../../../support/eventbridge-cron.js';
import { cronJobOf } from '../../../support/schedule-mapping.js';

const MINUTE_MS = 60_000;
/** How finely time passes here. */
const STEP_MS = 5000;

/** What a CronJob has beside its schedule. */
export interface Extras {
  readonly spec?: object;
  readonly annotations?: object;
}

/** The controller of CronJobs, woken by EventBridge's clocks and by Step Functions alone. */
export class CronWorld {
  readonly world = new StreamWorld({ controllers: ['cronjob'] });
  readonly scheduler = new FakeScheduler();
  readonly stepFunctions = new FakeStepFunctions(this.world.clock);
  readonly #timers: WakeUpsBesideSchedules;
  readonly #wakes: WakeKey[] = [];
  readonly #firings = new Map<string, Uint8Array>();
  /** When each schedule was first seen here. */
  readonly #since = new Map<string, number>();

  private constructor(
    readonly fromMs: number,
    readonly untilMs: number,
    readonly fallBack: FallBack,
  ) {
    const { clock, store } = this.world;
    const dynamoDb = new FakeTable().client;
    const target = { group: 'g', functionArn: 'f', roleArn: 'r' };
    const rules = { parseSchedule, isRepeatedTime };
    const book = { dynamoDb, table: 't', clock };
    const schedules = new EventBridgeSchedules({ ...target, ...rules, ...book, scheduler: this.scheduler.client });
    const { client, machineArn } = this.stepFunctions;
    const wakeUps = new StepFunctionsWakeUps({ ...book, stepFunctions: client, machineArn });
    this.stepFunctions.invoke = (input) => this.#wakes.push(input as WakeKey);
    this.#timers = new WakeUpsBesideSchedules(store, schedules, wakeUps);
    this.world.manager = this.world.newManager(store, {
      further: (context) => [new CronJobSchedulesController(context, schedules)],
    });
  }

  static async create(fromMs: number, untilMs: number, fallBack: FallBack): Promise<CronWorld> {
    const made = new CronWorld(fromMs, untilMs, fallBack);
    made.world.clock.advanceTo(fromMs);
    await made.world.start();
    return made;
  }

  async createCronJob(schedule: string, more: Extras): Promise<void> {
    const { metadata, spec, ...rest } = cronJobOf(schedule);
    const creationTimestamp = formatTime(this.world.clock.now());
    await this.world.create('cronjobs', {
      ...rest,
      metadata: { ...metadata, creationTimestamp, ...(more.annotations && { annotations: more.annotations }) },
      spec: { ...spec, ...more.spec },
    });
    await this.#settle();
  }

  /** Lets time pass until a moment; EventBridge is up to 50 seconds late, each time differently. */
  async passUntil(untilMs: number): Promise<void> {
    const { clock } = this.world;
    while (clock.now() < untilMs) {
      const before = clock.now();
      clock.advanceTo(Math.min(before + STEP_MS, untilMs));
      for (const [name, { Target }] of this.scheduler.schedules) {
        if (this.#isFired(name, before, clock.now())) this.#wakes.push(readCronInput(JSON.parse(Target!.Input!)));
      }
      await this.#settle();
    }
  }

  /** Of the ticks that Jobs were made for, as minutes since 1970. */
  async ticks(): Promise<readonly number[]> {
    const jobs = await this.world.list<{ readonly metadata: { readonly name: string } }>('jobs');
    return jobs.map(({ metadata: { name } }) => Number(name.split('-').at(-1))).toSorted((a, b) => a - b);
  }

  async #settle(): Promise<void> {
    for (;;) {
      const wakes = this.#wakes.splice(0);
      const changes = await this.world.untold();
      if (wakes.length + changes.length === 0) return;
      const { wakeUps } = await this.world.handle({ changes, wakes });
      await this.#timers.ensure(wakeUps);
    }
  }

  /** Whether a schedule calls in (after, until]; not in the minute in which it was made. */
  #isFired(name: string, afterMs: number, untilMs: number): boolean {
    const since = this.#since.get(name) ?? afterMs;
    this.#since.set(name, since);
    const { ScheduleExpression = '', ScheduleExpressionTimezone = '' } = this.scheduler.schedules.get(name)!;
    const firings = this.#firingsOf(ScheduleExpression, ScheduleExpressionTimezone);
    for (let minute = Math.floor((afterMs - MINUTE_MS - this.fromMs) / MINUTE_MS); ; minute++) {
      const tick = this.fromMs + minute * MINUTE_MS;
      if (tick > untilMs) return false;
      const callMs = tick + ((minute * 7) % 51) * 1000;
      if (tick > since + MINUTE_MS && callMs > afterMs && callMs <= untilMs && firings[minute]) return true;
    }
  }

  #firingsOf(expression: string, timeZone: string): Uint8Array {
    const id = `${timeZone} ${expression}`;
    let firings = this.#firings.get(id);
    if (!firings) {
      firings = new EventBridgeClocks(timeZone, this.fromMs, this.untilMs).firings([expression])[this.fallBack];
      this.#firings.set(id, firings);
    }
    return firings;
  }
}
