import type { KubeObject } from '../../lib/apis/meta/v1/object.js';
import type { FailureStatus } from '../../lib/apis/meta/v1/status-error.js';

/** A request that the API server refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  constructor(readonly status: FailureStatus) {
    super(status.message);
  }
}

export interface WatchEvent<T extends KubeObject = KubeObject> {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: T;
}

/** The few calls of the Kubernetes API that the command line makes itself. Paths begin with `/api`. */
export class ApiClient {
  /** `send` reaches an API server as a caller who may do everything. */
  constructor(private readonly send: (request: Request) => Promise<Response>) {}

  async create(path: string, object: unknown): Promise<KubeObject> {
    return (await this.json('POST', path, object)) as KubeObject;
  }

  async get(path: string): Promise<KubeObject> {
    return (await this.json('GET', path)) as KubeObject;
  }

  /** Changes the fields that `change` names (a merge patch); with `metadata.resourceVersion` only that version. */
  async patch(path: string, change: unknown): Promise<KubeObject> {
    return (await this.json('PATCH', path, change, 'application/merge-patch+json')) as KubeObject;
  }

  async delete(path: string, options: unknown): Promise<void> {
    await this.json('DELETE', path, options);
  }

  /** Every object there is, as ADDED, then every change, until the signal aborts. */
  async *watch<T extends KubeObject>(path: string, signal: AbortSignal): AsyncGenerator<WatchEvent<T>> {
    const response = await this.request('GET', `${path}?watch=true`, undefined, signal);
    for await (const line of lines(response, signal)) yield JSON.parse(line) as WatchEvent<T>;
  }

  /** A container's log, line by line without the line ends. */
  async *log(path: string, signal: AbortSignal): AsyncGenerator<string> {
    yield* lines(await this.request('GET', path, undefined, signal), signal);
  }

  private async json(method: string, path: string, body?: unknown, contentType?: string): Promise<unknown> {
    return (await this.request(method, path, body, undefined, contentType)).json();
  }

  private async request(
    method: string,
    path: string,
    body?: unknown,
    signal?: AbortSignal,
    contentType = 'application/json',
  ): Promise<Response> {
    const response = await this.send(
      new Request(`https://finite.local${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': contentType } }),
        ...(signal === undefined ? {} : { signal }),
      }),
    );
    if (!response.ok) throw await failureOf(response);
    return response;
  }
}

/** What stands between may answer too, and knows no `Status`. */
async function failureOf(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const status = JSON.parse(text) as FailureStatus;
    if (status.kind === 'Status') return new ApiError(status);
  } catch {
    // Not JSON: told as it is.
  }
  return new Error(`the server answers ${response.status}: ${text.slice(0, 200)}`);
}

/** Ends quietly when the signal aborts: without a network between, nothing else would end the body. */
async function* lines(response: Response, signal: AbortSignal): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const cancel = (): void => void reader.cancel().catch(() => {});
  signal.addEventListener('abort', cancel, { once: true });
  const decoder = new TextDecoder();
  let rest = '';
  try {
    while (!signal.aborted) {
      const { done, value } = await reader.read();
      if (done) break;
      const parts = (rest + decoder.decode(value as Uint8Array, { stream: true })).split('\n');
      rest = parts.pop()!;
      yield* parts;
    }
    if (rest !== '') yield rest;
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
