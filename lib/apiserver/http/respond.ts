import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import { streamLargeList } from './large-list.js';
import type { MediaType } from './negotiation.js';

const compress = promisify(gzip);

/** Below this, compressing costs more than it saves (Kubernetes' own threshold). */
const compressedBytesMin = 128 * 1024;

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly mediaType: MediaType;
  /** Texts for `Warning: 299` headers. */
  readonly warnings?: readonly string[];
}

/** Writes an answer, indented or compressed when the client wants it so. */
export async function respond(request: Request, query: URLSearchParams, answer: Answer): Promise<Response> {
  const pretty = isPretty(request, query);
  const headers = new Headers({ 'content-type': answer.mediaType, 'cache-control': 'no-cache, private' });
  addWarnings(headers, answer.warnings ?? []);
  const large = answer.mediaType === 'application/json' && !pretty ? streamLargeList(answer.body) : undefined;
  if (large !== undefined) return respondStream(request, answer.status, large, headers);
  const text = await encode(answer, pretty);
  if (text.length < compressedBytesMin || !acceptsGzip(request)) {
    return new Response(text, { status: answer.status, headers });
  }
  declareGzip(headers);
  const compressed = await compress(text, { level: constants.Z_BEST_SPEED });
  return new Response(compressed, { status: answer.status, headers });
}

function respondStream(request: Request, status: number, body: ReadableStream, headers: Headers): Response {
  if (!acceptsGzip(request)) return new Response(body, { status, headers });
  declareGzip(headers);
  return new Response(body.pipeThrough(new CompressionStream('gzip')), { status, headers });
}

function declareGzip(headers: Headers): void {
  headers.set('content-encoding', 'gzip');
  headers.set('vary', 'Accept-Encoding');
}

async function encode({ body, mediaType }: Answer, pretty: boolean): Promise<string> {
  if (mediaType === 'application/yaml') return encodeYaml(body);
  return pretty ? `${JSON.stringify(body, undefined, 2)}\n` : `${JSON.stringify(body)}\n`;
}

/** The library is loaded by the first who asks for YAML. */
async function encodeYaml(body: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(body, { version: '1.1', aliasDuplicateObjects: false, lineWidth: 0 });
}

/** `pretty` decides; without it, what people type into gets line breaks. */
function isPretty(request: Request, query: URLSearchParams): boolean {
  const pretty = query.get('pretty');
  if (pretty !== null) return pretty !== 'false' && pretty !== '0';
  return /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers.get('user-agent') ?? '');
}

function acceptsGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(request.headers.get('accept-encoding') ?? '');
}

/** Longest text of all warnings of one answer; past it they are cut short, then left out (as Kubernetes does). */
const warningCharactersMax = 4096;

export function addWarnings(headers: Headers, warnings: readonly string[]): void {
  let left = warningCharactersMax;
  for (const warning of new Set(warnings)) {
    const text = warning.length > 256 && left < warning.length ? warning.slice(0, 256) : warning;
    left -= text.length;
    if (left < 0) return;
    headers.append('warning', `299 - "${escapeWarning(text)}"`);
  }
}

/** Quoted-string escapes; control characters cannot stand in a header, letters beyond Latin-1 go as their UTF-8 bytes. */
function escapeWarning(text: string): string {
  const escaped = text.replace(/[\\"]/g, (character) => `\\${character}`).replace(/\p{Cc}/gu, '');
  return Buffer.from(escaped, 'utf8').toString('latin1');
}
