import { PassThrough, type Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import {
  bufferedHandler,
  functionUrlHandler,
  streamingHandler,
  type FunctionUrlEvent,
  type LambdaContext,
  type StreamingRuntime,
} from '../../../../lib/adapters/aws/lambda-http/function-url.js';

const encoder = new TextEncoder();
const event = (over: Partial<FunctionUrlEvent> & { method?: string } = {}): FunctionUrlEvent => ({
  rawPath: '/api/v1/namespaces/default/pods',
  rawQueryString: '',
  headers: { host: 'api.example', accept: 'application/json' },
  isBase64Encoded: false,
  requestContext: { domainName: 'api.example', http: { method: over.method ?? 'GET' } },
  ...over,
});

/** What Lambda's runtime does, with a stream that the test reads. */
class Runtime implements StreamingRuntime {
  head: { statusCode: number; headers: Record<string, string> } | undefined;
  readonly HttpResponseStream = {
    from: (stream: Writable, head: { statusCode: number; headers: Record<string, string> }) => {
      this.head = head;
      return stream;
    },
  };

  streamifyResponse(handler: Parameters<StreamingRuntime['streamifyResponse']>[0]) {
    return handler;
  }
}

function start(fetch: (request: Request) => Promise<Response>, remainingMs: number) {
  const runtime = new Runtime();
  const stream = new PassThrough();
  const handler = streamingHandler(fetch, runtime) as Parameters<StreamingRuntime['streamifyResponse']>[0];
  const context: LambdaContext = { getRemainingTimeInMillis: () => remainingMs };
  return { runtime, stream, ended: handler(event(), stream, context) };
}

/** A body that says one line and then nothing, like a watch without news. */
function silentAfter(line: string, cancelled: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => controller.enqueue(encoder.encode(line)),
    cancel: cancelled,
  });
}

describe('a function URL', () => {
  it('hands the request over with method, path, query, headers and body', async () => {
    const seen: { url: string; method: string; accept: string | null; body: string }[] = [];
    const handler = bufferedHandler(async (request) => {
      const { url, method } = request;
      seen.push({ url, method, accept: request.headers.get('accept'), body: await request.text() });
      return new Response('ok', { status: 201, headers: { 'content-type': 'text/plain' } });
    });
    const body = Buffer.from('{"é":1}').toString('base64');
    const answer = await handler(
      event({ method: 'POST', rawQueryString: 'limit=2&a=%2F', body, isBase64Encoded: true }),
    );
    const url = 'https://api.example/api/v1/namespaces/default/pods?limit=2&a=%2F';
    expect(seen).toEqual([{ url, method: 'POST', accept: 'application/json', body: '{"é":1}' }]);
    expect(answer).toMatchObject({ statusCode: 201, headers: { 'content-type': 'text/plain' } });
    expect(Buffer.from(answer.body, 'base64').toString()).toBe('ok');
  });

  it('ends a buffered answer that never ends by itself, with what it has said', async () => {
    let cancelled = false;
    const handler = bufferedHandler(async () => new Response(silentAfter('one\n', () => (cancelled = true))));
    const answer = await handler(event());
    expect(Buffer.from(answer.body, 'base64').toString()).toBe('one\n');
    expect(cancelled).toBe(true);
  });

  it('streams what is said when it is said', async () => {
    let say: ReadableStreamDefaultController<Uint8Array> | undefined;
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void (say = controller) });
    const { runtime, stream, ended } = start(async () => new Response(body, { status: 200 }), 900_000);
    const chunks = stream[Symbol.asyncIterator]();
    for (const line of ['one\n', 'two\n']) {
      say!.enqueue(encoder.encode(line));
      expect(String((await chunks.next()).value)).toBe(line);
    }
    say!.close();
    await ended;
    expect(runtime.head?.statusCode).toBe(200);
    expect((await chunks.next()).done).toBe(true);
  });

  it('ends a stream in good order before the time of the function is over', async () => {
    let cancelled = false;
    const body = silentAfter('one\n', () => (cancelled = true));
    const { stream, ended } = start(async () => new Response(body), 5_100);
    expect(await text(stream)).toBe('one\n');
    await ended;
    expect(cancelled).toBe(true);
  });

  it('lets go of a body whose reader has gone', async () => {
    let cancelled = false;
    const body = silentAfter('one\n', () => (cancelled = true));
    const { stream, ended } = start(async () => new Response(body), 900_000);
    await stream[Symbol.asyncIterator]().next();
    stream.destroy();
    await ended;
    expect(cancelled).toBe(true);
  });

  it.each([undefined, {}])('answers at once where the runtime is %j', async (runtime) => {
    const handler = functionUrlHandler(async () => new Response('ok'), runtime) as ReturnType<typeof bufferedHandler>;
    expect(Buffer.from((await handler(event())).body, 'base64').toString()).toBe('ok');
  });

  it('answers without a body', async () => {
    const { runtime, stream, ended } = start(async () => new Response(null, { status: 204 }), 900_000);
    expect(await text(stream)).toBe('');
    await ended;
    expect(runtime.head?.statusCode).toBe(204);
  });
});
