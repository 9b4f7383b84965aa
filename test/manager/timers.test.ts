import { expect, test } from 'vitest';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import { Timers } from '../../lib/manager/timers.js';

function setUp(): {
  clock: VirtualClock;
  timers: Timers;
  fired: string[];
  at: (ms: number, name: string) => () => void;
} {
  const clock = new VirtualClock(0);
  const timers = new Timers(clock);
  const fired: string[] = [];
  return { clock, timers, fired, at: (ms, name) => timers.at(ms, () => fired.push(name)).cancel.bind(undefined) };
}

test('timers fire in the order of their times, those of the same time as they were set', () => {
  const { clock, fired, at } = setUp();
  for (const [ms, name] of [
    [30, 'd'],
    [10, 'a'],
    [20, 'b'],
    [20, 'c'],
    [40, 'e'],
  ] as const)
    at(ms, name);
  clock.advanceTo(30);
  expect(fired).toEqual(['a', 'b', 'c', 'd']);
});

test('a cancelled timer does not fire, and cancelling twice cancels no other', () => {
  const { clock, timers, fired, at } = setUp();
  const timer = timers.at(10, () => fired.push('cancelled'));
  at(10, 'kept');
  timer.cancel();
  timer.cancel();
  clock.advanceTo(10);
  timer.cancel();
  expect(fired).toEqual(['kept']);
});

test('the clock is asked for the earliest timer only', () => {
  const { clock, timers } = setUp();
  const first = timers.at(10, () => {});
  timers.at(20, () => {});
  expect(clock.nextAlarm()).toBe(10);
  first.cancel();
  timers.at(5, () => {});
  expect(clock.nextAlarm()).toBe(5);
  timers.clear();
  expect(clock.nextAlarm()).toBeUndefined();
});

test('a timer set while another fires is not lost', () => {
  const { clock, timers, fired } = setUp();
  timers.at(10, () => {
    fired.push('first');
    timers.at(10, () => fired.push('second'));
  });
  clock.advanceTo(10);
  clock.advanceTo(10);
  expect(fired).toEqual(['first', 'second']);
});

test('thousands of timers that are moved leave nothing behind', () => {
  const { clock, timers, fired } = setUp();
  for (let n = 0; n < 5000; n++) timers.at(1000 + n, () => fired.push('moved')).cancel();
  timers.at(7000, () => fired.push('last'));
  clock.advanceTo(10_000);
  expect(fired).toEqual(['last']);
});
