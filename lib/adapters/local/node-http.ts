import { createServer as createHttp1Server } from 'node:http';
import type { IncomingMessage, RequestListener, Server as Http1Server } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import type { Http2Server, Http2ServerRequest, Http2Session, ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server as TlsServer, type TLSSocket } from 'node:tls';
import { getRequestListener } from '@hono/node-server';

/** What the transport knows of who is calling. */
export interface Connection {
  /** The subject of a client certificate that the server's own authority has signed. */
  readonly clientCertificate?: { readonly commonName: string; readonly organizations: readonly string[] };
}

export interface HttpServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** PEM texts: whose client certificates are believed, and the server's own. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
  readonly fetch: (request: Request, connection: Connection) => Promise<Response>;
  readonly limits?: Partial<HttpLimits>;
}

export interface HttpServer {
  readonly port: number;
  /** Answers no new requests, gives those under way `graceMs` to end, then cuts what is left (watches never end by themselves). */
  close(graceMs: number): Promise<void>;
}

/** How long clients may take, in milliseconds. */
export interface HttpLimits {
  readonly handshakeMs: number;
  readonly headersMs: number;
  /** For a whole request; how long its answer takes is not limited. */
  readonly requestMs: number;
  /** Without a request under way. */
  readonly idleMs: number;
}

/** As kube-apiserver, where it has the same: longer lets slow or silent clients hold connections, shorter cuts real ones. */
const usualLimits: HttpLimits = { handshakeMs: 10_000, headersMs: 32_000, requestMs: 60_000, idleMs: 90_000 };
const streamsMax = 250;
/** How often slow requests of HTTP/1.1 are looked for. */
const lookMs = 5000;

/**
 * HTTPS with HTTP/2 and HTTP/1.1 on one port. Rejects with the listen error (`EADDRINUSE`, `EACCES`, `EADDRNOTAVAIL`).
 *
 * One TLS server hands each connection to the server of the protocol that was agreed on: Node's own mixture of both
 * does not limit how long a client of HTTP/1.1 may take over its request.
 */
export async function listen(options: HttpServerOptions): Promise<HttpServer> {
  const connections = new WeakMap<object, Connection>();
  const listener = getRequestListener(
    (request, { incoming }) => options.fetch(request, connectionOf(connections, incoming as IncomingMessage)),
    { overrideGlobalObjects: false },
  );
  const open: OpenConnections = { sockets: new Set(), sessions: new Set() };
  const limits = { ...usualLimits, ...options.limits };
  const http1 = createHttp1(listener, limits);
  const http2 = createHttp2(listener as never, open, limits);
  const server = createTlsServer(options, limits, (socket) => {
    (socket.alpnProtocol === 'h2' ? http2 : http1).emit('connection', socket);
  });
  // A handshake that failed or took too long: TLS servers leave the connection to their owner.
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  // Also those that have not finished their handshake.
  server.on('connection', (socket) => {
    open.sockets.add(socket);
    socket.once('close', () => open.sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: async (graceMs) => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      http1.close();
      await closeConnections(open, closed, graceMs);
    },
  };
}

function createTlsServer(
  options: HttpServerOptions,
  { handshakeMs }: HttpLimits,
  connected: (socket: TLSSocket) => void,
): TlsServer {
  return createServer(
    {
      ALPNProtocols: ['h2', 'http/1.1'],
      ca: options.authority,
      cert: options.certificate,
      key: options.privateKey,
      minVersion: 'TLSv1.2',
      handshakeTimeout: handshakeMs,
      requestCert: true,
      // A client without a certificate may still bring a token: who it is, is the API server's question.
      rejectUnauthorized: false,
    },
    connected,
  );
}

function createHttp1(listener: RequestListener, { headersMs, requestMs, idleMs }: HttpLimits): Http1Server {
  const times = { headersTimeout: headersMs, requestTimeout: requestMs, keepAliveTimeout: idleMs };
  const server = createHttp1Server({ ...times, connectionsCheckingInterval: Math.min(lookMs, headersMs) }, listener);
  // It is handed its connections; only a server that listens looks after its limits of time.
  server.emit('listening');
  return server;
}

function createHttp2(
  listener: (request: Http2ServerRequest) => void,
  { sessions }: OpenConnections,
  { idleMs }: HttpLimits,
): Http2Server {
  const server = createHttp2Server({ settings: { maxConcurrentStreams: streamsMax } }, listener);
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    closeWhenIdle(session, idleMs);
  });
  // Of a connection that broke, whoever had it learns; nobody else has to.
  server.on('sessionError', () => undefined);
  return server;
}

/** A watch may be silent for as long as it likes; a session without any stream may not. */
function closeWhenIdle(session: ServerHttp2Session, idleMs: number): void {
  let streams = 0;
  session.on('stream', (stream) => {
    streams++;
    stream.once('close', () => streams--);
  });
  session.setTimeout(idleMs, () => {
    if (streams === 0) session.close();
  });
}

/** The certificate is the connection's, not the request's: it is read once. */
function connectionOf(known: WeakMap<object, Connection>, incoming: IncomingMessage | Http2ServerRequest): Connection {
  const session = 'stream' in incoming ? incoming.stream.session : undefined;
  const owner = session ?? incoming.socket;
  const seen = known.get(owner);
  if (seen !== undefined) return seen;
  const connection = readCertificate((session?.socket ?? incoming.socket) as TLSSocket);
  known.set(owner, connection);
  return connection;
}

function readCertificate(socket: TLSSocket): Connection {
  if (!socket.authorized) return {};
  const subject = socket.getPeerCertificate().subject as { CN?: string; O?: string | string[] } | undefined;
  if (subject?.CN === undefined) return {};
  const organizations = subject.O === undefined ? [] : Array.isArray(subject.O) ? subject.O : [subject.O];
  return { clientCertificate: { commonName: subject.CN, organizations } };
}

interface OpenConnections {
  readonly sockets: Set<Socket>;
  readonly sessions: Set<Http2Session>;
}

async function closeConnections(open: OpenConnections, closed: Promise<void>, graceMs: number): Promise<void> {
  for (const session of open.sessions) session.close();
  const cut = setTimeout(() => {
    for (const session of open.sessions) session.destroy();
    for (const socket of open.sockets) socket.destroy();
  }, graceMs);
  await closed;
  clearTimeout(cut);
}
