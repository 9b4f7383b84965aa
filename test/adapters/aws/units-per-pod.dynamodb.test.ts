import { expect, it } from 'vitest';
import { unitsPerPod, writeUnits } from '../../support/aws/units-per-pod.js';
import { describeDynamoDb, whyNoUnits } from '../../support/describe-dynamodb.js';

const PODS = Number(process.env['FINITE_UNITS_PODS'] ?? 1000);

describeDynamoDb(
  'units per pod',
  (suite) => {
    it(
      `from a pod's creation to its being counted are at most ten writes and ten reads, in a Job of ${PODS}`,
      { timeout: 600_000 },
      async () => {
        const { writeUnits, readUnits, succeeded } = await unitsPerPod(suite.database, { pods: PODS });
        expect(succeeded).toBe(PODS);
        expect(writeUnits).toBeLessThanOrEqual(10);
        expect(readUnits).toBeLessThanOrEqual(10);
      },
    );

    it('are little more for pods that wait for their launch', { timeout: 300_000 }, async () => {
      const measured = await unitsPerPod(suite.database, { pods: 150, isPaced: true });
      expect(measured.succeeded).toBe(150);
      // On a busy machine batches are smaller, and the feed's share is larger: 9.5 to 10.
      expect(measured.writeUnits).toBeLessThanOrEqual(11);
      expect(measured.readUnits).toBeLessThanOrEqual(10);
      // Of a large Job nearly all pods wait: what they cost is what is to be told.
      const file = process.env['FINITE_UNITS_FILE'];
      if (file !== undefined) writeUnits(file, measured);
    });
  },
  whyNoUnits(),
);
