import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../../lib/controllers/cronjob/schedule.js';
import { CronWorld, type Extras } from './cron-world.js';

const HOUR_MS = 3_600_000;

/** What the local scheduler starts, as minutes since 1970. */
function localTicks(schedule: string, timeZone: string, anchorMs: number, untilMs: number): readonly number[] {
  const ticks: number[] = [];
  const parsed = parseSchedule(schedule, { timeZone, anchorMs });
  for (let tick = parsed.next(anchorMs); tick !== undefined && tick <= untilMs; tick = parsed.next(tick)) {
    ticks.push(Math.floor(tick / 60_000));
  }
  return ticks;
}

/** The nights in which clocks are put back and forward, in Berlin: 25 October at 01:00, 29 March at 01:00 UTC. */
const autumn = Date.UTC(2026, 9, 24, 22, 0, 20);
const spring = Date.UTC(2026, 2, 28, 23, 0, 20);

describe.each(['first', 'second'] as const)('with EventBridge taking the %s of two times', (fallBack) => {
  it.each<[string, number, Extras]>([
    ['30 2 * * *', autumn, {}],
    ['0 * * * *', autumn, {}],
    ['*/20 1-4 * * *', autumn, {}],
    ['30 2 25 * 0', autumn, {}],
    ['30 2 * * *', spring, {}],
    ['0 * * * *', spring, {}],
    ['@every 1h', autumn, {}],
    ['@every 7m', autumn, {}],
    ['0 * * * *', autumn, { spec: { startingDeadlineSeconds: 20 } }],
    ['0 * * * *', autumn, { annotations: { 'finite.dev/catch-up': 'none' } }],
    ['0 * * * *', autumn, { annotations: { 'finite.dev/jitter': '20m' } }],
  ])('%s has the ticks that it has on one machine (from %i, %j)', async (schedule, fromMs, more) => {
    const untilMs = fromMs + 26 * HOUR_MS;
    const cron = await CronWorld.create(Math.floor(fromMs / HOUR_MS) * HOUR_MS, untilMs + HOUR_MS, fallBack);
    await cron.passUntil(fromMs);
    await cron.createCronJob(schedule, { ...more, spec: { timeZone: 'Europe/Berlin', ...more.spec } });
    await cron.passUntil(untilMs + HOUR_MS / 2);
    const expected = localTicks(schedule, 'Europe/Berlin', fromMs, untilMs);
    expect(expected.length).toBeGreaterThan(0);
    expect((await cron.ticks()).filter((minute) => minute <= untilMs / 60_000)).toEqual(expected);
    cron.world.close();
  });
});
