import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitsPerPod } from '../support/aws/units-per-pod.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../support/dynamodb-local.js';

const whyNot = process.env['AWS_ENDPOINT_URL'] ? 'the endpoint given counts in its own way' : whyNoDynamoDb();

/** Beyond the bounds of issue 6: as flat as this. */
const FLAT = 0.15;

describe.skipIf(whyNot !== undefined)(`units per pod${whyNot === undefined ? '' : ` (skipped: ${whyNot})`}`, () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  }, 90_000);
  afterAll(() => database.stop());

  it('are the same in a Job of ten thousand as in one of a thousand', { timeout: 1_500_000 }, async () => {
    const thousand = await unitsPerPod(database, { pods: 1000 });
    const tenThousand = await unitsPerPod(database, { pods: 10_000 });
    expect(tenThousand.succeeded).toBe(10_000);
    expect(tenThousand.writeUnits).toBeLessThanOrEqual(10);
    expect(tenThousand.readUnits).toBeLessThanOrEqual(10);
    expect(tenThousand.writeUnits).toBeLessThanOrEqual(thousand.writeUnits * (1 + FLAT));
    expect(tenThousand.readUnits).toBeLessThanOrEqual(thousand.readUnits * (1 + FLAT));
  });

  it('are as many writes when every batch goes to another instance of reconcile', { timeout: 600_000 }, async () => {
    const { writeUnits, readUnits } = await unitsPerPod(database, { pods: 1000, reconcilers: 4 });
    expect(writeUnits).toBeLessThanOrEqual(10);
    // Each change of hands lists the Job's pods (docs/decisions/manager-on-streams.md).
    expect(readUnits).toBeLessThanOrEqual(25);
  });
});
