import { expect, test } from 'vitest';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import { Timers } from '../../lib/manager/timers.js';
import { Lane, type LaneOptions } from '../../lib/manager/work-queue.js';

class Conflict extends Error {}

/** A lane whose work ends when the test says so. */
class Bench {
  readonly clock = new VirtualClock(0);
  readonly begun: string[] = [];
  readonly failures: string[] = [];
  readonly #ends = new Map<string, (outcome: number | Error | undefined) => void>();
  readonly lane: Lane;

  constructor(options: Partial<LaneOptions> = {}) {
    this.lane = new Lane(
      new Timers(this.clock),
      {
        concurrency: 2,
        restMs: 0,
        failed: (key, _error, failures) => this.failures.push(`${key} ${failures}`),
        isConflict: (error) => error instanceof Conflict,
        work: (key) => {
          this.begun.push(key);
          return new Promise((resolve, reject) => {
            this.#ends.set(key, (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)));
          });
        },
        ...options,
      },
      () => {},
    );
  }

  async add(...keys: string[]): Promise<void> {
    for (const key of keys) this.lane.add(key);
    await turns();
  }

  async end(key: string, outcome?: number | Error): Promise<void> {
    this.#ends.get(key)!(outcome);
    await turns();
  }

  async advance(ms: number): Promise<void> {
    this.clock.advanceTo(this.clock.now() + ms);
    await turns();
  }
}

const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('keys run in the order of their adding, so many at a time, and each once however often it was added', async () => {
  const bench = new Bench();
  await bench.add('a', 'b', 'c', 'a', 'd', 'c');
  expect(bench.begun).toEqual(['a', 'b']);
  await bench.end('b');
  await bench.end('a');
  await bench.end('c');
  await bench.end('d');
  expect(bench.begun).toEqual(['a', 'b', 'c', 'd']);
  expect(bench.lane.idle).toBe(true);
});

test('a key that is added while it runs runs once more, never beside itself', async () => {
  const bench = new Bench();
  await bench.add('a');
  await bench.add('a', 'a');
  expect(bench.begun).toEqual(['a']);
  await bench.end('a');
  expect(bench.begun).toEqual(['a', 'a']);
  await bench.end('a');
  expect(bench.lane.idle).toBe(true);
});

test('a rest gathers what happens meanwhile; a quiet key does not wait', async () => {
  const bench = new Bench({ restMs: 15 });
  await bench.add('a');
  await bench.end('a');
  await bench.add('a', 'a');
  await bench.advance(14);
  expect(bench.begun).toEqual(['a']);
  await bench.advance(1);
  expect(bench.begun).toEqual(['a', 'a']);
  await bench.end('a');
  await bench.advance(15);
  await bench.add('a');
  expect(bench.begun).toEqual(['a', 'a', 'a']);
});

test('a quiet key that is asked to gather rests first, and runs once for all that came', async () => {
  const bench = new Bench({ restMs: 10 });
  bench.lane.add('a', true);
  await bench.advance(9);
  bench.lane.add('a', true);
  expect(bench.begun).toEqual([]);
  await bench.advance(1);
  expect(bench.begun).toEqual(['a']);
});

test('a key wakes at the time its run asked for, and the latest run decides', async () => {
  const bench = new Bench();
  await bench.add('a');
  await bench.end('a', 100);
  await bench.advance(50);
  await bench.add('a');
  await bench.end('a', 200);
  await bench.advance(149);
  expect(bench.begun).toHaveLength(2);
  await bench.advance(1);
  expect(bench.begun).toHaveLength(3);
});

test('a time that has come already means at once', async () => {
  const bench = new Bench();
  await bench.add('a');
  await bench.end('a', 0);
  expect(bench.begun).toEqual(['a', 'a']);
});

test('a failure is retried after 10 ms, 20 ms, 40 ms …, a success forgives all', async () => {
  const bench = new Bench();
  await bench.add('a');
  for (const wait of [10, 20, 40]) {
    const runs = bench.begun.length;
    await bench.end('a', new Error('no'));
    await bench.advance(wait - 1);
    expect(bench.begun).toHaveLength(runs);
    await bench.advance(1);
    expect(bench.begun).toHaveLength(runs + 1);
  }
  expect(bench.failures).toEqual(['a 1', 'a 2', 'a 3']);
  await bench.end('a');
  await bench.add('a');
  await bench.end('a', new Error('again'));
  expect(bench.failures.at(-1)).toBe('a 1');
});

test('a conflict is no failure: the key looks again at once', async () => {
  const bench = new Bench();
  await bench.add('a');
  await bench.end('a', new Conflict());
  expect(bench.begun).toEqual(['a', 'a']);
  expect(bench.failures).toEqual([]);
});

test('a failing key does not hold up others', async () => {
  const bench = new Bench({ concurrency: 1 });
  await bench.add('a', 'b');
  await bench.end('a', new Error('no'));
  expect(bench.begun).toEqual(['a', 'b']);
});

test('a stopped lane lets runs end and begins no more', async () => {
  const bench = new Bench();
  await bench.add('a', 'b', 'c');
  bench.lane.stop();
  await bench.end('a', 5);
  await bench.end('b');
  await bench.advance(1000);
  expect(bench.begun).toEqual(['a', 'b']);
  expect(bench.lane.idle).toBe(true);
});
