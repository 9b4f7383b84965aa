import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HttpLimits } from '../../../lib/adapters/local/node-http.js';
import type { Pki } from '../../../lib/adapters/local/pki.js';
import { certificateOf, nextEvent, textOf, type Caller } from './https-clients.js';
import { createServerPki, serve, token, type Served } from './served-api.js';

const configMaps = '/api/v1/namespaces/default/configmaps';
const watch = `${configMaps}?watch=true`;
/** In which a client that is neither slow nor silent has asked, on a machine that is busy with other tests. */
const BUSY_MS = 1000;

let pki: Pki;
let stranger: Pki;
beforeAll(async () => {
  [pki, stranger] = await Promise.all([createServerPki(), createServerPki()]);
});

let served: Served;
beforeEach(async () => void (served = await serve(pki)));
afterEach(() => served.http.close(0));

describe.each(['HTTP/1.1', 'HTTP/2'] as const)('over %s', (protocol) => {
  const send = (path: string, caller: Caller, body?: string) => served.clients.send(protocol, path, caller, body);

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
    const stream = await served.clients.open(protocol, watch, { token });
    await send(configMaps, { token }, JSON.stringify({ metadata: { name: 'one' } }));
    expect(await nextEvent(stream.body)).toMatchObject({ type: 'ADDED', object: { metadata: { name: 'one' } } });
    expect(served.followers()).toBe(1);
    stream.leave();
    await until(() => served.followers() === 0);
  });

  it('closes within its grace, ending the watches that are open', async () => {
    const stream = await served.clients.open(protocol, watch, { token });
    const ended = new Promise<void>((resolve) => stream.body.once('close', resolve).resume());
    await served.http.close(50);
    await ended;
    await until(() => served.followers() === 0);
  });
});

describe('the listener', () => {
  it('speaks HTTP/1.1 to a client that offers no protocol', async () => {
    const socket = await served.clients.handshake({});
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 OK[^]*\r\n\r\nok$/);
  });

  it('takes in no more than a body’s limit when its length is not declared', async () => {
    const socket = await served.clients.handshake({ ALPNProtocols: ['http/1.1'] });
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
    await expect(served.clients.handshake(old)).rejects.toThrow(/version|alert/i);
    expect((await served.clients.handshake({ maxVersion: 'TLSv1.2' })).getProtocol()).toBe('TLSv1.2');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('knows the client of a resumed session of %s', async (version) => {
    const caller = {
      minVersion: version,
      maxVersion: version,
      ...certificateOf(pki.admin),
      ALPNProtocols: ['http/1.1'],
    };
    const first = await served.clients.handshake(caller);
    let session = first.getSession();
    first.on('session', (newer) => (session = newer));
    first.write(`GET ${configMaps} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
    expect(await textOf(first)).toMatch(/^HTTP\/1\.1 200 /);
    const resumed = await served.clients.handshake({ ...caller, session });
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
    await expect(serve(pki, {}, served.http.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});

describe('slow and silent clients', () => {
  const restart = async (limits: Partial<HttpLimits>): Promise<void> => {
    await served.http.close(0);
    served = await serve(pki, limits);
  };

  it('are cut when they do not finish their handshake', async () => {
    await restart({ handshakeMs: 50 });
    await once(connectTcp(served.http.port, '127.0.0.1').resume(), 'close');
  });

  it('are answered 408 when they do not finish their headers', async () => {
    await restart({ headersMs: 50 });
    const socket = await served.clients.handshake({ ALPNProtocols: ['http/1.1'] });
    socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n');
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('are answered 408 when they do not finish their body', async () => {
    await restart({ headersMs: 50, requestMs: 100 });
    const socket = await served.clients.handshake({ ALPNProtocols: ['http/1.1'] });
    socket.write(
      `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n` +
        'Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{',
    );
    expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each(['h2', 'http/1.1'])('are let go when they ask for nothing over %s', async (protocol) => {
    await restart({ idleMs: BUSY_MS, headersMs: BUSY_MS });
    if (protocol === 'h2') {
      await once(served.clients.http2(), 'close');
    } else {
      const socket = await served.clients.handshake({ ALPNProtocols: [protocol] });
      socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
      expect(await textOf(socket)).toMatch(/^HTTP\/1\.1 200 /);
    }
  });

  it.each(['HTTP/1.1', 'HTTP/2'] as const)('are not those of a silent watch over %s', async (protocol) => {
    await restart({ idleMs: BUSY_MS, headersMs: BUSY_MS, requestMs: BUSY_MS });
    const stream = await served.clients.open(protocol, watch, { token });
    await new Promise((resolve) => setTimeout(resolve, 2 * BUSY_MS));
    await served.clients.send('HTTP/1.1', configMaps, { token }, JSON.stringify({ metadata: { name: 'late' } }));
    expect(await nextEvent(stream.body)).toMatchObject({ object: { metadata: { name: 'late' } } });
    stream.leave();
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}
