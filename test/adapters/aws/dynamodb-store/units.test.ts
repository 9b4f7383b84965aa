import { expect, it } from 'vitest';
import { CapacityMeter } from '../../../support/capacity-meter.js';
import { whyNoUnits } from '../../../support/describe-dynamodb.js';
import { finishedPod, launchedPod, pendingPod, releasedPod, runningPod } from './objects.js';
import { describeTable } from './describe-table.js';

const PODS = 100;
/** Six hundred writes, on a machine that is busy with other tests. */
const TIMEOUT_MS = 300_000;

describeTable(
  'capacity units',
  (on) => {
    it(
      `of the lives of ${PODS} pods: 5 writes each, and the feed that tells of them`,
      { timeout: TIMEOUT_MS },
      async () => {
        const { world } = on;
        const store = world.process();
        const meter = new CapacityMeter(world.database.client);
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
      },
    );
  },
  whyNoUnits(),
);

function keyOf(slot: number) {
  return { resource: 'pods', namespace: 'default', name: pendingPod(slot).metadata.name };
}
