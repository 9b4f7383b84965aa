import type { KubeObject } from '../../apis/meta/v1/object.js';
import { Absent, AlreadyExists, RevisionMismatch } from '../store.js';
import type { ObjectKey, Revision, StoredObject } from '../store.js';

/**
 * The revision of the next write: the time in microseconds, or one more than the last where the clock has not moved on
 * (or was set back). Microseconds leave room for a million writes a second before revisions run ahead of the clock.
 */
export function nextRevision(last: Revision, nowMs: number): Revision {
  return Math.max(last + 1, Math.floor(nowMs * 1000));
}

/** The object with its revision as `metadata.resourceVersion`; everything below `metadata` is shared, not copied. */
export function withRevision(object: KubeObject, revision: Revision): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}

/** The condition of `create`. */
export function requireAbsent(key: ObjectKey, current: StoredObject | undefined): void {
  if (current) throw new AlreadyExists(key, current);
}

/** The condition of `replace` and `delete`. Returns what is there. */
export function requireRevision(key: ObjectKey, current: StoredObject | undefined, expected: Revision): StoredObject {
  if (!current) throw new Absent(key);
  if (current.revision !== expected) throw new RevisionMismatch(key, expected, current);
  return current;
}
