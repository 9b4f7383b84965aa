import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';

describe('VirtualClock', () => {
  it('fires in the order of times, then of setting, each at its own time', () => {
    const clock = new VirtualClock(1000);
    const fired: string[] = [];
    for (const [name, timeMs] of [
      ['c', 3000],
      ['a', 1500],
      ['d', 3000],
      ['past', 10],
      ['late', 3001],
    ] as const) {
      clock.at(timeMs, () => fired.push(`${name}@${clock.now()}`));
    }
    expect(fired).toEqual([]);
    expect(clock.nextAlarm()).toBe(10);
    clock.advanceTo(3000);
    expect(fired).toEqual(['past@1000', 'a@1500', 'c@3000', 'd@3000']);
    expect(clock.now()).toBe(3000);
    expect(clock.nextAlarm()).toBe(3001);
  });

  it('fires what an alarm sets on the way', () => {
    const clock = new VirtualClock();
    const fired: number[] = [];
    const again = () => {
      fired.push(clock.now());
      clock.at(clock.now() + 10, again);
    };
    clock.at(10, again);
    clock.advanceTo(35);
    expect(fired).toEqual([10, 20, 30]);
  });

  it('does not fire what was cancelled, not even from an alarm of the same time', () => {
    const clock = new VirtualClock();
    const fired: string[] = [];
    clock.at(10, () => cancel());
    const cancel = clock.at(10, () => fired.push('cancelled'));
    clock.at(5, () => fired.push('cancelled too'))();
    clock.advanceTo(20);
    expect(fired).toEqual([]);
  });

  it('never moves back', () => {
    const clock = new VirtualClock(50);
    clock.advanceTo(10);
    expect(clock.now()).toBe(50);
  });
});
