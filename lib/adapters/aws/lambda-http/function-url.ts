import type { Writable } from 'node:stream';
import { once } from 'node:events';

/** The event of a Lambda function URL, payload format 2.0, as far as it is read. */
export interface FunctionUrlEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly domainName: string; readonly http: { readonly method: string } };
}

export interface LambdaContext {
  getRemainingTimeInMillis(): number;
}

export type Fetch = (request: Request) => Promise<Response>;

/** The whole answer at once, payload format 2.0. */
export interface BufferedAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: true;
}

/** What Lambda's runtime offers a function whose URL has the invoke mode RESPONSE_STREAM. */
export interface StreamingRuntime {
  streamifyResponse(
    handler: (event: FunctionUrlEvent, stream: Writable, context: LambdaContext) => Promise<void>,
  ): unknown;
  readonly HttpResponseStream: {
    from(stream: Writable, head: { readonly statusCode: number; readonly headers: Record<string, string> }): Writable;
  };
}

/** A stream is ended in good order so long before its function's time is over. */
const END_BEFORE_MS = 5_000;
/** Where nothing arrives before the answer has ended, a watch would otherwise say nothing for minutes. */
const BUFFERED_MS_MAX = 2_000;

/**
 * A function URL's handler over a `fetch`. Answers go out as they are made; one that never ends by itself (a watch,
 * `logs -f`) is ended between two of its chunks before the function's time is over: clients ask again from there.
 */
export function streamingHandler(fetch: Fetch, runtime: StreamingRuntime): unknown {
  return runtime.streamifyResponse(async (event, raw, context) => {
    const response = await fetch(requestOf(event));
    const head = { statusCode: response.status, headers: Object.fromEntries(response.headers) };
    const stream = runtime.HttpResponseStream.from(raw, head);
    const gone = once(stream, 'close').catch(() => undefined);
    try {
      // A head without a body only leaves with the first write.
      stream.write('');
      for await (const chunk of chunksUntil(response, context.getRemainingTimeInMillis() - END_BEFORE_MS, gone)) {
        if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), gone]);
      }
    } finally {
      stream.end();
    }
  });
}

/** Streaming where the runtime can, which emulators cannot. */
export function functionUrlHandler(fetch: Fetch, runtime: Partial<StreamingRuntime> | undefined): unknown {
  if (runtime?.streamifyResponse === undefined) return bufferedHandler(fetch);
  return streamingHandler(fetch, runtime as StreamingRuntime);
}

/** The same for runtimes that know no streams. */
export function bufferedHandler(fetch: Fetch): (event: FunctionUrlEvent) => Promise<BufferedAnswer> {
  return async (event) => {
    const response = await fetch(requestOf(event));
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksUntil(response, BUFFERED_MS_MAX)) chunks.push(chunk);
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.concat(chunks).toString('base64'),
      isBase64Encoded: true,
    };
  };
}

function requestOf({
  rawPath,
  rawQueryString,
  headers,
  body,
  isBase64Encoded,
  requestContext,
}: FunctionUrlEvent): Request {
  const url = `https://${requestContext.domainName}${rawPath}${rawQueryString === '' ? '' : `?${rawQueryString}`}`;
  const given = Object.entries(headers).filter((header): header is [string, string] => header[1] !== undefined);
  const init: RequestInit = { method: requestContext.http.method, headers: given };
  if (body === undefined || body === '') return new Request(url, init);
  return new Request(url, { ...init, body: isBase64Encoded ? Buffer.from(body, 'base64') : body });
}

/** An answer's body until it ends, its time is over, or nobody listens any more. */
async function* chunksUntil(
  response: Response,
  timeoutMs: number,
  gone: Promise<unknown> = new Promise(() => {}),
): AsyncGenerator<Uint8Array, void> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, Math.max(timeoutMs, 0))));
  const over = Promise.race([late, gone]).then(() => 'over' as const);
  try {
    for (;;) {
      const read = await Promise.race([reader.read(), over]);
      if (read === 'over' || read.done) return;
      yield read.value as Uint8Array;
    }
  } finally {
    clearTimeout(timer);
    await reader.cancel();
  }
}
