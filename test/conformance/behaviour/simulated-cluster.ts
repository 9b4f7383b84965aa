import type { Job } from '../../../lib/apis/batch/v1/job/types.js';
import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import { JobWorld } from '../../support/job-world.js';
import type { Cluster } from './cluster.js';

/**
 * The job controller alone, in virtual time: a delay of minutes takes no time, and every delay is exact. `batchMs` as in
 * `JobWorld`.
 */
export function simulatedCluster(batchMs: number): Cluster {
  const world = new JobWorld(Date.UTC(2026, 0, 1), batchMs);
  return {
    namespace: 'recorded',
    now: () => world.now,
    sleep: async (ms) => world.advanceTo(world.now + ms),
    create: async (object) => void world.create(withNamespace(object)),
    patch: async (resource, name, body) =>
      world.update(resource, name, (object) => mergePatch(object, body) as KubeObject) as undefined,
    delete: async (resource, name, { body, gracePeriodSeconds } = {}) =>
      world.delete(resource, name, { ...body, gracePeriodSeconds }) as undefined,
    get: async (resource, name) => world.get(resource, name),
    jobs: async () => (world.list('jobs') as unknown as readonly Job[]).toSorted(byName),
    cronJobs: async () => [],
    pods: async () => world.pods(),
    arrivals: () => world.arrivals,
    events: async () => world.events.map((event) => ({ component: '', ...event, count: 1 })),
    version: async () => `${world.version}/${world.events.length}`,
  };
}

function withNamespace<T extends { readonly metadata: object }>(object: T): T {
  return { ...object, metadata: { ...object.metadata, namespace: 'recorded' } };
}

function byName(a: Job, b: Job): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}

/** RFC 7396. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> = { ...(target as object | undefined) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}
