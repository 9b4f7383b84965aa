import { once } from 'node:events';
import { type ClientHttp2Session, connect as connectHttp2, type IncomingHttpHeaders } from 'node:http2';
import { request as requestHttp1, type RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { connect as connectTls, type ConnectionOptions, type SecureContextOptions, type TLSSocket } from 'node:tls';
import type { KeyPair } from '../../../lib/adapters/local/pki.js';

type Protocol = 'HTTP/1.1' | 'HTTP/2';

/** Who asks, and with what. */
export interface Caller {
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

/** Clients of an HTTPS server of this machine, each request on a connection of its own. */
export class HttpsClients {
  constructor(
    readonly port: number,
    /** Whose server's certificate is believed, as PEM. */
    readonly authority: string,
  ) {}

  /** With a body it is a POST. */
  send(protocol: Protocol, path: string, caller: Caller, body?: string): Promise<Answer> {
    return protocol === 'HTTP/2' ? this.#sendHttp2(path, caller, body) : this.#sendHttp1(path, caller, body);
  }

  /** An answer that goes on. */
  open(protocol: Protocol, path: string, caller: Caller): Promise<Stream> {
    return protocol === 'HTTP/2' ? this.#openHttp2(path, caller) : this.#openHttp1(path, caller);
  }

  /** A connection on which nothing has been asked. */
  async handshake(options: ConnectionOptions): Promise<TLSSocket> {
    const address = { host: '127.0.0.1', port: this.port, servername: 'localhost' };
    const socket = connectTls({ ...address, ca: this.authority, ...options });
    await once(socket, 'secureConnect');
    return socket;
  }

  http2(caller: Caller = {}): ClientHttp2Session {
    return connectHttp2(`https://127.0.0.1:${this.port}`, this.#tlsOf(caller));
  }

  #sendHttp1(path: string, caller: Caller, body?: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const method = body === undefined ? 'GET' : 'POST';
      const request = requestHttp1({ ...this.#optionsOf(path, caller), method }, (response) => {
        response.resume();
        resolve({ status: response.statusCode! });
      });
      request.on('error', reject).end(body);
    });
  }

  async #sendHttp2(path: string, caller: Caller, body?: string): Promise<Answer> {
    const session = this.http2(caller);
    try {
      return await answerOf(session, path, caller, body);
    } finally {
      session.destroy();
    }
  }

  #openHttp1(path: string, caller: Caller): Promise<Stream> {
    return new Promise((resolve, reject) => {
      const request = requestHttp1(this.#optionsOf(path, caller), (body) =>
        resolve({ body: body.on('error', () => undefined), leave: () => request.destroy() }),
      );
      request.on('error', reject).end();
    });
  }

  async #openHttp2(path: string, caller: Caller): Promise<Stream> {
    const session = this.http2(caller).on('error', () => undefined);
    const body = session.request({ ':path': path, ...headersOf(caller) }).on('error', () => undefined);
    await once(body, 'response');
    return { body, leave: () => session.destroy() };
  }

  #optionsOf(path: string, caller: Caller): RequestOptions {
    const { port } = this;
    return { host: '127.0.0.1', port, path, headers: headersOf(caller), agent: false, ...this.#tlsOf(caller) };
  }

  #tlsOf({ pair }: Caller): SecureContextOptions {
    return { ca: this.authority, ...(pair && certificateOf(pair)) };
  }
}

/** A client's certificate, as TLS takes it. */
export function certificateOf(pair: KeyPair): { readonly cert: string; readonly key: string } {
  return { cert: pair.certificate, key: pair.privateKey };
}

function headersOf({ token, headers }: Caller): Record<string, string> {
  const authorization: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { 'content-type': 'application/json', ...authorization, ...headers };
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

/** The first event of a watch. */
export async function nextEvent(body: Readable): Promise<unknown> {
  let text = '';
  while (!text.includes('\n')) text += (await once(body, 'data')).toString();
  return JSON.parse(text.slice(0, text.indexOf('\n')));
}

/** All that comes until the other side closes. */
export async function textOf(socket: TLSSocket): Promise<string> {
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined);
  await once(socket, 'close');
  return text;
}
