import { describe, expect, it } from 'vitest';
import { throttled } from '../../../support/ecs/errors.js';
import { NO_CAPACITY } from '../../../support/ecs/launches.js';
import { NO_QUOTAS, PUBLISHED_QUOTAS, TokenBucket } from '../../../support/ecs/quotas.js';
import { LaunchWorld, type TestPod } from '../../../support/launch/launch-world.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;

async function worldOf(instances: number, quotas = PUBLISHED_QUOTAS) {
  const world = new LaunchWorld(instances, quotas);
  const start = world.clock.now();
  const all = () => world.launched.length === world.pods.size;
  const finish = async () => {
    await world.runUntil(all, world.clock.now() + 10 * HOUR);
    expect(world.launched).toHaveLength(world.pods.size);
    expect(world.failed).toBe(0);
    // Never two tasks of one pod.
    expect(world.ecs.tasks()).toHaveLength(world.pods.size);
  };
  const pass = (ms: number) => world.runUntil(() => false, world.clock.now() + ms);
  return { world, start, finish, pass };
}

const lastOf = (pods: readonly TestPod[]) => Math.max(...pods.map(({ launchedMs }) => launchedMs!));
const delayOf = (pods: readonly TestPod[]) => lastOf(pods) - pods[0]!.createdMs;
const tell = (text: string) => console.log(`launch pacing: ${text}`);

describe('ten thousand pods of a Job against the published quotas', { timeout: 300_000 }, () => {
  it('are launched in 500 seconds, and a later Job of one pod within two seconds', async () => {
    const { world, finish, pass } = await worldOf(4);
    const big = world.create('big', 10_000);
    await pass(100_000);
    const late = world.create('late', 1);
    await finish();
    tell(
      `10,000 pods in ${(delayOf(big) / 1000).toFixed(1)} s, a Job of one pod among them in ${delayOf(late)} ms; ` +
        `${world.ecs.throttles} throttles, ${(world.table.writes / world.pods.size).toFixed(2)} writes per pod`,
    );
    expect(delayOf(big)).toBeLessThanOrEqual(500_000);
    expect(delayOf(late)).toBeLessThanOrEqual(2000);
  });

  it('are launched once each when functions die in the middle', async () => {
    const { world, finish, pass } = await worldOf(4);
    const big = world.create('big', 10_000);
    for (let deaths = 0; deaths < 40; deaths++) {
      await pass(9100);
      world.kill(deaths % 4);
    }
    await finish();
    tell(`10,000 pods with 40 deaths of functions in ${(delayOf(big) / 1000).toFixed(1)} s`);
    // Each death may cost the lease of who drained, and tokens of launches that were under way.
    expect(delayOf(big)).toBeLessThanOrEqual(500_000 + 40 * 5000);
  });
});

describe('the launch queue', { timeout: 300_000 }, () => {
  it('is fair between Jobs: each gets its share while it waits', async () => {
    const { world, start, finish, pass } = await worldOf(2);
    const first = world.create('first', 2000);
    await pass(10_000);
    const second = world.create('second', 400);
    const third = world.create('third', 100);
    await finish();
    tell(`400 and 100 pods beside 2,000: ${delayOf(second) / 1000} s and ${delayOf(third) / 1000} s`);
    // A third of 20 a second until the third is through, half of it then: 15 s, and 30 s more.
    expect(delayOf(third)).toBeLessThanOrEqual(18_000);
    expect(delayOf(second)).toBeLessThanOrEqual(48_000);
    expect(lastOf(first) - start).toBeLessThanOrEqual(127_000);
  });

  it('launches Jobs of one pod within two seconds, whatever else waits', async () => {
    const { world, finish, pass } = await worldOf(4);
    world.create('big', 2000);
    world.create('other', 1000);
    const late: TestPod[] = [];
    for (let at = 0; at < 40; at++) {
      await pass(3170);
      late.push(...world.create(`late-${at}`, 1));
    }
    await finish();
    const delays = late.map((pod) => delayOf([pod]));
    tell(`40 Jobs of one pod beside 3,000 pods that wait: ${Math.max(...delays)} ms at most`);
    expect(Math.max(...delays)).toBeLessThanOrEqual(2000);
  });

  it('paces Spot apart from on demand, within the calls that both share', async () => {
    const roomy = { ...PUBLISHED_QUOTAS, runTask: NO_QUOTAS.runTask };
    const { world, finish } = await worldOf(2, roomy);
    const onDemand = world.create('on-demand', 300);
    const spot = world.create('spot', 300, 'FARGATE_SPOT');
    await finish();
    // 20 calls a second for both.
    expect(Math.max(delayOf(onDemand), delayOf(spot))).toBeLessThanOrEqual(31_000);
  });

  it('slows down when somebody else in the account launches too, and fails no pod', async () => {
    const { world, finish } = await worldOf(2);
    // Every third call is somebody else's: there are 13 a second left for us.
    let throttles = 0;
    const calls = new TokenBucket({ burst: 13, perSecond: 13 }, world.clock);
    world.ecs.before = (operation) => {
      if (operation !== 'RunTask' || calls.take(1)) return;
      throttles += 1;
      throw throttled();
    };
    const pods = world.create('job', 1000);
    await finish();
    tell(`1,000 pods at 13 of 20 calls a second: ${(delayOf(pods) / 1000).toFixed(1)} s, ${throttles} throttles`);
    expect(throttles).toBeGreaterThan(0);
    expect(delayOf(pods)).toBeLessThanOrEqual(110_000);
  });

  it('waits while there is no capacity on Spot, and goes on when there is', async () => {
    const { world, start, finish, pass } = await worldOf(2);
    world.ecs.capacity = (provider) => (provider === 'FARGATE_SPOT' ? NO_CAPACITY : undefined);
    const spot = world.create('spot', 200, 'FARGATE_SPOT');
    const onDemand = world.create('on-demand', 100);
    await pass(10 * MINUTE);
    expect(spot.filter(({ launchedMs }) => launchedMs !== undefined)).toEqual([]);
    expect(delayOf(onDemand)).toBeLessThanOrEqual(15_000);
    const callsMax = (world.ecs.calls['RunTask'] ?? 0) - 100;
    world.ecs.capacity = () => undefined;
    await finish();
    tell(
      `${callsMax} calls in ten minutes without capacity; 200 pods ${((lastOf(spot) - start) / 1000 - 600).toFixed(1)} s after`,
    );
    expect(callsMax).toBeLessThanOrEqual(1000);
    expect(lastOf(spot) - start - 10 * MINUTE).toBeLessThanOrEqual(45_000);
  });

  it('keeps to what the vCPU quota lets run at once', async () => {
    const quotas = { ...PUBLISHED_QUOTAS, vCpus: { FARGATE: 6, FARGATE_SPOT: 6 } };
    const { world, finish } = await worldOf(2, quotas);
    world.runMs = 60_000;
    const pods = world.create('job', 100);
    await finish();
    tell(`100 pods of a minute, 24 at once: ${(delayOf(pods) / 1000).toFixed(0)} s`);
    expect(delayOf(pods)).toBeLessThanOrEqual(10 * MINUTE);
  });
});
