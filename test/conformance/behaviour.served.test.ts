import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startControlPlane, type ControlPlane } from '../../bin/local/control-plane.js';
import { knownDifferences } from './behaviour/known-differences.js';
import { differences } from './behaviour/compare.js';
import { play } from './behaviour/player.js';
import type { Scenario } from './behaviour/scenario.js';
import { openNamespace, type Server } from './behaviour/served-cluster.js';
import { startVirtualServer } from './behaviour/virtual-server.js';
import { recordedCases, whyNoRecordings } from './recordings.js';
import { skipped } from '../support/skipped.js';

const scenarios = recordedCases<Scenario>('behaviour');
const named = scenarios.map((scenario) => [scenario.name, scenario] as const);

/** Plays in a namespace of its own. */
async function replay(server: Server, scenario: Scenario, namespace: string): Promise<readonly string[]> {
  const cluster = await openNamespace(server, namespace);
  try {
    return differences(scenario, await play(scenario, cluster));
  } finally {
    cluster.close();
  }
}

function expectSame(name: string, found: readonly string[]): void {
  // A known difference that is none any more is to be struck off the list.
  if (name in knownDifferences) expect(found).not.toEqual([]);
  else expect(found).toEqual([]);
}

describe.skipIf(whyNoRecordings !== undefined)(
  skipped('Jobs and CronJobs on the whole server, in virtual time', whyNoRecordings),
  () => {
    it.each(named)('live as recorded in %s', async (name, scenario) => {
      const server = await startVirtualServer();
      expectSame(name, await replay(server, scenario, 'recorded'));
      await server.stop();
    });
  },
);

/** `BEHAVIOUR=wall-clock`: all histories at once, each in a namespace of its own; takes as long as the longest, 3 min. */
const whyNoWallClock =
  process.env['BEHAVIOUR'] === 'wall-clock' ? whyNoRecordings : 'minutes, with BEHAVIOUR=wall-clock';

describe.skipIf(whyNoWallClock !== undefined)(
  skipped('Jobs and CronJobs on the embedded server without a runtime, by the wall clock', whyNoWallClock),
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'finite-behaviour-'));
    const replays = new Map<string, Promise<readonly string[]>>();
    let plane: ControlPlane;

    beforeAll(async () => {
      plane = await startControlPlane({ dataFolder: folder, runtime: 'none' });
      const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };
      const server: Server = {
        fetch: (request) => plane.fetch(request, administrator),
        now: () => Date.now(),
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      };
      for (const [position, [name, scenario]] of named.entries()) {
        const playing = replay(server, scenario, `behaviour-${position}`);
        playing.catch(() => {});
        replays.set(name, playing);
      }
    });

    afterAll(async () => {
      await plane.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    it.each(named)(
      'live as recorded in %s',
      async (name) => {
        const found = await replays.get(name)!;
        // By the wall clock it is chance on which side of an event these snapshots fall.
        if (!(name in knownDifferences)) expect(found).toEqual([]);
      },
      300_000,
    );
  },
);
