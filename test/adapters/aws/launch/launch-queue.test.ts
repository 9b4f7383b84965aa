import { describe, expect, it } from 'vitest';
import { Grants } from '../../../../lib/adapters/aws/launch/grants.js';
import type { LaunchLeave, LaunchRequest } from '../../../../lib/adapters/aws/launch/launch-budget.js';
import { LaunchDrain } from '../../../../lib/adapters/aws/launch/launch-drain.js';
import type { LaunchPods } from '../../../../lib/adapters/aws/launch/slice.js';
import { LaunchQueue } from '../../../../lib/adapters/aws/launch/launch-queue.js';
import { DEFAULT_QUOTAS } from '../../../../lib/adapters/aws/launch/quotas.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import { MemoryLaunchTable } from '../../../support/launch/memory-launch-table.js';
import { passing } from '../../../support/virtual-time.js';

const START = Date.UTC(2026, 0, 1);
const THROTTLED = { cause: 'throttled', message: 'Rate exceeded' } as const;

function world() {
  const clock = new VirtualClock(START);
  const table = new MemoryLaunchTable();
  const woken: string[] = [];
  const later: number[] = [];
  const wakes = {
    soon: async (provider: string) => void woken.push(provider),
    at: async (_: string, atMs: number) => void later.push(atMs),
  };
  let ids = 0;
  const instance = () => {
    const newId = () => String(++ids).padStart(6, '0');
    const parts = { table, quotas: DEFAULT_QUOTAS, clock, wakes, grants: new Grants(), newId };
    return { queue: new LaunchQueue(parts), drain: new LaunchDrain(parts) };
  };
  const { queue, drain } = instance();
  const request = (at: number, job = 'job'): LaunchRequest => ({
    provider: 'FARGATE',
    pod: `default/${job}-${at}`,
    job,
    sinceMs: START,
  });
  const ask = (count: number, job?: string) =>
    Promise.all(Array.from({ length: count }, (_, at) => queue.ask(request(at, job))));
  /** Lets time go by as long as the work needs it. */
  const finish = (work: Promise<unknown>) => passing(clock, work, 3);
  return { clock, table, woken, later, instance, queue, drain, request, ask, finish };
}

const granted = (leaves: readonly LaunchLeave[]) => leaves.filter(({ isGranted }) => isGranted).length;
/** What the pod controller does: each pod asks again, and has leave. */
const launching =
  (queue: LaunchQueue, seen: string[], request: (pod: string) => LaunchRequest): LaunchPods =>
  async (pods) => {
    for (const pod of pods) if ((await queue.ask(request(pod))).isGranted) seen.push(pod);
  };
const named = (pod: string): LaunchRequest => ({
  provider: 'FARGATE',
  pod,
  job: 'job',
  sinceMs: 0,
  waitingUntilMs: START,
});

describe('asking for leave', () => {
  it('is granted at once as long as there are tokens, for one write', async () => {
    const { ask, table, woken } = world();
    expect(granted(await ask(18))).toBe(18);
    expect(table.writes).toBe(1);
    expect(woken).toEqual([]);
  });

  it('wakes the drain again that has found the queue empty in the moment before', async () => {
    const { ask, finish, table, woken } = world();
    await ask(19);
    expect(woken).toEqual(['FARGATE']);
    const put = table.put.bind(table);
    table.put = async (waiting) => {
      table.put = put;
      const { providers, ...state } = await table.budget();
      const FARGATE = { ...providers.FARGATE, isBacklogged: false };
      expect(await table.replaceBudget({ ...state, providers: { ...providers, FARGATE } })).toBe(true);
      return put(waiting);
    };
    await finish(ask(1, 'late'));
    expect((await table.budget()).providers.FARGATE.isBacklogged).toBe(true);
    expect(woken).toEqual(['FARGATE', 'FARGATE']);
    expect(table.waiting).toBe(2);
  });

  it('queues the rest, a dozen to a write, and wakes the drain once', async () => {
    const { ask, table, woken } = world();
    const leaves = await ask(50);
    expect(granted(leaves)).toBe(18);
    expect(table.waiting).toBe(32);
    // The budget, the Job's tags, two items.
    expect(table.writes).toBe(4);
    expect(woken).toEqual(['FARGATE']);
    const last = leaves.at(-1)!;
    expect(last).toMatchObject({
      isGranted: false,
      wait: { reason: 'LaunchRateReached', expectedStartMs: START + 32 * 50 },
    });
    expect(!last.isGranted && last.wait.message).toContain('20.0 a second; expected start 2026-01-01T00:00:01.600Z');
  });

  it('queues behind those who wait, even when there are tokens again', async () => {
    const { ask, clock, woken, table } = world();
    await ask(20);
    clock.advanceTo(START + 5000);
    expect(granted(await ask(1, 'late'))).toBe(0);
    expect(table.waiting).toBe(3);
    // The drain is on its way.
    expect(woken).toEqual(['FARGATE']);
    clock.advanceTo(START + 30_000);
    await ask(1, 'later');
    // Nobody has come for half a minute.
    expect(woken).toEqual(['FARGATE', 'FARGATE']);
  });

  it('does not queue a pod twice that knows that it waits', async () => {
    const { ask, queue, request, table, clock } = world();
    const [first] = (await ask(20)).filter(({ isGranted }) => !isGranted);
    const waitingUntilMs = first!.isGranted ? 0 : first!.wait.expectedStartMs;
    const { writes } = table;
    expect(await queue.ask({ ...request(19), waitingUntilMs })).toMatchObject({ isGranted: false });
    clock.advanceTo(START + 600_000);
    expect(await queue.ask({ ...request(19), waitingUntilMs })).toMatchObject({ isGranted: false });
    expect(table.writes).toBe(writes);
  });

  it('gives a pod another place whose place was lost', async () => {
    const { ask, queue, drain, finish, request, table, clock } = world();
    await ask(20);
    // Who had them launched died after it had taken them out of the queue.
    await finish(drain.drain('FARGATE', async () => {}, START + 10_000));
    expect(table.waiting).toBe(0);
    clock.advanceTo(START + 600_000);
    expect(await queue.ask({ ...request(19), waitingUntilMs: START })).toEqual({ isGranted: true });
  });

  it('tells who is refused to wait, and queues it although there are tokens', async () => {
    const { queue, request, table, woken } = world();
    await queue.ask(request(0));
    const wait = await queue.refused(request(0), THROTTLED);
    expect(wait.reason).toBe('LaunchThrottled');
    expect(wait.message).toContain('Rate exceeded');
    expect(table.waiting).toBe(1);
    expect(woken).toEqual(['FARGATE']);
  });
});

