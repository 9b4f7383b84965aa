import type { KubeObject } from '../../apis/meta/v1/object.js';
import { RevisionExpired, type Change, type Range, type Revision, type Store } from '../../ports/store.js';
import { expired } from '../http/errors.js';
import type { Matches } from '../handlers/selectors.js';

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'ERROR'; readonly status: object };

export interface EventBatch {
  readonly events: readonly WatchEvent[];
  /** Every event up to this revision has been handed out. */
  readonly revision: Revision;
}

/** Most objects read at once for the events a watch begins with. */
const initialItemsMax = 500;

/** ADDED for everything there is, page by page, all as of one revision. */
export async function* initialEvents(
  store: Store,
  range: Range,
  matches: Matches | undefined,
): AsyncGenerator<EventBatch> {
  let at: Revision | undefined;
  let after: { readonly namespace: string; readonly name: string } | undefined;
  do {
    const page = await store.list(range, { limit: initialItemsMax, at, after });
    const objects = page.items.map(({ object }) => object);
    const chosen = matches === undefined ? objects : objects.filter(matches);
    yield { events: chosen.map((object) => ({ type: 'ADDED', object })), revision: page.revision };
    at = page.revision;
    after = page.next;
  } while (after !== undefined);
}

/** The changes of a range as events, until `signal` aborts; an ERROR event where the history is gone. */
export async function* changeEvents(
  store: Store,
  range: Range,
  after: Revision,
  matches: Matches | undefined,
  signal: AbortSignal,
): AsyncGenerator<EventBatch> {
  try {
    for await (const { changes, revision } of store.changes(range, after, signal)) {
      const events = changes.map((change) => eventOf(change, matches)).filter((event) => event !== undefined);
      yield { events, revision };
    }
  } catch (error) {
    if (!(error instanceof RevisionExpired)) throw error;
    const { status } = expired(`too old resource version: ${error.asked} (${error.oldest})`);
    yield { events: [{ type: 'ERROR', status }], revision: after };
  }
}

/**
 * A change as a watcher with a selector sees it: an object that begins to match is ADDED, one that no longer does is
 * DELETED, in the last state that matched.
 */
export function eventOf(change: Change, matches: Matches | undefined): WatchEvent | undefined {
  const { type, object, previous } = change;
  if (matches === undefined) return { type: eventTypes[type], object };
  const matched = previous !== undefined && matches(previous);
  if (type === 'deleted') return matched ? { type: 'DELETED', object } : undefined;
  if (matches(object)) return { type: matched ? 'MODIFIED' : 'ADDED', object };
  return matched ? { type: 'DELETED', object: asOf(previous, change.revision) } : undefined;
}

const eventTypes = { created: 'ADDED', replaced: 'MODIFIED', deleted: 'DELETED' } as const;

function asOf(object: KubeObject, revision: Revision): KubeObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
}
