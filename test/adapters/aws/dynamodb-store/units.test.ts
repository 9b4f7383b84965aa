import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CapacityMeter } from '../../../support/capacity-meter.js';
import { startDynamoDb, whyNoDynamoDb, type TestDynamoDb } from '../../../support/dynamodb-local.js';
import { finishedPod, launchedPod, pendingPod, releasedPod, runningPod } from './objects.js';
import { TableWorld } from './world.js';

const missing = process.env['AWS_ENDPOINT_URL'] ? 'the endpoint given counts in its own way' : whyNoDynamoDb();
const PODS = 100;
/** Six hundred writes, on a machine that is busy with other tests. */
const TIMEOUT_MS = 120_000;

describe.skipIf(missing !== undefined)(`capacity units${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  let database: TestDynamoDb;
  beforeAll(async () => {
    database = await startDynamoDb();
  });
  afterAll(() => database.stop());

  it(
    `of the lives of ${PODS} pods: 5 writes each, and the feed that tells of them`,
    { timeout: TIMEOUT_MS },
    async () => {
      const world = await TableWorld.create(database);
      const store = world.process();
      const meter = new CapacityMeter(database.client);
      const slots = Array.from({ length: PODS }, (_, slot) => slot);
      let pods = await Promise.all(slots.map((slot) => store.create(keyOf(slot), pendingPod(slot))));
      for (const stage of [launchedPod, runningPod, finishedPod, releasedPod]) {
        pods = await Promise.all(pods.map(({ key, revision }, slot) => store.replace(key, revision, stage(slot))));
      }
      const lives = meter.writeUnits / PODS;
      const reads = meter.readUnits;
      meter.reset();
      await world.relay();
      const feed = meter.writeUnits / PODS;
      const relayReads = meter.readUnits;
      meter.reset();
      const page = await store.list({ resource: 'pods', namespace: 'default' }, { limit: 25 });
      const paged = meter.readUnits;
      meter.reset();
      expect((await store.list({ resource: 'pods', namespace: 'default' })).items).toHaveLength(PODS);
      const listed = meter.readUnits;
      console.log(
        [
          `write units a pod      ${lives.toFixed(2)}`,
          `feed, write units      ${feed.toFixed(2)} a pod, ${(feed / 5).toFixed(3)} a change`,
          `read units             ${reads} to write, ${relayReads} to relay`,
          `list of ${PODS} pods       ${listed} read units; of the first 25: ${paged}`,
        ].join('\n'),
      );
      expect(page.items).toHaveLength(25);
      expect(lives).toBeLessThan(5.1);
      expect(feed).toBeLessThan(2);
      expect(paged).toBeLessThan(listed / 2);
      await world.close();
    },
  );
});

function keyOf(slot: number) {
  return { resource: 'pods', namespace: 'default', name: pendingPod(slot).metadata.name };
}
