import { beforeEach, describe, expect, it } from 'vitest';
import { StepFunctionsWakeUps } from '../../../../lib/adapters/aws/step-functions-wake-ups/wake-ups.js';
import { VirtualClock } from '../../../../lib/adapters/memory/virtual-clock.js';
import type { WakeKey } from '../../../../lib/ports/wake-ups.js';
import { FakeStepFunctions } from '../../../support/aws/fake-step-functions.js';
import { FakeTable } from '../../../support/aws/fake-table.js';
import { passing } from '../../../support/virtual-time.js';

const START = Date.UTC(2026, 2, 1, 10);
const SECOND = 1000;
const DAY = 24 * 3600 * SECOND;
const key = { controller: 'job', key: 'default/pi' };

let clock: VirtualClock;
let stepFunctions: FakeStepFunctions;
let table: FakeTable;
let wakeUps: StepFunctionsWakeUps;

beforeEach(() => {
  clock = new VirtualClock(START);
  stepFunctions = new FakeStepFunctions(clock);
  table = new FakeTable();
  wakeUps = another();
});

/** A further process over the same table and machine. */
function another(): StepFunctionsWakeUps {
  const { client, machineArn } = stepFunctions;
  return new StepFunctionsWakeUps({ stepFunctions: client, machineArn, dynamoDb: table.client, table: 't', clock });
}

function ensure(atMs: number): Promise<void> {
  return wakeUps.ensure([{ ...key, atMs }]);
}

function firedAfter(): readonly number[] {
  return stepFunctions.fired.map(({ atMs }) => atMs - START);
}

describe('a wake-up', () => {
  it('comes at the second asked for, with its key', async () => {
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + 9_999);
    expect(stepFunctions.fired).toEqual([]);
    clock.advanceTo(START + 10 * SECOND);
    expect(stepFunctions.fired).toEqual([
      {
        atMs: START + 10 * SECOND,
        input: {
          controller: 'job',
          key: 'default/pi',
          wakeAt: '2026-03-01T10:00:10.000Z',
          waitUntil: '2026-03-01T10:00:10Z',
        },
      },
    ]);
    expect(await wakeUps.fired(stepFunctions.fired[0]!.input)).toEqual(key);
  });

  it('never comes early, as Step Functions leaves out what is below a second', async () => {
    await ensure(START + 10_001);
    clock.advanceTo(START + 60 * SECOND);
    expect(firedAfter()).toEqual([11 * SECOND]);
  });

  it('of a time that has passed comes at once', async () => {
    await ensure(START - DAY);
    clock.advanceTo(START);
    expect(firedAfter()).toEqual([0]);
  });

  it('that is pending already costs no write and no execution', async () => {
    await ensure(START + 10 * SECOND);
    await ensure(START + 10 * SECOND);
    await another().ensure([{ ...key, atMs: START + 10 * SECOND }]);
    expect(table.writes).toBe(1);
    expect(stepFunctions.executions.size).toBe(1);
  });

  it('changes nothing when an earlier one is pending', async () => {
    await ensure(START + 10 * SECOND);
    await ensure(START + 20 * SECOND);
    expect(table.writes).toBe(1);
    expect(stepFunctions.executions.size).toBe(1);
  });

  it('takes the place of a later one', async () => {
    await ensure(START + 20 * SECOND);
    await ensure(START + 10 * SECOND);
    expect(stepFunctions.running()).toHaveLength(1);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND]);
  });

  it('that gave way to an earlier one comes when it is asked for again', async () => {
    await ensure(START + 20 * SECOND);
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + 11 * SECOND);
    await ensure(START + 20 * SECOND);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND, 20 * SECOND]);
  });

  it('comes again when its time is asked for after it has fired', async () => {
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + 10 * SECOND);
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + 12 * SECOND);
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND, 10 * SECOND, 12 * SECOND]);
  });

  it('comes again when it is asked for by a clock that is a little behind', async () => {
    await ensure(START + 10 * SECOND);
    // Fired by the clock of Step Functions, when ours says 10 ms less.
    stepFunctions.lose(stepFunctions.running()[0]!);
    clock.advanceTo(START + 10 * SECOND - 10);
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND]);
  });

  it('of more than a year is passed on, and comes once, in time', async () => {
    const inThreeYears = 3 * 365 * DAY + 1;
    const woken: { readonly afterMs: number; readonly key: WakeKey }[] = [];
    let calls = Promise.resolve();
    stepFunctions.invoke = (input) => {
      calls = wakeUps.fired(input).then((found) => {
        if (found) woken.push({ afterMs: clock.now() - START, key: found });
      });
    };
    await ensure(START + inThreeYears);
    for (let alarm = clock.nextAlarm(); alarm !== undefined; alarm = clock.nextAlarm()) {
      clock.advanceTo(alarm);
      await calls;
    }
    expect(woken).toEqual([{ afterMs: inThreeYears - 1 + SECOND, key }]);
    expect([...stepFunctions.executions.values()].map(({ status }) => status)).not.toContain('TIMED_OUT');
  });

  it('waits for the last milliseconds when Step Functions is ahead of us', async () => {
    await ensure(START + 10 * SECOND);
    clock.advanceTo(START + 10 * SECOND);
    const { input } = stepFunctions.fired[0]!;
    const behind = new VirtualClock(START + 10 * SECOND - 30);
    const { client, machineArn } = stepFunctions;
    const options = { stepFunctions: client, machineArn, dynamoDb: table.client, table: 't', clock: behind };
    const answer = new StepFunctionsWakeUps(options).fired(input);
    expect(behind.nextAlarm()).toBe(START + 10 * SECOND);
    behind.advanceTo(START + 10 * SECOND);
    expect(await answer).toEqual(key);
  });
});

