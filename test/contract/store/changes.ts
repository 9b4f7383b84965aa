import type { Change, ChangeBatch, FeedRange, Revision, Store, StoredObject } from '../../../lib/ports/store.js';
import { turn } from '../../support/virtual-time.js';
import { job, object, pathOf } from './samples.js';

/** All changes of a range after a revision, up to the newest of now. */
export async function read(store: Store, feedRange: FeedRange, after: Revision): Promise<Change[]> {
  const newest = await store.currentRevision();
  const changes: Change[] = [];
  if (after >= newest) return changes;
  const stop = new AbortController();
  await follow(store, feedRange, after, stop.signal, (batch) => {
    changes.push(...batch.changes);
    if (batch.revision >= newest) stop.abort();
  });
  return changes;
}

/** Reads a feed until its signal aborts. */
export async function follow(
  store: Store,
  feedRange: FeedRange,
  after: Revision,
  signal: AbortSignal,
  take: (batch: ChangeBatch) => void,
): Promise<void> {
  for await (const batch of store.changes(feedRange, after, signal)) take(batch);
}

/** Waits until all readers have come to a revision. */
export async function readUntil(store: Store, readers: readonly Change[][], revision: Revision): Promise<void> {
  while (readers.some((seen) => (seen.at(-1)?.revision ?? 0) < revision)) {
    await turn();
    await store.currentRevision();
  }
}

/** Creates, replaces and deletes one key in turns; returns the revisions acknowledged. */
export async function churn(store: Store, jobName: string, turns: number): Promise<Revision[]> {
  const revisions: Revision[] = [];
  let current: StoredObject | undefined;
  for (let turn = 0; turn < turns; turn++) {
    if (!current) {
      current = await store.create(job(jobName), object(jobName, {}, { turn }));
      revisions.push(current.revision);
    } else if (turn % 5 === 4) {
      revisions.push((await store.delete(job(jobName), current.revision)).revision);
      current = undefined;
    } else {
      current = await store.replace(job(jobName), current.revision, object(jobName, {}, { turn }));
      revisions.push(current.revision);
    }
  }
  return revisions;
}

/** The revisions that changes leave behind, in the order of keys. */
export function replay(changes: readonly Change[]): Revision[] {
  const state = new Map<string, Revision>();
  apply(state, changes);
  return [...state.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, revision]) => revision);
}

/** Makes of the revisions by path what changes make of them. */
export function apply(state: Map<string, Revision>, changes: readonly Change[]): void {
  for (const change of changes) {
    if (change.type === 'deleted') state.delete(pathOf(change));
    else state.set(pathOf(change), change.revision);
  }
}
