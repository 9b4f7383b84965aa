import { once } from 'node:events';
import { connect as connectHttp2, type ClientHttp2Session, type IncomingHttpHeaders } from 'node:http2';
import { request as requestHttp1 } from 'node:https';
import { connect as connectTcp } from 'node:net';
import type { Readable } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { listen, type HttpLimits, type HttpServer } from '../../../lib/adapters/local/node-http.js';
import { createPki, type KeyPair, type Pki } from '../../../lib/adapters/local/pki.js';
import { SeededIds } from '../../../lib/adapters/memory/seeded-ids.js';
import { MemoryStore } from '../../../lib/adapters/memory/memory-store.js';
import { SystemClock } from '../../../lib/adapters/local/system-clock.js';
import { createApiServer } from '../../../lib/apiserver/app.js';
import { createAuthenticator } from '../../../lib/apiserver/authentication.js';
import type { Store } from '../../../lib/ports/store.js';

const token = 'the-administrators-token';
const configMaps = '/api/v1/namespaces/default/configmaps';
const watch = `${configMaps}?watch=true`;

let pki: Pki;
let stranger: Pki;
beforeAll(async () => {
  [pki, stranger] = await Promise.all([createServerPki(), createServerPki()]);
});

let served: Served;
beforeEach(async () => void (served = await serve()));
afterEach(() => served.http.close(0));

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('over %s', (protocol) => {
  const send = (path: string, caller: Caller, body?: string): Promise<Answer> =>
    (protocol === 'HTTP/2' ? sendHttp2 : sendHttp1)(served.http.port, path, caller, body);

  it('believes a client certificate of its own authority', async () => {
    expect(await send(configMaps, { pair: pki.admin })).toMatchObject({ status: 200 });
  });

  it.each([
    ['a certificate of another authority', () => ({ pair: stranger.admin })],
    ['no credentials', () => ({})],
    ['a wrong token', () => ({ token: 'wrong' })],
    ['a wrong token, whatever the certificate', () => ({ token: 'wrong', pair: pki.admin })],
    ['a token with more behind it', () => ({ token: `${token}x` })],
  ] as const)('answers 401 to %s', async (_, caller) => {
    expect(await send(configMaps, caller())).toMatchObject({ status: 401 });
  });

  it('gives a server’s certificate no rights of an administrator', async () => {
    expect(await send(configMaps, { pair: pki.server })).toMatchObject({ status: 401 });
  });

  it('believes the right token', async () => {
    expect(await send(configMaps, { token })).toMatchObject({ status: 200 });
  });

  it.each(['/healthz', '/readyz', '/livez', '/version'])('answers %s to everybody', async (path) => {
    expect(await send(path, {})).toMatchObject({ status: 200 });
  });

  it.each(['/', '/api', '/apis', '/openapi/v2', '/metrics', '/healthz/../api', '//version', '/version/../api/v1'])(
    'tells nobody unknown what is at %s',
    async (path) => {
      expect(await send(path, {})).toMatchObject({ status: 401 });
    },
  );

  it('refuses a body above 3 MiB without having taken it in', async () => {
    const answer = await send(configMaps, { token }, 'x'.repeat(3 * 1024 * 1024 + 1));
    expect(answer).toMatchObject({ status: 413 });
  });

  it('takes a body of exactly 3 MiB', async () => {
    const object = JSON.stringify({ metadata: { name: 'large' }, data: {} });
    expect(await send(configMaps, { token }, object.padEnd(3 * 1024 * 1024))).toMatchObject({ status: 201 });
  });

  it('refuses headers that are too long', async () => {
    const answer = await send(configMaps, { token, headers: { 'x-long': 'x'.repeat(100_000) } }).catch(() => undefined);
    expect(answer?.status ?? 431).toBe(431);
    expect(await send('/healthz', {})).toMatchObject({ status: 200 });
  });

  it('streams a watch, and ends it when its client goes', async () => {
    const stream = await (protocol === 'HTTP/2' ? openHttp2 : openHttp1)(served.http.port, watch);
    await send(configMaps, { token }, JSON.stringify({ metadata: { name: 'one' } }));
    expect(await nextEvent(stream.body)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
    expect(served.followers()).toBe(1);
    stream.leave();
    await until(() => served.followers() === 0);
  });

  it('closes within its grace, ending the watches that are open', async () => {
    const stream = await (protocol === 'HTTP/2' ? openHttp2 : openHttp1)(served.http.port, watch);
    const ended = new Promise<void>((resolve) => stream.body.once('close', resolve).resume());
    await served.http.close(50);
    await ended;
    await until(() => served.followers() === 0);
  });
});

describe('the listener', () => {
  it('speaks HTTP/1.1 to a client that offers no protocol', async () => {
    const socket = await handshake({});
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nok$/);
  });

  it('takes in no more than a body’s limit when its length is not declared', async () => {
    const socket = await handshake({ ALPNProtocols: ['http/1.1'] });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString())).on('error', () => undefined);
    socket.write(
      `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`;
    for (let sent = 0; sent < 100 && !answer; sent++) {
      socket.write(chunk);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await until(() => answer !== '');
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('speaks no TLS older than 1.2', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    await expect(handshake(old)).rejects.toThrow(/version|alert/i);
    expect((await handshake({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('knows the client of a resumed session of %s', async (version) => {
    const caller = { minVersion: version, maxVersion: version, ...clientOf(pki.admin), ALPNProtocols: ['http/1.1'] };
    const first = await handshake(caller);
    let session = first.getSession();
    first.on('session', (newer) => (session = newer));
    first.write(`GET ${configMaps} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await textOf(first)).toMatch(/^HTTP\/1\.1 200 /);
    const resumed = await handshake({ ...caller, session });
    expect(resumed.isSessionReused()).toBe(true);
    resumed.write(`GET ${configMaps} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await textOf(resumed)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('closes within its grace while a client has not finished its handshake', async () => {
    const silent = connectTcp(served.http.port, '127.0.0.1');
    await once(silent, 'connect');
    const closed = once(silent, 'close');
    await served.http.close(50);
    await closed;
  });

  it('rejects when its port is taken', async () => {
    await expect(serve({}, served.http.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('slow and silent clients', () => {
  const restart = async (limits: Partial<HttpLimits>): Promise<void> => {
    await served.http.close(0);
    served = await serve(limits);
  };

  it('are cut when they do not finish their handshake', async () => {
    await restart({ handshakeMs: 50 });
    await once(connectTcp(served.http.port, '127.0.0.1').resume(), 'close');
  });

  it('are answered 408 when they do not finish their headers', async () => {
    await restart({ headersMs: 50 });
    const socket = await handshake({ ALPNProtocols: ['http/1.1'] });
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('are answered 408 when they do not finish their body', async () => {
    await restart({ headersMs: 50, requestMs: 100 });
    const socket = await handshake({ ALPNProtocols: ['http/1.1'] });
    socket.write(
      `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each(['h2', 'http/1.1'])('are let go when they ask for nothing over %s', async (protocol) => {
    await restart({ idleMs: 50, headersMs: 50 });
    if (protocol === 'h2') {
      const session = connectHttp2(`https://127.0.0.1:${served.http.port}`, { ca: pki.authority.certificate });
      await once(session, 'close');
    } else {
      const socket = await handshake({ ALPNProtocols: [protocol] });
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it.each([
    ['HTTP/1.1', openHttp1],
    ['HTTP/2', openHttp2],
  ])('are not those of a silent watch over %s', async (_, open) => {
    await restart({ idleMs: 30, headersMs: 30, requestMs: 30 });
    const stream = await open(served.http.port, watch);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await sendHttp1(served.http.port, configMaps, { token }, JSON.stringify({ metadata: { name: 'late' } }));
    expect(await nextEvent(stream.body)).toMatchObject({ object: { metadata: { name: 'late' } } });
    stream.leave();
  });
});

interface Served {
  readonly http: HttpServer;
  /** How many read the change feed. */
  followers(): number;
}

function createServerPki(): Promise<Pki> {
  return createPki({ hosts: ['localhost', '127.0.0.1'], now: new Date() });
}

async function serve(limits: Partial<HttpLimits> = {}, port = 0): Promise<Served> {
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
  return { http, followers: () => following };
}

interface Caller {
  readonly pair?: KeyPair;
  readonly token?: string;
  readonly headers?: Record<string, string>;
}

interface Answer {
  readonly status: number;
}

interface Stream {
  readonly body: Readable;
  leave(): void;
}

function clientOf(pair: KeyPair | undefined): { ca: string; cert?: string; key?: string } {
  return { ca: pki.authority.certificate, ...(pair && { cert: pair.certificate, key: pair.privateKey }) };
}

function headersOf({ token: bearer, headers }: Caller): Record<string, string> {
  const authorization: Record<string, string> = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  return { 'content-type': 'application/json', ...authorization, ...headers };
}

function sendHttp1(port: number, path: string, caller: Caller, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const options = { host: '127.0.0.1', port, path, method, headers: headersOf(caller), agent: false };
    const request = requestHttp1({ ...options, ...clientOf(caller.pair) }, (response) => {
      response.resume();
      resolve({ status: response.statusCode! });
    });
    request.on('error', reject).end(body);
  });
}

async function sendHttp2(port: number, path: string, caller: Caller, body?: string): Promise<Answer> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, clientOf(caller.pair));
  try {
    return await answerOf(session, path, caller, body);
  } finally {
    session.destroy();
  }
}

function answerOf(session: ClientHttp2Session, path: string, caller: Caller, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const stream = session.request({ ':path': path, ':method': method, ...headersOf(caller) });
    session.once('error', reject);
    stream
      .once('response', (headers: IncomingHttpHeaders) => resolve({ status: Number(headers[':status']) }))
      .on('error', reject)
      .once('close', () => reject(new Error('closed without an answer')))
      .resume()
      .end(body);
  });
}

function openHttp1(port: number, path: string): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, headers: headersOf({ token }), agent: false };
    const request = requestHttp1({ ...options, ...clientOf(undefined) }, (body) =>
      resolve({ body: body.on('error', () => undefined), leave: () => request.destroy() }),
    );
    request.on('error', reject).end();
  });
}

async function openHttp2(port: number, path: string): Promise<Stream> {
  const session = connectHttp2(`https://127.0.0.1:${port}`, clientOf(undefined)).on('error', () => undefined);
  const body = session.request({ ':path': path, ...headersOf({ token }) }).on('error', () => undefined);
  await once(body, 'response');
  return { body, leave: () => session.destroy() };
}

async function nextEvent(body: Readable): Promise<unknown> {
  let text = '';
  while (!text.includes('\n')) text += (await once(body, 'data')).toString();
  return JSON.parse(text.slice(0, text.indexOf('\n')));
}

async function handshake(options: ConnectionOptions): Promise<TLSSocket> {
  const address = { host: '127.0.0.1', port: served.http.port, servername: 'localhost' };
  const socket = connectTls({ ...address, ca: pki.authority.certificate, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** All that comes until the other side closes. */
async function textOf(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
  await once(socket, 'close');
  return text;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