describe('many wake-ups', () => {
  it('of one key are one, the earliest', async () => {
    await wakeUps.ensure([20, 10, 30].map((s) => ({ ...key, atMs: START + s * SECOND })));
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND]);
  });

  it('are all pending, also beyond what can be read at once', async () => {
    const many = Array.from({ length: 250 }, (_, i) => ({ controller: 'job', key: `a/${i}`, atMs: START + DAY + i }));
    await wakeUps.ensure(many);
    await wakeUps.ensure(many);
    expect(stepFunctions.running()).toHaveLength(250);
    expect(table.writes).toBe(250);
  });

  it('survive throttling', async () => {
    stepFunctions.throttled = 3;
    await passing(clock, ensure(START + DAY));
    expect(stepFunctions.running()).toHaveLength(1);
  });

  it('fail when Step Functions goes on refusing for another reason', async () => {
    const error = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
    Object.assign(stepFunctions.client, { send: () => Promise.reject(error) });
    await expect(ensure(START + DAY)).rejects.toBe(error);
  });
});

describe('two processes', () => {
  it('that want the same share one execution', async () => {
    table.beforeWrite = () => another().ensure([{ ...key, atMs: START + 10 * SECOND }]);
    await ensure(START + 10 * SECOND);
    expect(stepFunctions.executions.size).toBe(1);
  });

  it('end with the earlier of two, whoever writes first', async () => {
    for (const [first, second] of [
      [10, 20],
      [20, 10],
    ] as const) {
      const own = { controller: 'job', key: `default/${first}` };
      table.beforeWrite = () => another().ensure([{ ...own, atMs: START + second * SECOND }]);
      await wakeUps.ensure([{ ...own, atMs: START + first * SECOND }]);
      await wakeUps.ensure([{ ...own, atMs: START + 30 * SECOND }]);
    }
    clock.advanceTo(START + DAY);
    const keysAt10 = stepFunctions.fired.filter(({ atMs }) => atMs === START + 10 * SECOND);
    // Whoever loses the race has started a second one by then: woken twice is harmless.
    expect(new Set(keysAt10.map(({ input }) => (input as WakeKey).key))).toEqual(new Set(['default/10', 'default/20']));
  });

  it('do not take a stopped execution for one that waits', async () => {
    table.beforeWrite = async () => {
      await another().ensure([{ ...key, atMs: START + 20 * SECOND }]);
      await another().ensure([{ ...key, atMs: START + 10 * SECOND }]);
      clock.advanceTo(START + 12 * SECOND);
    };
    await ensure(START + 20 * SECOND);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toContain(20 * SECOND);
  });
});

describe('the sweep', () => {
  it('starts again what is written down but does not wait', async () => {
    await ensure(START + 10 * SECOND);
    stepFunctions.lose(stepFunctions.running()[0]!);
    expect(await wakeUps.repair()).toEqual([key]);
    expect(await wakeUps.repair()).toEqual([]);
    clock.advanceTo(START + DAY);
    expect(firedAfter()).toEqual([10 * SECOND]);
  });

  it('leaves alone what waits, and what has fired', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ controller: 'job', key: `a/${i}`, atMs: START + DAY }));
    await wakeUps.ensure([...many, { ...key, atMs: START + 10 * SECOND }]);
    clock.advanceTo(START + 20 * SECOND);
    const { writes } = table;
    expect(await wakeUps.repair()).toEqual([]);
    expect(stepFunctions.executions.size).toBe(301);
    expect(table.writes).toBe(writes);
  });

  it('finds one among many', async () => {
    const many = Array.from({ length: 300 }, (_, i) => ({ controller: 'job', key: `a/${i}`, atMs: START + DAY }));
    await wakeUps.ensure(many);
    stepFunctions.lose(stepFunctions.running()[200]!);
    expect(await wakeUps.repair()).toHaveLength(1);
    expect(stepFunctions.running()).toHaveLength(300);
  });
});

describe('the timer function', () => {
  it.each([undefined, {}, { controller: 'job', key: 'a/b' }, { controller: 'job', key: 'a/b', wakeAt: 'soon' }])(
    'refuses %j',
    async (input) => {
      await expect(wakeUps.fired(input)).rejects.toThrow(TypeError);
    },
  );
});
