import { writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BufferedAnswer } from '../../lib/adapters/aws/lambda-http/function-url.js';
import { listen } from '../../lib/adapters/local/node-http.js';
import { createPki } from '../../lib/adapters/local/pki.js';

/** A proxy before the API, as docs/aws.md tells of one. */
export interface Door {
  /** For finite. */
  readonly environment: { readonly FINITE_SERVER: string; readonly FINITE_CERTIFICATE_AUTHORITY: string };
  close(): Promise<void>;
}

/** Function URLs of an emulator are names that only it knows: a door that kubectl finds, in front of what `apiUrl` says. */
export async function openDoor(folder: string, endpoint: string, apiUrl: () => Promise<string>): Promise<Door> {
  const pki = await createPki({ now: new Date(), hosts: ['127.0.0.1', 'localhost'] });
  const authority = pki.authority.certificate;
  const server = await listen({
    host: '127.0.0.1',
    port: 0,
    authority,
    certificate: pki.server.certificate,
    privateKey: pki.server.privateKey,
    fetch: async (request) => forward(request, endpoint, new URL(await apiUrl()).host),
  });
  const file = join(folder, 'door.pem');
  writeFileSync(file, authority);
  return {
    environment: { FINITE_SERVER: `https://127.0.0.1:${server.port}`, FINITE_CERTIFICATE_AUTHORITY: file },
    close: () => server.close(0),
  };
}

/**
 * The emulator does not stream: of a function whose URL has the invoke mode RESPONSE_STREAM it hands out what the handler
 * returned as it is, where AWS would make an answer of it.
 */
async function forward(request: Request, endpoint: string, host: string): Promise<Response> {
  const answer = await send(request, endpoint, host);
  const text = answer.body.toString();
  if (answer.type !== 'application/octet-stream' || !text.startsWith('{"statusCode"')) {
    return new Response(answer.body, { status: answer.status });
  }
  const { statusCode, headers, body } = JSON.parse(text) as BufferedAnswer;
  const isEmpty = statusCode === 204 || statusCode === 304;
  return new Response(isEmpty ? null : Buffer.from(body, 'base64'), { status: statusCode, headers });
}

interface EmulatorAnswer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

async function send(request: Request, endpoint: string, host: string): Promise<EmulatorAnswer> {
  const { pathname, search } = new URL(request.url);
  const headers = { ...Object.fromEntries(request.headers), host };
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(`${endpoint}${pathname}${search}`, { method: request.method, headers }, (incoming) => {
      const { statusCode: status = 502, headers: given } = incoming;
      buffer(incoming).then((whole) => resolve({ status, type: given['content-type'], body: whole }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
