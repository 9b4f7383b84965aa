import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { ApiClient } from './api-client.js';
import type { ClusterAccess } from './kubeconfig-file.js';

/** A client of a server elsewhere, as whom a kubeconfig says. */
export function connectTo(access: ClusterAccess): ApiClient {
  const secure = access.server.startsWith('https:');
  const agent = secure
    ? new HttpsAgent({
        keepAlive: true,
        ca: access.certificateAuthority,
        cert: access.clientCertificate,
        key: access.clientKey,
        rejectUnauthorized: access.insecure !== true,
      })
    : new HttpAgent({ keepAlive: true });
  const open = secure ? httpsRequest : httpRequest;
  const base = access.server.replace(/\/$/, '');
  return new ApiClient(async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    const token = await access.token?.();
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const headers = { ...Object.fromEntries(request.headers), ...authorization };
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const options = { agent, method: request.method, headers, signal: request.signal };
      open(base + pathname + search, options, resolve)
        .on('error', (error) => reject(new Error(`${access.server}: ${error.message}`, { cause: error })))
        .end(body);
    });
    return new Response(Readable.toWeb(answer) as ReadableStream<Uint8Array>, { status: answer.statusCode });
  });
}
