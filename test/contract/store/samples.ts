import type { KubeObject } from '../../../lib/apis/meta/v1/object.js';
import type { ObjectKey, Revision } from '../../../lib/ports/store.js';

/** The key of a Job in the namespace `default`. */
export function job(jobName: string): ObjectKey {
  return { resource: 'jobs', namespace: 'default', name: jobName };
}

/** A Job as a store takes it: it looks at `metadata.resourceVersion` alone. */
export function object(objectName: string, metadata: object = {}, spec: object = {}): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: objectName,
      namespace: 'default',
      uid: '5a4ac1a2-7d5b-4d0c-8a35-0e4a4cbb6b5e',
      creationTimestamp: '2026-01-01T00:00:00Z',
      ...metadata,
    },
    spec,
  };
}

/** An object as it is handed out at a revision. */
export function atRevision(given: KubeObject, revision: Revision): KubeObject {
  return { ...given, metadata: { ...given.metadata, resourceVersion: String(revision) } };
}

/** `namespace/name`. */
export function pathOf({ key }: { readonly key: ObjectKey }): string {
  return `${key.namespace}/${key.name}`;
}

/** Names in the order of their numbers. */
export function nameOf(n: number): string {
  return `j${String(n).padStart(4, '0')}`;
}

/** 0, 1, … */
export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
