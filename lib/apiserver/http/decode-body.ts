import { kindOf } from '../../apis/kinds.js';
import { decode, strictError } from '../../apis/meta/v1/decode.js';
import { JsonSyntaxError, parseJson, type DuplicateKeys } from '../../apis/meta/v1/json.js';
import { apiVersionOf, type Kind } from '../../apis/meta/v1/kind.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import type { Draft } from '../registry/registry.js';
import type { BodyMediaType } from './negotiation.js';
import type { FieldValidation } from './write-options.js';
import { readEnvelope, readObject } from './protobuf/document.js';
import { goJsonType } from '../patch/go-print.js';
import { ProtobufError } from './protobuf/wire-reader.js';
import { parseYaml, YamlSyntaxError } from './yaml.js';

/** A body read as JSON or YAML, not yet as any kind. */
export interface ParsedBody {
  readonly value: unknown;
  readonly duplicateKeys?: DuplicateKeys;
  readonly duplicateLines: readonly string[];
}

export interface Decoding {
  readonly kind: Kind;
  readonly fieldValidation: FieldValidation;
  readonly warn: (text: string) => void;
}

/** Decodes a request's body as an object of the kind. Throws a 400 in Kubernetes' words. */
export async function decodeBody(
  body: string | Uint8Array,
  mediaType: BodyMediaType,
  decoding: Decoding,
): Promise<Draft> {
  return typeof body === 'string' ? decodeText(body, mediaType, decoding) : decodeProtobuf(body, decoding.kind);
}

/** Field numbers cannot be misspelt: there is nothing to warn of. */
function decodeProtobuf(body: Uint8Array, kind: Kind): Draft {
  const envelope = orProtobufError(
    () => readEnvelope(body),
    (why) => unrecognized(kind.kind, why, body),
  );
  const mismatch = typeMismatch(envelope, kind);
  if (mismatch !== undefined) throw mismatch;
  const undecodable = (why: string): Error => cannotHandle(kind, kind.kind, kind.version, why);
  const { object, error } = decode(
    kind.schema,
    orProtobufError(() => readObject(envelope, kind.schema), undecodable),
  );
  if (error !== undefined) throw undecodable(error);
  return withType(object as Draft, kind);
}

/** Runs a reading of protobuf; what is wrong with the bytes becomes the error made of it. */
export function orProtobufError<T>(read: () => T, errorOf: (why: string) => Error): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof ProtobufError ? errorOf(error.message) : error;
  }
}

async function decodeText(text: string, mediaType: BodyMediaType, decoding: Decoding): Promise<Draft> {
  const parsed = await parseBody(text, mediaType, (why) => unrecognized(decoding.kind.kind, why, text));
  const value = checkType(parsed.value, text, decoding.kind);
  const { object, error, strictWarnings } = decode(decoding.kind.schema, value, parsed.duplicateKeys);
  if (error !== undefined) throw cannotHandle(decoding.kind, decoding.kind.kind, decoding.kind.version, error);
  if (parsed.duplicateLines.length > 0 && decoding.fieldValidation === 'Strict') {
    const lines = parsed.duplicateLines.map((line) => `\n  ${line}`).join('');
    throw cannotHandle(
      decoding.kind,
      decoding.kind.kind,
      decoding.kind.version,
      strictError([`yaml: unmarshal errors:${lines}`, ...strictWarnings]),
    );
  }
  applyFieldValidation([...parsed.duplicateLines, ...strictWarnings], decoding);
  return withType(object as Draft, decoding.kind);
}

/** What `fieldValidation` makes of fields that are unknown or given twice: an error, warnings, or nothing. */
export function applyFieldValidation(
  strictWarnings: readonly string[],
  { kind, fieldValidation, warn }: Decoding,
): void {
  if (strictWarnings.length === 0 || fieldValidation === 'Ignore') return;
  if (fieldValidation === 'Strict') throw cannotHandle(kind, kind.kind, kind.version, strictError(strictWarnings));
  for (const warning of strictWarnings) warn(warning);
}

/** The object under the kind's own name: a client may leave `kind` and `apiVersion` out. */
export function withType(object: Draft, kind: Kind): Draft {
  const apiVersion = apiVersionOf(kind);
  if (object.kind === kind.kind && object.apiVersion === apiVersion) return object;
  return { ...object, kind: kind.kind, apiVersion };
}

