import { describe, expect, it } from 'vitest';
import { inParallel, pastThrottles } from '../../../lib/adapters/aws/throttles.js';
import { VirtualClock } from '../../../lib/adapters/memory/virtual-clock.js';
import { passing } from '../../support/virtual-time.js';

function named(name: string, more: object = {}): Error {
  return Object.assign(new Error(name), { name, ...more });
}

describe('calls that are refused', () => {
  it.each([
    named('ThrottlingException'),
    named('TimeoutError'),
    named('Error', { code: 'ECONNRESET' }),
    named('InternalServerException', { $metadata: { httpStatusCode: 500 } }),
  ])('by %s are made again, after longer and longer pauses', async (error) => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const answer = await passing(
      clock,
      pastThrottles(clock, () => {
        times.push(clock.now());
        return times.length < 5 ? Promise.reject(error) : Promise.resolve('done');
      }),
    );
    expect(answer).toBe('done');
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    expect(pauses).toEqual(pauses.toSorted((a, b) => a - b));
  });

  it.each([named('AccessDeniedException'), named('ValidationException', { $metadata: { httpStatusCode: 400 } })])(
    'by %s are not',
    async (error) => {
      let calls = 0;
      const call = () => {
        calls++;
        return Promise.reject(error);
      };
      await expect(pastThrottles(new VirtualClock(), call)).rejects.toBe(error);
      expect(calls).toBe(1);
    },
  );

  it('again and again end with the last refusal, within two minutes', async () => {
    const clock = new VirtualClock();
    const error = named('ThrottlingException');
    await expect(
      passing(
        clock,
        pastThrottles(clock, () => Promise.reject(error)),
      ),
    ).rejects.toBe(error);
    expect(clock.now()).toBeLessThan(120_000);
  });
});

describe('work in parallel', () => {
  it('is done on all, so many at a time', async () => {
    const done: number[] = [];
    let running = 0;
    let most = 0;
    await inParallel(
      Array.from({ length: 20 }, (_, i) => i),
      3,
      async (i) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        done.push(i);
      },
    );
    expect(done.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect(most).toBe(3);
  });

  it('begins nothing more after an error, and tells it', async () => {
    const begun: number[] = [];
    const work = async (i: number) => {
      begun.push(i);
      if (i === 1) throw new Error('one');
    };
    await expect(inParallel([0, 1, 2, 3, 4, 5, 6, 7], 2, work)).rejects.toThrow('one');
    expect(begun.length).toBeLessThan(8);
  });
});
