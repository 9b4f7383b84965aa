import { badRequest, StatusError } from '../../apis/meta/v1/status-error.js';
import { bareContentType, protobuf } from './negotiation.js';

/** The largest body that is read, as in Kubernetes. */
const bodyBytesMax = 3 * 1024 * 1024;

/** The request's body as text. Stops reading at the limit (413). */
export async function readText(request: Request): Promise<string> {
  // A declared length comes first: a transport can read such a body without making a stream of it.
  if (isDeclared(request)) return limited(await request.text());
  return request.body === null ? '' : readStream(request.body);
}

/** The request's body as its encoding has it: bytes of protobuf, text of all others. */
export async function readBody(request: Request): Promise<string | Uint8Array> {
  return bareContentType(request) === protobuf ? readBytes(request) : readText(request);
}

async function readBytes(request: Request): Promise<Uint8Array> {
  if (isDeclared(request)) return limited(new Uint8Array(await request.arrayBuffer()));
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  for await (const chunk of limitedChunks(request.body)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Whether the request says how long its body is, and that is not too long (413). */
function isDeclared(request: Request): boolean {
  const declared = request.headers.get('content-length');
  if (Number(declared) > bodyBytesMax) throw tooLarge();
  return declared !== null && Number(declared) <= bodyBytesMax;
}

/** A declared length binds most transports, not all. */
function limited<T extends string | Uint8Array>(body: T): T {
  if (body.length > bodyBytesMax) throw tooLarge();
  return body;
}

async function readStream(body: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of limitedChunks(body)) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

async function* limitedChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.byteLength;
    if (bytes > bodyBytesMax) throw tooLarge();
    yield chunk;
  }
}

function tooLarge(): StatusError {
  const message = `Request entity too large: limit is ${bodyBytesMax}`;
  return new StatusError(413, 'RequestEntityTooLarge', message);
}

/** The flag of a query parameter as Kubernetes reads it: present and neither `false`, in any case, nor `0`. */
export function flag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  return value !== null && value.toLowerCase() !== 'false' && value !== '0';
}

/** The whole number of a query parameter; undefined where it is absent or empty. Throws a 400. */
export function integer(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`);
  }
  return value;
}
