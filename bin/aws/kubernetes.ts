import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { ApiClient } from '../local/api-client.js';
import { connectTo } from '../local/https-client.js';
import type { ApiAddress } from './api-address.js';
import { makeToken, type Credentials } from './make-token.js';
import type { Stack } from './stack.js';

/** A client of a stack's API, as who has the credentials. It works for as long as a token does: 14 minutes. */
export async function connectToStack(stack: Stack, address: ApiAddress, credentials: Credentials): Promise<ApiClient> {
  const { token } = await makeToken(credentials, stack, new Date());
  return connectTo({ ...address, namespace: 'default', token: async () => token });
}

const PAGE_SIZE = 500;

/** Every object below a path, page by page, so that a million never are in memory together. */
export async function* listAll<T extends object>(client: ApiClient, path: string): AsyncGenerator<KubeObject & T> {
  let next = '';
  do {
    const query = `${path.includes('?') ? '&' : '?'}limit=${PAGE_SIZE}${next && `&continue=${encodeURIComponent(next)}`}`;
    const page = (await client.get(path + query)) as unknown as {
      readonly items: readonly (KubeObject & T)[];
      readonly metadata: { readonly continue?: string };
    };
    yield* page.items;
    next = page.metadata.continue ?? '';
  } while (next !== '');
}
