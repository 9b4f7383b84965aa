import { pagesOf } from '../../ports/store-support/pages.js';
import type { Page, Store, StoredObject } from '../../ports/store.js';

export interface PrefixRange {
  readonly resource: string;
  readonly namespace: string;
  /** Not empty. */
  readonly prefix: string;
  /** About how many there are: a page too large reads what lies behind them. */
  readonly expected: number;
}

/** Larger pages are read in fewer turns, smaller ones read less in vain. */
const PAGE_MIN = 10;
const PAGE_MAX = 1000;

/** The objects of a namespace whose names begin with a prefix, in order, read page by page as they are asked for. */
export async function* listByPrefix(store: Store, range: PrefixRange): AsyncGenerator<StoredObject, void> {
  const { resource, namespace, prefix, expected } = range;
  let limit = Math.min(Math.max(expected, PAGE_MIN), PAGE_MAX);
  // No object has the prefix alone as its name: Kubernetes' names do not end with a dash.
  let after: { readonly namespace: string; readonly name: string } | undefined = { namespace, name: prefix };
  while (after) {
    const page: Page = await store.list({ resource, namespace }, { limit, after });
    for (const stored of page.items) {
      if (!stored.key.name.startsWith(prefix)) return;
      yield stored;
    }
    after = page.next;
    limit = Math.min(4 * limit, PAGE_MAX);
  }
}

/** All objects of a namespace, read page by page. */
export async function* listNamespace(
  store: Store,
  resource: string,
  namespace: string,
): AsyncGenerator<StoredObject, void> {
  for await (const { items } of pagesOf(store, { resource, namespace }, { limit: PAGE_MAX })) yield* items;
}