describe('draining the queue', () => {
  it('launches in fair order at the pace of the budget, and says when it is empty', async () => {
    const { ask, queue, drain, finish, table, clock, woken } = world();
    await ask(18);
    await ask(40, 'big');
    await ask(2, 'small');
    const seen: string[] = [];
    await finish(drain.drain('FARGATE', launching(queue, seen, named), START + 60_000));
    expect(seen).toHaveLength(42);
    // Behind the first item of the big Job: its tags are as low as those of that Job's first pods.
    expect(seen.indexOf('default/small-1')).toBeLessThan(20);
    expect(clock.now() - START).toBe(42 * 50);
    expect(table.waiting).toBe(0);
    expect((await table.budget()).providers.FARGATE.isBacklogged).toBe(false);
    expect(woken).toEqual(['FARGATE']);
  });

  it('ends with its slice, and has the next one come', async () => {
    const { ask, queue, drain, finish, table, woken } = world();
    await ask(60);
    const seen: string[] = [];
    await finish(drain.drain('FARGATE', launching(queue, seen, named), START + 1000));
    expect(seen.length).toBeLessThanOrEqual(20);
    expect(table.waiting).toBe(42 - seen.length);
    expect(woken).toEqual(['FARGATE', 'FARGATE']);
  });

  it('leaves the waiting for a long pause to a timer', async () => {
    const { ask, queue, drain, finish, request, clock, later, table } = world();
    const pausedUntil = async () => (await table.budget()).providers.FARGATE.pausedUntilMs;
    await ask(1);
    for (let refusals = 0; refusals < 5; refusals++) {
      await queue.refused(request(0), { cause: 'no-capacity', message: 'no room' });
      clock.advanceTo((await pausedUntil()) + 1);
    }
    await queue.refused(request(0), { cause: 'no-capacity', message: 'no room' });
    await finish(drain.drain('FARGATE', async () => {}, clock.now() + 1000));
    expect(later).toEqual([await pausedUntil()]);
  });

  it('keeps in the queue what could not be launched', async () => {
    const { ask, drain, finish, table } = world();
    await ask(20);
    const broken = drain.drain('FARGATE', () => Promise.reject(new Error('the store is away')), START + 1000);
    await expect(finish(broken)).rejects.toThrow('the store is away');
    expect(table.waiting).toBe(2);
  });

  it('is done by one at a time, and taken over from one who died', async () => {
    const { ask, queue, drain, finish, instance, table, clock } = world();
    await ask(60);
    const seen: string[] = [];
    const own = () => drain.drain('FARGATE', launching(queue, seen, named), START + 60_000);
    // It dies with its launches under way: they never end.
    const endless = new Promise<void>(() => {});
    void instance().drain.drain('FARGATE', () => endless, START + 1000);
    await finish(own());
    expect(seen).toEqual([]);
    // Its slice ends, and its lease does.
    clock.advanceTo(START + 1000);
    await finish(own());
    expect(new Set(seen).size).toBe(42);
    expect(table.waiting).toBe(0);
  });

  it('uses the tokens of pods that are gone for others', async () => {
    const { ask, queue, drain, finish, clock } = world();
    await ask(18);
    await ask(10, 'gone');
    await ask(10, 'here');
    const seen: string[] = [];
    const launch = launching(queue, seen, named);
    const work = drain.drain(
      'FARGATE',
      (pods) => launch(pods.filter((pod) => pod.startsWith('default/here'))),
      START + 60_000,
    );
    await finish(work);
    expect(seen).toHaveLength(10);
    expect(clock.now() - START).toBeLessThanOrEqual(15 * 50);
  });

  it('is woken by the sweep while pods wait', async () => {
    const { ask, drain, woken } = world();
    await drain.wakeWaiting();
    expect(woken).toEqual([]);
    await ask(20);
    await drain.wakeWaiting();
    expect(woken).toEqual(['FARGATE', 'FARGATE']);
  });
});
