import { RandomIds } from '../../../lib/adapters/local/random-ids.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { NoneRuntime } from '../../../lib/adapters/memory/none-runtime.js';
import { createApiServer } from '../../../lib/apiserver/app.js';
import { createAuthenticator } from '../../../lib/apiserver/authentication.js';
import { createManager } from '../../../lib/manager/manager.js';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly contentType?: string | null;
  readonly accept?: string;
  readonly userAgent?: string;
  /** Undefined: none. */
  readonly body?: string;
}

/** An embedded server with its controllers, real time and nothing that runs pods. */
export interface Cluster {
  send(request: RawRequest): Promise<Response>;
  stop(): Promise<void>;
}

const administrator = { clientCertificate: { commonName: 'admin', organizations: ['system:masters'] } };

export async function startCluster(): Promise<Cluster> {
  const clock = new SystemClock();
  const ids = new RandomIds();
  const store = new MemoryStore(clock);
  const server = createApiServer({
    store,
    clock,
    ids,
    authenticator: createAuthenticator([]),
    version: { gitVersion: 'v1.36.3' },
    onError: (error, request) => console.error(request.method, request.url, error),
  });
  const manager = createManager({
    store,
    clock,
    ids,
    runtime: new NoneRuntime(),
    rootCertificates: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
  });
  await manager.start();
  return {
    send: (request) => server.fetch(asRequest(request), administrator),
    stop: async () => {
      await manager.stop();
      await store.close();
    },
  };
}

function asRequest({ method, path, query, contentType, accept, userAgent, body }: RawRequest): Request {
  const request = new Request(`https://localhost${path}${query ? `?${query}` : ''}`, {
    // The Request of fetch refuses TRACE; servers get it all the same.
    method: method === 'TRACE' ? 'OPTIONS' : method,
    headers: {
      'user-agent': userAgent ?? 'recorder/1.0',
      ...(contentType ? { 'content-type': contentType } : {}),
      ...(accept ? { accept } : {}),
    },
    ...(body === undefined || method === 'GET' || method === 'HEAD' ? {} : { body }),
  });
  if (!contentType) request.headers.delete('content-type');
  if (method === 'TRACE') Object.defineProperty(request, 'method', { value: method });
  return request;
}
