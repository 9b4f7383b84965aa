import { describe, expect, it } from 'vitest';
import {
  completed,
  factorNow,
  launchable,
  launchableAt,
  NEW_BUDGET,
  withRefusal,
  withTaken,
  type BudgetState,
} from '../../../../lib/adapters/aws/launch/budget-state.js';
import { DEFAULT_QUOTAS as quotas, quotasOf } from '../../../../lib/adapters/aws/launch/quotas.js';

const NOW = 1_000_000_000;
const THROTTLED = { cause: 'throttled', message: 'Rate exceeded' } as const;
const NO_CAPACITY = { cause: 'no-capacity', message: 'Capacity is unavailable at this time' } as const;

function afterPauses(count: number): { state: BudgetState; pausesMs: number[] } {
  let state = NEW_BUDGET;
  let now = NOW;
  const pausesMs: number[] = [];
  for (let refusals = 0; refusals < count; refusals++) {
    state = withRefusal(state, 'FARGATE_SPOT', quotas, now, NO_CAPACITY);
    const { pausedUntilMs } = state.providers.FARGATE_SPOT;
    pausesMs.push(pausedUntilMs - now);
    now = pausedUntilMs + 500;
  }
  return { state, pausesMs };
}

describe('the launch budget', () => {
  it('gives what the bucket of launches and that of calls both have', () => {
    expect(launchable(NEW_BUDGET, 'FARGATE', quotas, NOW)).toBe(18);
    const state = withTaken(NEW_BUDGET, 'FARGATE', quotas, NOW, 18);
    expect(launchable(state, 'FARGATE_SPOT', quotas, NOW)).toBe(0);
    expect(launchable(state, 'FARGATE_SPOT', quotas, NOW + 500)).toBe(10);
    expect(launchableAt(state, 'FARGATE', quotas, NOW, 5)).toBe(NOW + 250);
  });

  it('has nothing left after a throttle, and less per second for ten seconds', () => {
    const state = withRefusal(NEW_BUDGET, 'FARGATE', quotas, NOW, THROTTLED);
    expect(launchable(state, 'FARGATE', quotas, NOW)).toBe(0);
    expect(factorNow(state.providers.FARGATE, NOW)).toBeCloseTo(0.8);
    expect(factorNow(state.providers.FARGATE, NOW + 10_000)).toBeCloseTo(1);
    expect(factorNow(state.providers.FARGATE_SPOT, NOW)).toBe(1);
  });

  it('takes throttles of one moment for one', () => {
    const once = withRefusal(NEW_BUDGET, 'FARGATE', quotas, NOW, THROTTLED);
    expect(withRefusal(once, 'FARGATE', quotas, NOW + 900, THROTTLED)).toBe(once);
    const twice = withRefusal(once, 'FARGATE', quotas, NOW + 1000, THROTTLED);
    expect(factorNow(twice.providers.FARGATE, NOW + 1000)).toBeLessThan(0.7);
  });

  it('never comes to a stand, however often it is throttled', () => {
    let state = NEW_BUDGET;
    for (let at = 0; at < 100; at++) state = withRefusal(state, 'FARGATE', quotas, NOW + at * 1000, THROTTLED);
    expect(factorNow(state.providers.FARGATE, NOW + 99_000)).toBeCloseTo(0.08);
    expect(launchable(state, 'FARGATE', quotas, NOW + 200_000)).toBeGreaterThan(0);
  });

  it('pauses the provider without capacity, longer each time up to half a minute, and not the other', () => {
    const { state, pausesMs } = afterPauses(7);
    expect(pausesMs).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    const until = state.providers.FARGATE_SPOT.pausedUntilMs;
    expect(launchable(state, 'FARGATE_SPOT', quotas, until - 1)).toBe(0);
    expect(launchable(state, 'FARGATE_SPOT', quotas, until)).toBe(18);
    expect(launchable(state, 'FARGATE', quotas, until - 1)).toBe(18);
    expect(launchableAt(state, 'FARGATE_SPOT', quotas, until - 1, 1)).toBe(until);
  });

  it('begins with short pauses again when launches went well for a while', () => {
    const { state } = afterPauses(4);
    const later = state.providers.FARGATE_SPOT.pausedUntilMs + 60_000;
    const next = withRefusal(state, 'FARGATE_SPOT', quotas, later, NO_CAPACITY);
    expect(next.providers.FARGATE_SPOT.pausedUntilMs).toBe(later + 1000);
  });

  it('understands what an older version stored', () => {
    const state = completed({ version: 7, providers: { FARGATE: { fullAtMs: 5 } } } as unknown as BudgetState);
    expect(state.providers.FARGATE).toMatchObject({ fullAtMs: 5, factor: 1, isBacklogged: false });
    expect(state.providers.FARGATE_SPOT.factor).toBe(1);
  });
});

describe('the quotas', () => {
  it('are as published where nothing is configured', () => {
    expect(quotasOf(undefined)).toEqual(quotas);
    expect(quotasOf({ FARGATE: { burst: 500, perSecond: 50 } }).launches).toEqual({
      FARGATE: { burst: 500, perSecond: 50 },
      FARGATE_SPOT: quotas.launches.FARGATE_SPOT,
    });
  });

  it.each([
    [{ fargate: { burst: 1 } }, /not fargate/],
    [{ FARGATE: { burst: 0 } }, /burst of at least 1/],
    [{ runTask: { perSecond: 0 } }, /more than 0 per second/],
    [[], /members/],
  ])('of another form are refused: %j', (configured, message) => {
    expect(() => quotasOf(configured)).toThrow(message);
  });
});
