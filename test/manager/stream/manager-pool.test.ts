import { describe, expect, it } from 'vitest';
import { ManagerPool } from '../../../lib/manager/stream/manager-pool.js';
import type { HandledBatch, StreamBatch, StreamManager } from '../../../lib/manager/stream/stream-manager.js';

/** Each batch stays under way until it is told to end. */
class Held implements StreamManager {
  readonly ends: (() => void)[] = [];
  handle(_batch: StreamBatch): Promise<HandledBatch> {
    return new Promise((resolve) => this.ends.push(() => resolve({ failed: [], wakeUps: [] })));
  }
}

const batch: StreamBatch = { changes: [], wakes: [] };

function poolOf(size: number) {
  const members: Held[] = [];
  const pool = new ManagerPool(size, () => {
    const member = new Held();
    members.push(member);
    return member;
  });
  return {
    pool,
    given: () => members.map(({ ends }) => ends.length),
    end: (index: number) => members[index]!.ends.at(-1)!(),
  };
}

describe('a pool of managers', () => {
  it('gives what comes one after the other to the same one', async () => {
    const { pool, given, end } = poolOf(3);
    for (let count = 0; count < 4; count++) {
      const handled = pool.handle(batch);
      end(0);
      await handled;
    }
    expect(given()).toEqual([4, 0, 0]);
  });

  it('gives what comes at the same time to as many as there are', async () => {
    const { pool, given, end } = poolOf(3);
    const all = Array.from({ length: 5 }, () => pool.handle(batch));
    expect(given()).toEqual([2, 2, 1]);
    end(1);
    await Promise.race(all);
    void pool.handle(batch);
    expect(given()).toEqual([2, 3, 1]);
  });

  it('has one free again whose batch could not be handled', async () => {
    const failing = new ManagerPool(1, () => ({ handle: () => Promise.reject(new Error('no table')) }));
    await expect(failing.handle(batch)).rejects.toThrow('no table');
    await expect(failing.handle(batch)).rejects.toThrow('no table');
  });
});
