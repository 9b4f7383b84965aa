import { StatusError } from '../../apis/meta/v1/status-error.js';

export type MediaType = 'application/json' | 'application/yaml';
/** Protobuf is read, as some clients send nothing else, but never answered: they take JSON as well. */
export type BodyMediaType = MediaType | typeof protobuf;
export type Transformation = 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';

/** The form of an answer: its encoding, and what the objects are turned into. */
export interface Representation {
  readonly mediaType: MediaType;
  readonly as?: Transformation;
  /** The API version of the transformed object, `meta.k8s.io/v1` or `meta.k8s.io/v1beta1`. */
  readonly asVersion: string;
}

export const protobuf = 'application/vnd.kubernetes.protobuf';

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly quality: number;
}

// Protobuf is not answered; the texts name what a client of Kubernetes expects to read.
const known = `application/json, application/yaml, ${protobuf}`;
const transformations: ReadonlySet<string> = new Set(['Table', 'PartialObjectMetadata', 'PartialObjectMetadataList']);
const plainJson: Representation = { mediaType: 'application/json', asVersion: 'meta.k8s.io/v1' };
const metaVersions: ReadonlySet<string> = new Set(['v1', 'v1beta1']);

/**
 * Chooses the form of the answer by the request's Accept header: the best-liked clause that can be served. Throws a 406.
 * `transformable`: whether `as=Table` and its like may be asked for.
 */
export function negotiate(accept: string | null, transformable = true): Representation {
  if (!accept || accept === '*/*' || accept === 'application/json') return plainJson;
  const clauses = parseAccept(accept);
  if (!clauses.some(({ mediaType }) => mediaTypeOf(mediaType) !== undefined || mediaType === protobuf)) {
    throw new StatusError(406, 'NotAcceptable', `406: Not Acceptable\n\nAvailable representations: ${known}`, {});
  }
  for (const clause of clauses) {
    const representation = represent(clause, transformable);
    if (representation !== undefined) return representation;
  }
  throw notAcceptable(`only the following media types are accepted: ${known}`);
}

export function notAcceptable(message: string): StatusError {
  return new StatusError(406, 'NotAcceptable', message);
}

function represent({ mediaType, parameters }: Clause, transformable: boolean): Representation | undefined {
  const encoding = mediaTypeOf(mediaType);
  if (encoding === undefined) return undefined;
  const as = parameters.get('as');
  if (as === undefined) return { mediaType: encoding, asVersion: 'meta.k8s.io/v1' };
  const version = parameters.get('v') ?? '';
  if (!transformable || !transformations.has(as)) return undefined;
  if (parameters.get('g') !== 'meta.k8s.io' || !metaVersions.has(version)) return undefined;
  return { mediaType: encoding, as: as as Transformation, asVersion: `meta.k8s.io/${version}` };
}

function mediaTypeOf(text: string): MediaType | undefined {
  if (text === '*/*' || text === 'application/*' || text === 'application/json') return 'application/json';
  return text === 'application/yaml' ? text : undefined;
}

/** The clauses of an Accept header, best first; equally liked ones as they stand. */
function parseAccept(accept: string): readonly Clause[] {
  const clauses = accept.split(',').map((text) => {
    const [mediaType, ...rest] = text.split(';').map((part) => part.trim());
    const parameters = new Map(rest.map((part) => splitOnce(part)));
    const quality = Number(parameters.get('q') ?? 1);
    return { mediaType: mediaType!.toLowerCase(), parameters, quality: Number.isNaN(quality) ? 1 : quality };
  });
  return clauses.filter(({ quality }) => quality > 0).toSorted((a, b) => b.quality - a.quality);
}

function splitOnce(parameter: string): [string, string] {
  const at = parameter.indexOf('=');
  return at < 0 ? [parameter, ''] : [parameter.slice(0, at).trim(), parameter.slice(at + 1).trim()];
}

/** The encoding of a request's body; JSON when the request does not say. Throws a 415. */
export function contentTypeOf(request: Request): BodyMediaType {
  const mediaType = bareContentType(request);
  if (mediaType === '' || mediaType === 'application/json') return 'application/json';
  if (mediaType === 'application/yaml' || mediaType === protobuf) return mediaType;
  const message = `the body of the request was in an unknown format - accepted media types include: ${known}`;
  throw new StatusError(415, 'UnsupportedMediaType', message);
}

/** The Content-Type without its parameters. */
export function bareContentType(request: Request): string {
  return (request.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
}
