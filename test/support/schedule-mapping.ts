import { firedTimes } from '../../lib/adapters/aws/eventbridge-schedules/coverage.js';
import { schedulerExpressions } from '../../lib/adapters/aws/eventbridge-schedules/expressions.js';
import type { CronJob } from '../../lib/apis/batch/v1/cronjob/types.js';
import { isRepeatedTime } from '../../lib/controllers/cronjob/repeated-time.js';
import { parseSchedule } from '../../lib/controllers/cronjob/schedule.js';
import { EventBridgeClocks } from './eventbridge-cron.js';

const rules = { parseSchedule, isRepeatedTime };

export interface Coverage {
  /** Ticks of the Kubernetes schedule. */
  readonly ticks: number;
  /** Of these, fired whatever EventBridge does with times that come twice. */
  readonly fired: number;
  /** Firings of EventBridge at which there is no tick. */
  readonly extra: number;
}

const MINUTE_MS = 60_000;

/** Holds what EventBridge would do over some years in a zone against the ticks of the Kubernetes schedule. */
export class MappingOracle {
  readonly #clocks: EventBridgeClocks;
  readonly #untilMs: number;

  constructor(
    readonly timeZone: string,
    readonly fromMs: number,
    years: number,
  ) {
    this.#untilMs = Date.UTC(new Date(fromMs).getUTCFullYear() + years);
    this.#clocks = new EventBridgeClocks(timeZone, fromMs, this.#untilMs);
  }

  /** Throws where a tick is neither sure to be fired nor left to a timer. */
  check(schedule: string): Coverage {
    const expressions = schedulerExpressions(schedule, this.timeZone, 0).map(({ expression }) => expression);
    if (expressions.length > 2) throw new Error(`${schedule}: more than two schedules`);
    const { first, second } = this.#clocks.firings(expressions);
    const ticks = this.#ticks(schedule);
    const needsTimer = ticks.filter((index) => !first[index] || !second[index]);
    const isFired = firedTimes(cronJobOf(schedule, this.timeZone), rules);
    for (const index of needsTimer) {
      const tick = this.fromMs + index * MINUTE_MS;
      if (isFired(tick)) throw new Error(`${schedule}: nothing comes at ${new Date(tick).toISOString()}`);
    }
    for (const index of ticks) first[index] = second[index] = 0;
    return { ticks: ticks.length, fired: ticks.length - needsTimer.length, extra: sum(first) + sum(second) };
  }

  /** How many ticks are left to timers. */
  timers(schedule: string): number {
    const isFired = firedTimes(cronJobOf(schedule, this.timeZone), rules);
    return this.#ticks(schedule).filter((index) => !isFired(this.fromMs + index * MINUTE_MS)).length;
  }

  /** As minutes since the beginning. */
  #ticks(schedule: string): readonly number[] {
    const ticks: number[] = [];
    const parsed = parseSchedule(schedule, { timeZone: this.timeZone });
    for (
      let tick = parsed.next(this.fromMs - 1);
      tick !== undefined && tick < this.#untilMs;
      tick = parsed.next(tick)
    ) {
      ticks.push((tick - this.fromMs) / MINUTE_MS);
    }
    return ticks;
  }
}

function sum(bits: Uint8Array): number {
  return bits.reduce((total, bit) => total + bit, 0);
}

const podSpec = { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never' };

export function cronJobOf(schedule: string, timeZone?: string): CronJob {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      name: 'nightly',
      namespace: 'default',
      uid: '6f1c1f3e-0000-4000-8000-000000000001',
      creationTimestamp: '2026-01-01T00:00:00Z',
    },
    spec: {
      schedule,
      ...(timeZone !== undefined && { timeZone }),
      jobTemplate: { metadata: {}, spec: { template: { metadata: {}, spec: podSpec } } },
    },
    status: {},
  } as CronJob;
}
