import { describe, expect, it } from 'vitest';
import { LaunchWorld } from '../../../support/launch/launch-world.js';

const seconds = (ms: number) => Math.round(ms) / 1000;
const HOUR = 3_600_000;

describe('ten thousand pods against the published quotas', () => {
  it('are launched in 500 seconds, and a late Job of one pod within two seconds', { timeout: 120_000 }, async () => {
    const world = new LaunchWorld(4);
    await world.register();
    const start = world.clock.now();
    const big = world.create('big', 10_000);
    await world.runUntil(() => false, start + 100_000);
    const [late] = world.create('late', 1);
    await world.runUntil(() => world.launched.length === world.pods.size, start + HOUR);
    const last = Math.max(...big.map(({ launchedMs }) => launchedMs!)) - start;
    const lateMs = late!.launchedMs! - late!.createdMs;
    console.log(
      `10,000 pods in ${seconds(last)} s; a Job of one pod after ${seconds(lateMs)} s; ` +
        `throttles ${world.ecs.throttles}; table writes per pod ${(world.table.writes / 10_001).toFixed(2)}; RunTask calls ${world.ecs.calls['RunTask']}`,
    );
    expect(world.launched).toHaveLength(10_001);
    expect(last).toBeLessThanOrEqual(500_000);
    expect(lateMs).toBeLessThanOrEqual(2000);
    expect(world.failed).toBe(0);
    expect(world.ecs.tasks()).toHaveLength(10_001);
  });
});
