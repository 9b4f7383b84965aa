import { keyText } from '../../../ports/store-support/key-order.js';
import type { Change, Revision } from '../../../ports/store.js';
import type { FeedEntry } from './items.js';

/**
 * How long before a revision was handed out a write with a lower one may still have been under way, unseen by whoever
 * handed it out: the longest attempt to write, and what clocks of processes differ by. In microseconds, as revisions are.
 * Shorter, and a watch may miss a change; longer, and watches that begin show more changes again.
 */
export const REVISION_WINDOW = 1_000_000;

export interface Resumption {
  /** Where the reader goes on: it knows the state at this revision. */
  readonly after: Revision;
  /** The process whose lower changes the reader knows for certain: the one that wrote `after`. */
  readonly knownWriter: string | undefined;
}

/**
 * The changes a reader who goes on after a revision is handed, in order.
 *
 * Those above it; and again the newest state of every key that changed within the window before it, unless by the process
 * that wrote the revision itself: another one's write may have been under way when a list read past it, and become visible
 * after. The newest state only: a reader may see what it knows once more, but nothing older.
 */
export function resume(entries: readonly FeedEntry[], { after, knownWriter }: Resumption): Change[] {
  const sorted = entries.map(({ change, writer }) => ({ change, writer })).toSorted(byRevision);
  const newest = new Map<string, { readonly change: Change; readonly writer: string }>();
  for (const entry of sorted) {
    if (entry.change.revision <= after) newest.set(keyText(entry.change.key), entry);
  }
  return sorted
    .filter((entry) => {
      if (entry.change.revision > after) return true;
      if (!isDoubtful(entry.change, after) || processOf(entry.writer) === knownWriter) return false;
      return newest.get(keyText(entry.change.key)) === entry;
    })
    .map(({ change }) => change);
}

/** Whether a reader who knows the state at a revision may not know this change below it. */
export function isDoubtful({ revision }: Pick<Change, 'revision'>, after: Revision): boolean {
  return revision < after && revision > after - REVISION_WINDOW;
}

/** The process that wrote a change with this revision. */
export function writerOf(entries: readonly FeedEntry[], revision: Revision): string | undefined {
  const entry = entries.find(({ change }) => change.revision === revision);
  return entry && processOf(entry.writer);
}

export function processOf(writer: string): string {
  return writer.slice(0, writer.indexOf('.'));
}

export function byRevision(one: { readonly change: Change }, other: { readonly change: Change }): number {
  return one.change.revision - other.change.revision;
}
