import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { available, availableAt, emptied, taken } from '../../../../lib/adapters/aws/launch/gcra.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { TokenBucket } from '../../../support/ecs/quotas.js';

const rates = fc.record({ burst: fc.integer({ min: 1, max: 100 }), perSecond: fc.constantFrom(1, 2, 5, 10, 20, 40) });

describe('a bucket as one number', () => {
  it('holds its burst at first, and fills up to it', () => {
    const rate = { burst: 100, perSecond: 20 };
    expect(available(rate, 0, 1_000_000)).toBe(100);
    const fullAt = taken(rate, 0, 1_000_000, 100);
    expect(available(rate, fullAt, 1_000_000)).toBe(0);
    expect(available(rate, fullAt, 1_000_050)).toBe(1);
    expect(available(rate, fullAt, 2_000_000)).toBe(100);
  });

  it('gives what a bucket of tokens gives, whatever is asked when', () => {
    const asks = fc.array(
      fc.record({ passMs: fc.integer({ min: 0, max: 3000 }), count: fc.integer({ min: 1, max: 30 }) }),
    );
    fc.assert(
      fc.property(rates, asks, (rate, steps) => {
        const clock = new VirtualClock(1_000_000);
        const bucket = new TokenBucket(rate, clock);
        let fullAt = 0;
        for (const { passMs, count } of steps) {
          clock.advanceTo(clock.now() + passMs);
          const isGranted = available(rate, fullAt, clock.now()) >= count;
          expect(bucket.take(count)).toBe(isGranted);
          if (isGranted) fullAt = taken(rate, fullAt, clock.now(), count);
        }
      }),
    );
  });

  it('has what was promised at the time that was promised, and not a millisecond before', () => {
    fc.assert(
      fc.property(rates, fc.nat(200), fc.nat(100), fc.constantFrom(1, 0.5, 0.1), (rate, spent, wanted, factor) => {
        const count = Math.min(wanted + 1, Math.floor(rate.burst * factor));
        fc.pre(count >= 1);
        const now = 1_000_000;
        const fullAt = taken(rate, 0, now, Math.min(spent, Math.floor(rate.burst * factor)), factor);
        const at = availableAt(rate, fullAt, now, count, factor);
        expect(available(rate, fullAt, at, factor)).toBeGreaterThanOrEqual(count);
        if (at > now) expect(available(rate, fullAt, at - 1, factor)).toBeLessThan(count);
      }),
    );
  });

  it('found empty, is empty', () => {
    const rate = { burst: 20, perSecond: 20 };
    expect(available(rate, emptied(rate, 5000), 5000)).toBe(0);
    expect(available(rate, emptied(rate, 5000), 6000)).toBe(20);
  });
});
