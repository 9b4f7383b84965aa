import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';

describe('SystemClock', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
  afterEach(() => void vi.useRealTimers());
  const clock = new SystemClock();

  it('waits longer than a Node timer can', () => {
    const dueMs = clock.now() + 40 * 24 * 3_600_000;
    const fired: number[] = [];
    clock.at(dueMs, () => fired.push(clock.now()));
    vi.advanceTimersByTime(dueMs - clock.now() - 1);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([dueMs]);
  });

  it('does not fire before its time when the clock was set back', () => {
    const dueMs = clock.now() + 1000;
    const fired: number[] = [];
    clock.at(dueMs, () => fired.push(clock.now()));
    vi.setSystemTime(dueMs - 5000);
    vi.advanceTimersByTime(4999);
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(fired).toEqual([dueMs]);
  });

  it('fires within half a minute when the clock was set forward', () => {
    const fired: number[] = [];
    const dueMs = clock.now() + 3_600_000;
    clock.at(dueMs, () => fired.push(clock.now()));
    vi.setSystemTime(dueMs);
    vi.advanceTimersByTime(30_000);
    expect(fired).toHaveLength(1);
  });

  it('fires what is past soon, but not within the call, and once', () => {
    const fired: string[] = [];
    clock.at(0, () => fired.push('past'));
    expect(fired).toEqual([]);
    vi.advanceTimersByTime(120_000);
    expect(fired).toEqual(['past']);
  });

  it('does not fire what was cancelled, also after it slept on', () => {
    const fired: string[] = [];
    const cancel = clock.at(clock.now() + 100_000, () => fired.push('cancelled'));
    vi.advanceTimersByTime(70_000);
    cancel();
    vi.advanceTimersByTime(70_000);
    expect(fired).toEqual([]);
  });
});
