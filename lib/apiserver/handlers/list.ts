import { forbiddenValue, unsupportedValue, type FieldError } from '../../apis/meta/v1/field-error.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { invalid } from '../../apis/meta/v1/status-error.js';
import {
  RevisionAhead,
  RevisionExpired,
  type Page,
  type Range,
  type Revision,
  type Store,
  type StoredObject,
} from '../../ports/store.js';
import type { Handler, ObjectList, ResourceRequest, ServerContext } from '../context.js';
import { integer } from '../http/body.js';
import { encodeContinue, parseContinue } from '../http/continue-token.js';
import { expired, expiredContinue, tooLargeResourceVersion } from '../http/errors.js';
import { parseResourceVersion } from '../http/resource-version.js';
import { parseSelectors, type Matches, type Selectors } from './selectors.js';

export const list: Handler = async (context, asked) => ({ status: 200, list: await listObjects(context, asked) });

/** One page of the objects that the request's parameters choose. */
export async function listObjects(context: ServerContext, asked: ResourceRequest): Promise<ObjectList> {
  const { query, kind } = asked;
  const selectors = parseSelectors(kind, query);
  const limit = Math.max(integer(query, 'limit') ?? 0, 0);
  const from = startOf(query, limit);
  return readPage(context, asked, selectors, limit, from);
}

interface Start {
  readonly at?: Revision;
  readonly after?: { readonly namespace: string; readonly name: string };
  /** The store must have reached this revision. */
  readonly notOlderThan?: Revision;
}

/** Where a list begins and as of when, by `continue` or by `resourceVersion` and `resourceVersionMatch`. */
function startOf(query: URLSearchParams, limit: number): Start {
  const token = query.get('continue');
  const text = query.get('resourceVersion');
  const match = query.get('resourceVersionMatch') ?? '';
  const errors = matchErrors(match, text ?? '', token ?? '');
  if (query.has('sendInitialEvents')) {
    errors.push(forbiddenValue('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  }
  if (errors.length > 0) throw invalid('ListOptions', 'meta.k8s.io', '', errors);
  if (token) return parseContinue(token, text);
  const revision = parseResourceVersion(text);
  if (revision === undefined || revision === 0) return {};
  // A page at a revision is exact even unasked: its continuation is.
  if (match === 'Exact' || (match === '' && limit > 0)) return { at: revision };
  return { notOlderThan: revision };
}

function matchErrors(match: string, resourceVersion: string, token: string): FieldError[] {
  const field = 'resourceVersionMatch';
  if (match === '') return [];
  const errors: FieldError[] = [];
  if (resourceVersion === '') {
    errors.push(forbiddenValue(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  }
  if (token !== '') errors.push(forbiddenValue(field, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan') {
    errors.push(unsupportedValue(field, match, ['Exact', 'NotOlderThan', '']));
  }
  if (match === 'Exact' && resourceVersion === '0') {
    errors.push(forbiddenValue(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  }
  return errors;
}

async function readPage(
  { registry: { store } }: ServerContext,
  { kind, namespace }: ResourceRequest,
  selectors: Selectors,
  limit: number,
  start: Start,
): Promise<ObjectList> {
  const range = { resource: kind.resource, ...(kind.namespaced && namespace ? { namespace } : {}) };
  if (start.notOlderThan !== undefined) await requireRevision(store, start.notOlderThan);
  const { matches } = selectors;
  try {
    if (matches === undefined) return await readAll(store, range, limit, start);
    const name = namespace || !kind.namespaced ? selectors.name : undefined;
    if (name !== undefined && start.at === undefined) return await readOne(store, { ...range, name }, matches);
    return await readMatching(store, range, matches, limit, start);
  } catch (error) {
    throw asListError(error, start);
  }
}

async function requireRevision(store: Store, revision: Revision): Promise<void> {
  const current = await store.currentRevision();
  if (revision > current) throw tooLargeResourceVersion(revision, current);
}

function asListError(error: unknown, { after }: Start): unknown {
  if (error instanceof RevisionAhead) return tooLargeResourceVersion(error.asked, error.current);
  if (!(error instanceof RevisionExpired)) return error;
  if (after !== undefined) return expiredContinue(encodeContinue({ at: undefined, after }));
  return expired('The resourceVersion for the provided list is too old.');
}

async function readAll(store: Store, range: Range, limit: number, { at, after }: Start): Promise<ObjectList> {
  const page = await store.list(range, { ...(limit > 0 ? { limit } : {}), at, after });
  return { items: page.items.map(({ object }) => object), metadata: pageMetadata(page, page.next, page.remaining) };
}

/** The one object that a term `metadata.name=…` leaves. */
async function readOne(store: Store, key: Range & { readonly name: string }, matches: Matches): Promise<ObjectList> {
  // Read before the object: a watch from this revision may show the object's last change again, never miss one.
  const revision = await store.currentRevision();
  const stored = await store.get({ ...key, namespace: key.namespace ?? '' });
  const items = stored !== undefined && matches(stored.object) ? [stored.object] : [];
  return { items, metadata: { resourceVersion: String(revision) } };
}

/** Most objects looked at in one go when few of them may match. */
const scanItemsMax = 1_000;

/** Reads on until `limit` objects match; how many more would is not known. */
async function readMatching(
  store: Store,
  range: Range,
  matches: Matches,
  limit: number,
  start: Start,
): Promise<ObjectList> {
  const items: KubeObject[] = [];
  let { at, after } = start;
  for (;;) {
    const page = await store.list(range, { ...(limit > 0 ? { limit: scanItemsMax } : {}), at, after });
    const end = takeMatching(page.items, matches, limit, items);
    const next = end === undefined || end === page.items.at(-1) ? page.next : end.key;
    if (next === undefined || items.length === limit) return { items, metadata: pageMetadata(page, next) };
    at = page.revision;
    after = next;
  }
}

/** Adds the matching objects until there are `limit` (0: all of them); tells at which it stopped. */
function takeMatching(
  page: readonly StoredObject[],
  matches: Matches,
  limit: number,
  items: KubeObject[],
): StoredObject | undefined {
  for (const stored of page) {
    if (matches(stored.object) && items.push(stored.object) === limit) return stored;
  }
  return undefined;
}

function pageMetadata({ revision }: Page, next: Page['next'], remaining?: number): ObjectList['metadata'] {
  return {
    resourceVersion: String(revision),
    ...(next === undefined ? {} : { continue: encodeContinue({ at: revision, after: next }) }),
    ...(next === undefined || remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
}
