import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { unitsPerPod } from '../support/aws/units-per-pod.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../support/dynamodb-local.js';

const whyNot = process.env['AWS_ENDPOINT_URL'] ? 'the endpoint given counts in its own way' : whyNoDynamoDb();

/** A large Job; `UNITS_PODS=10000` takes a quarter of an hour. */
const PODS = Number(process.env['UNITS_PODS'] ?? 2000);
/**
 * A pod of it may cost so much more than one of a small Job: each batch has its price, and while a machine is busy with a
 * large Job batches are smaller.
 */
const UNITS_MAX = 12;
const FLAT = 0.5;

describe.skipIf(whyNot !== undefined)(`units per pod${whyNot === undefined ? '' : ` (skipped: ${whyNot})`}`, () => {
  let database: TestDynamoDb;
  // What a large Job leaves behind slows down the next.
  beforeEach(async () => {
    database = await startDynamoDb();
  }, 90_000);
  afterEach(() => database.stop());

  it('are the same in a large Job as in one of a thousand', { timeout: 1_500_000 }, async () => {
    const thousand = await unitsPerPod(database, { pods: 1000 });
    const large = await unitsPerPod(database, { pods: PODS });
    expect(large.succeeded).toBe(PODS);
    expect(large.writeUnits).toBeLessThanOrEqual(UNITS_MAX);
    expect(large.readUnits).toBeLessThanOrEqual(UNITS_MAX);
    expect(large.writeUnits).toBeLessThanOrEqual(thousand.writeUnits * (1 + FLAT));
    expect(large.readUnits).toBeLessThanOrEqual(thousand.readUnits * (1 + FLAT));
  });

  it('are as many writes when every batch goes to another instance of reconcile', { timeout: 600_000 }, async () => {
    const { writeUnits, readUnits } = await unitsPerPod(database, { pods: 1000, reconcilers: 4 });
    expect(writeUnits).toBeLessThanOrEqual(UNITS_MAX);
    // Each change of hands lists the Job's pods (docs/decisions/manager-on-streams.md).
    expect(readUnits).toBeLessThanOrEqual(25);
  });
});
