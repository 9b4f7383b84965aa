import type { ListOptions, Page, Range, Store } from '../store.js';

/** What a list holds, page by page, each read when it is asked for. Without `at`, each is as of the moment it is read. */
export async function* pagesOf(
  store: Pick<Store, 'list'>,
  range: Range,
  options: ListOptions & { readonly limit: number },
): AsyncGenerator<Page, void> {
  let { after } = options;
  do {
    const page: Page = await store.list(range, { ...options, ...(after && { after }) });
    yield page;
    after = page.next;
  } while (after);
}
