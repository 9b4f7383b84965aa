import { badRequest } from '../../apis/meta/v1/status-error.js';
import { JsonSyntaxError, parseJson } from '../../apis/meta/v1/json.js';
import type { Revision } from '../../ports/store.js';
import { goJsonType } from '../patch/go-print.js';

/** Where a page ended, and as of which revision: what the opaque `continue` token says, in Kubernetes' form. */
export interface Continuation {
  /** Undefined: go on in what there is now. */
  readonly at: Revision | undefined;
  readonly after: { readonly namespace: string; readonly name: string };
}

const version = 'meta.k8s.io/v1';

export function encodeContinue({ at, after: { namespace, name } }: Continuation): string {
  return Buffer.from(JSON.stringify({ v: version, rv: at ?? -1, start: `${namespace}/${name}\0` })).toString(
    'base64url',
  );
}

/** Throws a 400 for what is no token, and where a resourceVersion contradicts it. */
export function parseContinue(token: string, resourceVersion: string | null): Continuation {
  const continuation = read(token);
  if (resourceVersion && resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  return continuation;
}

function read(token: string): Continuation {
  const fields = fieldsOf(parse(decodeBase64(token)));
  const { v = '', rv = 0, start = '' } = fields as { v?: string; rv?: number; start?: string };
  if (v !== version) throw invalidToken('server does not recognize this encoded version');
  if (rv === 0) throw invalidToken(`incorrect encoded start resourceVersion (version ${version})`);
  if (start === '') throw invalidToken(`encoded start key empty (version ${version})`);
  const key = /^([^/]*)\/([^/]+)\0$/.exec(start);
  if (key === null) throw invalidToken(start);
  return { at: Number(rv) < 0 ? undefined : Number(rv), after: { namespace: key[1]!, name: key[2]! } };
}

function invalidToken(why: string): Error {
  return badRequest(`invalid continue token: continue key is not valid: ${why}`);
}

/** Base64 for URLs, without padding; line breaks count for nothing. */
function decodeBase64(token: string): string {
  const illegal = token.search(/[^A-Za-z0-9_\-\r\n]/);
  const lone = token.replace(/[\r\n]/g, '').length % 4 === 1;
  if (illegal < 0 && !lone) return Buffer.from(token, 'base64url').toString();
  throw invalidToken(`illegal base64 data at input byte ${illegal < 0 ? token.length - 1 : illegal}`);
}

function parse(text: string): unknown {
  try {
    return parseJson(text).value;
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw invalidToken(error.message);
    throw error;
  }
}

const fieldTypes = { v: 'string', rv: 'int64', start: 'string' } as const;

function fieldsOf(value: unknown): { readonly [field: string]: unknown } {
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) {
    throw invalidToken(`json: cannot unmarshal ${goJsonType(value)} into Go value of type storage.continueToken`);
  }
  const fields = value as { readonly [field: string]: unknown };
  for (const [name, type] of Object.entries(fieldTypes)) {
    const field = fields[name] ?? undefined;
    const sound = type === 'string' ? typeof field === 'string' : Number.isSafeInteger(Number(field));
    if (field === undefined || (sound && goJsonType(field) === (type === 'string' ? 'string' : 'number'))) continue;
    const target = `Go struct field continueToken.${name} of type ${type}`;
    throw invalidToken(`json: cannot unmarshal ${goJsonType(field)} into ${target}`);
  }
  return fields;
}
