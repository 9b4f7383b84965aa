import { SeededIds } from '../../lib/adapters/memory/seeded-ids.js';
import { MemoryStore, type MemoryStoreOptions } from '../../lib/adapters/memory/memory-store.js';
import { VirtualClock } from '../../lib/adapters/memory/virtual-clock.js';
import { createApiServer, type ApiServer, type ApiServerOptions } from '../../lib/apiserver/app.js';
import { createAuthenticator } from '../../lib/apiserver/authentication.js';
import type { Store } from '../../lib/ports/store.js';

const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Texts of the warnings, unescaped. */
  readonly warnings: readonly string[];
  readonly text: string;
  // oxlint-disable-next-line no-explicit-any
  readonly body: any;
}

export interface TestServer {
  readonly server: ApiServer;
  readonly store: Store;
  readonly clock: VirtualClock;
  /** A request as the administrator; texts and bytes go as they are, objects as JSON. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer>;
  /** Its answer as it comes: a watch, a log. */
  open(path: string, signal?: AbortSignal, accept?: string): Promise<Response>;
}

/** An API server on a memory store, with virtual time and nothing else running. */
export function startTestServer(
  options: Partial<ApiServerOptions> & { history?: MemoryStoreOptions } = {},
): TestServer {
  const clock = new VirtualClock(Date.parse('2030-01-01T00:00:00Z'));
  const store = options.store ?? new MemoryStore(clock, options.history);
  const server = createApiServer({
    clock,
    ids: new SeededIds(1),
    authenticator: createAuthenticator([{ token: 'a-token', user: { name: 'someone', groups: [] } }]),
    version: { gitVersion: 'v1.36.3' },
    onError: (error) => {
      throw error;
    },
    ...options,
    store,
  });
  const request = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Request => {
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const content = raw ? (body as RequestInit['body']) : JSON.stringify(body);
    const type: Record<string, string> = content === undefined ? {} : { 'content-type': 'application/json' };
    return new Request(`http://server${path}`, {
      method,
      headers: { ...type, ...headers },
      ...(content && { body: content }),
    });
  };
  return {
    server,
    store,
    clock,
    send: async (method, path, body, headers) =>
      read(await server.fetch(request(method, path, body, headers), administrator)),
    open: (path, signal, accept = 'application/json') =>
      server.fetch(
        new Request(`http://server${path}`, { headers: { accept }, ...(signal && { signal }) }),
        administrator,
      ),
  };
}

async function read(response: Response): Promise<TestAnswer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type') === 'application/json' && text !== '';
  const warnings = [...(response.headers.get('warning') ?? '').matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)];
  return {
    status: response.status,
    headers: response.headers,
    warnings: warnings.map(([, warning]) => warning!.replace(/\\(.)/g, '$1')),
    text,
    body: isJson ? JSON.parse(text) : undefined,
  };
}
