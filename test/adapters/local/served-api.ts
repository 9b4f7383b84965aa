import { type HttpLimits, type HttpServer, listen } from '../../../lib/adapters/local/node-http.js';
import { createPki, type Pki } from '../../../lib/adapters/local/pki.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { SeededIds } from '../../../lib/adapters/memory/seeded-ids.js';
import { createApiServer } from '../../../lib/apiserver/app.js';
import { createAuthenticator } from '../../../lib/apiserver/authentication.js';
import type { Store } from '../../../lib/ports/store.js';
import { HttpsClients } from './https-clients.js';

/** The administrator's, which the server believes. */
export const token = 'the-administrators-token';

/** An API server behind HTTPS. */
export interface Served {
  readonly http: HttpServer;
  readonly clients: HttpsClients;
  /** How many read the change feed. */
  followers(): number;
}

export function createServerPki(): Promise<Pki> {
  return createPki({ hosts: ['localhost', '127.0.0.1'], now: new Date() });
}

export async function serve(pki: Pki, limits: Partial<HttpLimits> = {}, port = 0): Promise<Served> {
  const clock = new SystemClock();
  const memory = new MemoryStore(clock);
  let following = 0;
  const changes: Store['changes'] = async function* (range, after, signal) {
    following++;
    try {
      yield* memory.changes(range, after, signal);
    } finally {
      following--;
    }
  };
  const store = new Proxy<Store>(memory, {
    get: (target, name) => {
      if (name === 'changes') return changes;
      const value = target[name as keyof Store];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const user = { name: 'finite-admin', groups: ['system:masters'] };
  const api = createApiServer({
    store,
    clock,
    ids: new SeededIds(1),
    authenticator: createAuthenticator([{ token, user }]),
    version: { gitVersion: 'v1.36.3' },
  });
  const { authority, server } = pki;
  const http = await listen({
    host: '127.0.0.1',
    port,
    authority: authority.certificate,
    ...server,
    fetch: api.fetch,
    limits,
  });
  return { http, clients: new HttpsClients(http.port, authority.certificate), followers: () => following };
}
