import { describe, expect, it } from 'vitest';
import { differences } from './behaviour/compare.js';
import { play } from './behaviour/player.js';
import type { Scenario } from './behaviour/scenario.js';
import { simulatedCluster } from './behaviour/simulated-cluster.js';
import { recordedCases, whyNoRecordings } from './recordings.js';
import { skipped } from '../support/skipped.js';

const scenarios = recordedCases<Scenario>('behaviour');
const ofJobs = scenarios
  .filter(({ name }) => !name.startsWith('cron/'))
  .map((scenario) => [scenario.name, scenario] as const);

/** Kubernetes collects what happens to a Job for so long before it looks. */
const KUBERNETES_BATCH_MS = 1000;

describe.skipIf(whyNoRecordings !== undefined)(
  skipped('the job controller, looking as seldom as the recorded one', whyNoRecordings),
  () => {
    it.each(ofJobs)('does the same in %s', async (_, scenario) => {
      expect(differences(scenario, await play(scenario, simulatedCluster(KUBERNETES_BATCH_MS)))).toEqual([]);
    });
  },
);
