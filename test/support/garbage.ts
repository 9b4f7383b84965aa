import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import { changeMetadata } from '../../lib/manager/commands/metadata.js';
import type { JobWorld } from './job-world.js';

/** Kubernetes' garbage collector, as far as Jobs and their pods need it. */
export function collectGarbage(world: JobWorld): void {
  const uids = new Set(world.all().map(({ metadata }) => metadata.uid));
  for (const resource of ['jobs', 'pods']) {
    for (const { metadata } of world.list(resource)) {
      const owners = metadata.ownerReferences ?? [];
      const orphaned = owners.length > 0 && owners.every(({ uid }) => !uids.has(uid));
      if (orphaned && metadata.deletionTimestamp === undefined) {
        world.delete(resource, metadata.name, { propagationPolicy: 'Background' });
      }
    }
  }
  for (const job of world.list('jobs')) finishDeletion(world, job);
}

function finishDeletion(world: JobWorld, job: KubeObject): void {
  const { uid, name, finalizers = [] } = job.metadata;
  const dependents = world
    .list('pods')
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
  if (finalizers.includes('orphan')) {
    for (const pod of dependents) change(world, 'pods', pod.metadata.name, { removeOwnerReference: { uid } });
    change(world, 'jobs', name, { removeFinalizers: ['orphan'] });
  } else if (finalizers.includes('foregroundDeletion')) {
    for (const pod of dependents) {
      if (pod.metadata.deletionTimestamp === undefined) world.delete('pods', pod.metadata.name);
    }
    if (dependents.length === 0) change(world, 'jobs', name, { removeFinalizers: ['foregroundDeletion'] });
  }
}

function change(world: JobWorld, resource: string, name: string, of: Parameters<typeof changeMetadata>[1]): void {
  world.update(resource, name, (object) => ({ ...object, metadata: changeMetadata(object.metadata, of) }));
}
