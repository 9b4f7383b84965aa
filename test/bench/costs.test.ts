import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { costRows, dollars } from '../../bench/costs/costs.js';
import { BOUNDS, unitsFrom } from '../../bench/costs/units.js';

const folder = mkdtempSync(join(tmpdir(), 'finite-costs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const amount = (text: unknown): number => Number(String(text).replace(/[^0-9.]/g, ''));

describe('what finite costs', () => {
  it('is within every goal at the bounds that the tests allow', () => {
    const withGoal = costRows(BOUNDS).filter(({ goal }) => goal !== '');
    expect(withGoal).toHaveLength(3);
    for (const { what, dollars: cost, goal } of withGoal) {
      expect(amount(cost), String(what)).toBeLessThanOrEqual(amount(goal));
    }
  });

  it('is the sum of what each service asks', () => {
    expect(dollars({})).toBe(0);
    expect(dollars({ writeUnits: 1e6, readUnits: 1e6 })).toBeCloseTo(0.75);
    expect(dollars({ transitions: 1000, scheduled: 1e6, notifications: 1e6 })).toBeCloseTo(2.025);
    expect(dollars({ calls: [{ count: 1e6, seconds: 1, gigabytes: 1 }] })).toBeCloseTo(13.5334);
    expect(dollars({ queueRequests: 1e6, logKilobytes: 1e6 })).toBeCloseTo(0.9);
  });

  it('takes what was measured in place of a bound', () => {
    const file = join(folder, 'units.json');
    writeFileSync(file, JSON.stringify({ pod: { writeUnits: 7 } }));
    expect(unitsFrom(file).pod).toEqual({ ...BOUNDS.pod, writeUnits: 7 });
    expect(unitsFrom(undefined)).toBe(BOUNDS);
  });

  it('knows what can be measured', () => {
    const file = join(folder, 'units.json');
    writeFileSync(file, JSON.stringify({ node: {} }));
    expect(() => unitsFrom(file)).toThrow('node is none of');
  });
});
