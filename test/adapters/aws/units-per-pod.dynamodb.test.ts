import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unitsPerPod, writeUnits } from '../../support/aws/units-per-pod.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../../support/dynamodb-local.js';

const whyNot = process.env['AWS_ENDPOINT_URL'] ? 'the endpoint given counts in its own way' : whyNoDynamoDb();
const PODS = Number(process.env['FINITE_UNITS_PODS'] ?? 1000);

describe.skipIf(whyNot !== undefined)(`units per pod${whyNot === undefined ? '' : ` (skipped: ${whyNot})`}`, () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  }, 90_000);
  afterAll(() => database.stop());

  it(
    `from a pod's creation to its being counted are at most ten writes and ten reads, in a Job of ${PODS}`,
    { timeout: 180_000 },
    async () => {
      const { writeUnits, readUnits, succeeded } = await unitsPerPod(database, { pods: PODS });
      expect(succeeded).toBe(PODS);
      expect(writeUnits).toBeLessThanOrEqual(10);
      expect(readUnits).toBeLessThanOrEqual(10);
    },
  );

  it('are little more for pods that wait for their launch', { timeout: 120_000 }, async () => {
    const measured = await unitsPerPod(database, { pods: 150, isPaced: true });
    expect(measured.succeeded).toBe(150);
    // On a busy machine batches are smaller, and the feed's share is larger: 9.5 to 10.
    expect(measured.writeUnits).toBeLessThanOrEqual(11);
    expect(measured.readUnits).toBeLessThanOrEqual(10);
    // Of a large Job nearly all pods wait: what they cost is what is to be told.
    const file = process.env['FINITE_UNITS_FILE'];
    if (file !== undefined) writeUnits(file, measured);
  });
});
