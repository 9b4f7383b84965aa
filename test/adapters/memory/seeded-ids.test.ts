import { describe, expect, it } from 'vitest';
import { RandomIds } from '../../../lib/adapters/local/random-ids.js';
import { SeededIds } from '../../../lib/adapters/memory/seeded-ids.js';

const ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

describe.each([
  ['SeededIds', () => new SeededIds(7)],
  ['RandomIds', () => new RandomIds()],
])('%s', (_, make) => {
  it('makes UUIDs of version 4, each once', () => {
    const ids = make();
    const uids = Array.from({ length: 5000 }, () => ids.uid());
    expect(new Set(uids).size).toBe(5000);
    for (const uid of uids)
      expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('makes suffixes of the length asked for, every character about as often', () => {
    const ids = make();
    const counts = new Map<string, number>();
    for (let n = 0; n < 10_800; n++) {
      const suffix = ids.nameSuffix(5);
      expect(suffix).toHaveLength(5);
      for (const character of suffix) counts.set(character, (counts.get(character) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([...ALPHABET].sort());
    // 2,000 of each are expected; seven standard deviations are 310.
    for (const count of counts.values()) expect(Math.abs(count - 2000)).toBeLessThan(310);
  });
});

describe('SeededIds', () => {
  it('makes the same ids from the same seed, others from another', () => {
    const draw = (seed: number) => {
      const ids = new SeededIds(seed);
      return [ids.uid(), ids.nameSuffix(5), ids.uid()];
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });
});
