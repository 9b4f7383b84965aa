import { describe, expect, it } from 'vitest';
import type { JobStatus } from '../../lib/apis/batch/v1/job/types.js';
import { play } from './behaviour/player.js';
import type { Snapshot } from './behaviour/scenario.js';
import { openNamespace } from './behaviour/served-cluster.js';
import { startVirtualServer } from './behaviour/virtual-server.js';
import { jobHistories } from './unrecorded/job-histories.js';

describe('Jobs in histories that no recording has', () => {
  it.each(Object.entries(jobHistories))('%s', async (_, { steps, status, reasons, released = [] }) => {
    const server = await startVirtualServer();
    const cluster = await openNamespace(server, 'unrecorded');
    const played = await play({ name: 'unrecorded', steps }, cluster);
    cluster.close();
    await server.stop();
    const last = played.at(-1)!;
    expect(statusIn(last)).toEqual(status);
    if (reasons) expect(reasonsIn(played)).toEqual(reasons);
    expect(releasedIn(last)).toEqual(released);
  });
});

/** Without times, UIDs and zeros; conditions in short. */
function statusIn({ jobs = [] }: Snapshot): object {
  const { status = {} } = (jobs[0] ?? {}) as { readonly status?: JobStatus };
  const { startTime: _s, completionTime: _c, uncountedTerminatedPods: _u, conditions, ...counts } = status;
  return {
    ...Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0)),
    ...(conditions && { conditions: conditions.map(({ type, reason }) => `${type} ${reason}`) }),
  };
}

function releasedIn({ pods = [] }: Snapshot): readonly number[] {
  return pods.filter(({ detail }) => detail !== undefined && !('ownerReferences' in detail)).map(({ n }) => n);
}

function reasonsIn(played: readonly Snapshot[]): readonly string[] {
  const events = played.flatMap(({ events = [] }) => events);
  return [...new Set(events.map(({ reason }) => reason))].sort();
}