/** Reads a body; throws what is made of the reason why it cannot be read. */
export async function parseBody(
  text: string,
  mediaType: BodyMediaType,
  unreadable: (why: string) => Error,
): Promise<ParsedBody> {
  try {
    if (mediaType === 'application/json') return { ...parseJson(text), duplicateLines: [] };
    const { value, duplicates } = await parseYaml(text);
    return { value, duplicateLines: duplicates };
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw unreadable(`${unreadableType} ${error.message}`);
    if (error instanceof YamlSyntaxError) throw unreadable(error.message);
    throw error;
  }
}

/** The body must be a map, and where it says what it is, of this kind. */
function checkType(value: unknown, text: string, kind: Kind): object {
  const problem = typeProblem(value);
  if (problem !== undefined) throw unrecognized(kind.kind, problem, text);
  if (value === null || value === undefined) return {};
  const mismatch = typeMismatch(value, kind);
  if (mismatch !== undefined) throw mismatch;
  return value;
}

const unreadableType = "couldn't get version/kind; json parse error:";
const typeMeta = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** The 400 for an object that calls itself something else; undefined when it does not. */
function typeMismatch(value: object, kind: Kind): Error | undefined {
  const why = whyOtherType(value, kind);
  if (why === undefined) return undefined;
  return 'message' in why ? badRequest(why.message) : cannotHandle(kind, why.kind, why.version, why.because);
}

type WhyOther =
  | { readonly message: string }
  | { readonly kind: string; readonly version: string; readonly because: string };

export function whyOtherType(value: object, kind: Kind): WhyOther | undefined {
  const asked = value as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const expected = apiVersionOf(kind);
  const apiVersion = asked.apiVersion || expected;
  const name = asked.kind || kind.kind;
  if (typeof apiVersion !== 'string' || typeof name !== 'string') return undefined;
  if (apiVersion === expected && name === kind.kind) return undefined;
  const version = apiVersion.slice(apiVersion.indexOf('/') + 1);
  const other = kindOf(apiVersion, name);
  if (other !== undefined) {
    const because = `converting (${other.version}.${name}) to (${kind.group || 'core'}.${kind.kind}): unknown conversion`;
    return { kind: name, version, because };
  }
  if (name === kind.kind && formerVersions.has(`${apiVersion}/${name}`)) {
    return {
      message: `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    };
  }
  return { kind: name, version, because: notRegistered(name, apiVersion) };
}

export function notRegistered(kind: string, apiVersion: string): string {
  const registered = `registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  return `no kind ${JSON.stringify(kind)} is ${registered}`;
}

/** Versions which Kubernetes no longer serves but still knows how to read. */
const formerVersions: ReadonlySet<string> = new Set(['batch/v1beta1/CronJob']);

function cannotHandle(kind: Kind, name: string, version: string, why: string): Error {
  return badRequest(`${name} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}: ${why}`);
}

function unrecognized(kind: string, why: string, body: string | Uint8Array): Error {
  return badRequest(`the object provided is unrecognized (must be of type ${kind}): ${why} (${summarize(body)})`);
}

const summaryBytesMax = 30;
const openingBrace = 123;

/** The beginning of a body for a message: what looks like JSON as it is, the rest in hexadecimal. */
function summarize(body: string | Uint8Array): string {
  if (body.length === 0) return '<empty>';
  const bytes = Buffer.from(body.slice(0, summaryBytesMax + 1) as string);
  const cut = bytes.subarray(0, summaryBytesMax);
  const shown = cut[0] === openingBrace ? cut.toString('utf8') : cut.toString('hex');
  return bytes.length > summaryBytesMax ? `${shown} ...` : shown;
}

/**
 * Why what a body calls itself cannot be read, in the words of Kubernetes, which looks at that first; undefined: it can.
 */
export function typeProblem(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'object' || Array.isArray(value) || value instanceof Number) {
    return `${unreadableType} json: cannot unmarshal ${goJsonType(value)} into Go value of type ${typeMeta}`;
  }
  for (const [field, given] of Object.entries(value)) {
    if ((field !== 'apiVersion' && field !== 'kind') || given === null || typeof given === 'string') continue;
    return `${unreadableType} json: cannot unmarshal ${goJsonType(given)} into Go struct field .${field} of type string`;
  }
  return undefined;
}
