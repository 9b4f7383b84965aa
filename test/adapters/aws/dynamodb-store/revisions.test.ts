import { describe, expect, it } from 'vitest';
import { Revisions } from '../../../../lib/adapters/aws/dynamodb-store/revisions.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';

const startMs = 1_795_000_000_000;

describe("a process's revisions", () => {
  it('grow, whatever the clock does, and stand above what was read and what is replaced', () => {
    const revisions = new Revisions(new VirtualClock(startMs));
    const first = revisions.begin(0);
    expect(first.revision).toBe(startMs * 1000);
    expect(revisions.tick()).toBe(startMs * 1000 + 1);
    revisions.observe(startMs * 1000 + 500);
    expect(revisions.begin(0).revision).toBe(startMs * 1000 + 501);
    expect(revisions.begin(startMs * 1000 + 900).revision).toBe(startMs * 1000 + 901);
  });

  it('become known in their order, though their writes end in another', async () => {
    const revisions = new Revisions(new VirtualClock(startMs));
    const told: string[] = [];
    const [one, two, three] = [revisions.begin(0), revisions.begin(0), revisions.begin(0)];
    const ends = [
      revisions.end(three, () => told.push('three')).then(() => told.push('three is acknowledged')),
      revisions.end(two, () => told.push('two')).then(() => told.push('two is acknowledged')),
    ];
    await Promise.resolve();
    expect(told).toEqual([]);
    expect(revisions.head).toBe(0);
    await revisions.end(one);
    await Promise.all(ends);
    expect(told.slice(0, 2)).toEqual(['two', 'three']);
    expect(told).toHaveLength(4);
    expect(revisions.head).toBe(three.revision);
  });

  it('do not count what was not written', async () => {
    const revisions = new Revisions(new VirtualClock(startMs));
    await revisions.end(revisions.begin(0));
    expect(revisions.head).toBe(0);
  });

  it('are settled up to one when all at or below it have ended', async () => {
    const revisions = new Revisions(new VirtualClock(startMs));
    const [one, two] = [revisions.begin(0), revisions.begin(0)];
    let settled = false;
    const waiting = revisions.settled(one.revision).then(() => (settled = true));
    await Promise.resolve();
    expect(settled).toBe(false);
    await revisions.end(one, () => undefined);
    await waiting;
    void two;
    await revisions.settled(one.revision);
  });
});
