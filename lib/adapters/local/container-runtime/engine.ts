import { Agent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as TlsAgent, request as httpsRequest } from 'node:https';
import type { EngineAddress } from './engine-address.js';

/** The newest version of the API that this code was written against. */
const API_VERSION_MAX = '1.44';
/** Calls at once; more only wait inside the engine, which takes its own locks. */
const CONNECTIONS_MAX = 16;
/** How long an engine may take for an ordinary answer before it counts as gone; creating can be slow on a busy disk. */
const ANSWER_MS_MAX = 120_000;
/**
 * How long a socket that is there may take to answer before it counts as silent. Shorter, and an engine that is busy
 * with somebody else's containers is taken for none, and pods run without their images.
 */
const CONNECT_MS_MAX = 30_000;

/** How soon the end of an engine on another machine is noticed by those who only listen. */
const KEEP_ALIVE_MS = 30_000;

/** The engine has answered, and refused. */
export class EngineError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  get isNotFound(): boolean {
    return this.status === 404;
  }

  /** Of a name that is taken. Podman answers 500. */
  get isConflict(): boolean {
    return this.status === 409 || /already in use/.test(this.message);
  }
}

/** The engine has not answered: it is down, or the connection to it broke. */
export class EngineUnavailable extends Error {}

export interface EngineRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** Sent as JSON unless it is bytes. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

export interface EngineVersion {
  readonly product: string;
  readonly version: string;
  readonly apiVersion: string;
}

/** A client of the Docker API for the dozen calls that pods need. */
export class Engine {
  readonly #agent: Agent;
  /** Streams live long and must not take the places of ordinary calls. */
  readonly #streams: Agent;

  private constructor(
    readonly address: EngineAddress,
    readonly version: EngineVersion,
  ) {
    this.#agent = agentFor(address, { keepAlive: true, maxSockets: CONNECTIONS_MAX });
    this.#streams = agentFor(address, { keepAlive: false });
  }

  get isPodman(): boolean {
    return this.version.product === 'podman';
  }

  /** Asks who is there and agrees on a version of the API. */
  static async connect(address: EngineAddress, timeoutMs = CONNECT_MS_MAX): Promise<Engine> {
    const unversioned = new Engine(address, { product: 'unknown', version: '', apiVersion: '' });
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      const answer = await unversioned.json<VersionAnswer>('/version', { signal });
      return new Engine(address, {
        product: answer.Components?.some(({ Name }) => Name === 'Podman Engine') ? 'podman' : 'docker',
        version: answer.Version ?? 'unknown',
        apiVersion: agreedVersion(answer.ApiVersion, answer.MinAPIVersion),
      });
    } catch (error) {
      throw signal.aborted ? unversioned.#unavailable(new Error(`nothing came in ${timeoutMs / 1000} s`)) : error;
    } finally {
      unversioned.close();
    }
  }

  /** The answer's JSON; undefined where there is none. */
  async json<T = unknown>(path: string, request: EngineRequest = {}): Promise<T> {
    const text = await this.#text(path, request);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** An answer that goes on: it is read as it comes, and ends when the engine or the signal ends it. */
  stream(path: string, request: EngineRequest = {}): Promise<IncomingMessage> {
    return this.#send(path, request, this.#streams, undefined);
  }

  close(): void {
    this.#agent.destroy();
    this.#streams.destroy();
  }

  async #text(path: string, request: EngineRequest): Promise<string> {
    return readText(await this.#send(path, request, this.#agent, ANSWER_MS_MAX));
  }

  async #send(
    path: string,
    request: EngineRequest,
    agent: Agent,
    timeout: number | undefined,
  ): Promise<IncomingMessage> {
    const { method = 'GET', body, headers, signal, query = {} } = request;
    const isBytes = body instanceof Uint8Array;
    const content = body === undefined ? undefined : isBytes ? body : Buffer.from(JSON.stringify(body));
    const options: RequestOptions = {
      ...(this.address.socketPath
        ? { socketPath: this.address.socketPath }
        : { host: this.address.host, port: this.address.port }),
      method,
      path: `${this.version.apiVersion && `/v${this.version.apiVersion}`}${path}${queryText(query)}`,
      agent,
      signal,
      timeout,
      headers: {
        Host: 'engine',
        ...(content && {
          'Content-Type': isBytes ? 'application/x-tar' : 'application/json',
          'Content-Length': content.length,
        }),
        ...headers,
      },
    };
    const response = await this.#exchange(options, content);
    const status = response.statusCode ?? 0;
    if (status < 400) return response;
    throw new EngineError(status, messageOf(await readText(response)) || `status ${status}`);
  }

  #exchange(options: RequestOptions, content: Uint8Array | undefined): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const send = this.address.tls ? httpsRequest : httpRequest;
      const outgoing = send(options, resolve);
      outgoing.on('timeout', () => outgoing.destroy(new Error('it takes too long')));
      outgoing.on('socket', (socket) => socket.setKeepAlive(true, KEEP_ALIVE_MS));
      // An idle connection that the engine has just closed says nothing of the engine; all calls may be repeated.
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') resolve(this.#exchange(options, content));
        else reject(this.#unavailable(error));
      });
      outgoing.end(content);
    });
  }

  #unavailable(error: Error): EngineUnavailable {
    return new EngineUnavailable(`the container engine at ${this.address.text} does not answer: ${error.message}`);
  }
}

interface VersionAnswer {
  readonly Version?: string;
  readonly ApiVersion?: string;
  readonly MinAPIVersion?: string;
  readonly Components?: readonly { readonly Name?: string }[];
}

function agreedVersion(newest = API_VERSION_MAX, oldest = '0'): string {
  const wanted = compareVersions(newest, API_VERSION_MAX) < 0 ? newest : API_VERSION_MAX;
  // Podman calls its own version the oldest.
  const isOldestKnown = oldest.startsWith('1.');
  return isOldestKnown && compareVersions(wanted, oldest) < 0 ? oldest : wanted;
}

function compareVersions(left: string, right: string): number {
  return Number(left.split('.')[1] ?? 0) - Number(right.split('.')[1] ?? 0);
}

function agentFor(address: EngineAddress, options: { keepAlive: boolean; maxSockets?: number }): Agent {
  return address.tls ? new TlsAgent({ ...options, ...address.tls }) : new Agent(options);
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of response) chunks.push(chunk as Buffer);
  } catch (error) {
    throw new EngineUnavailable(`the container engine broke off: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks).toString();
}

function messageOf(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text.trim();
  }
}

function queryText(query: NonNullable<EngineRequest['query']>): string {
  const entries = Object.entries(query).filter(([, value]) => value !== undefined);
  if (entries.length === 0) return '';
  return `?${new URLSearchParams(entries.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}
