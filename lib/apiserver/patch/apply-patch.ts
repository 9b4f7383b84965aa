import { JsonSyntaxError, parseJson, type ParsedJson } from '../../apis/meta/v1/json.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import { duplicateFields } from './duplicate-fields.js';
import { goJsonType, goPrint } from './go-print.js';
import { patchByOperations } from './json-patch-body.js';
import { isMap } from './json-tree.js';
import { applyMergePatch } from './merge-patch.js';
import { patched, type Patched } from './patched.js';
import { applyStrategicMergePatch } from './strategic-merge-patch.js';

/** The content types of PATCH beside server-side apply. */
export const patchTypes = [
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
] as const;
export type PatchType = (typeof patchTypes)[number];

export interface PatchRequest {
  readonly kind: Kind;
  readonly patchType: PatchType;
  /** The object as it is; it does not change. */
  readonly current: object;
  /** The request's body as it came. */
  readonly body: string;
}

/** Applies a PATCH body to an object. Throws a StatusError for what is no patch or cannot be applied. */
export function applyPatch(request: PatchRequest): Patched {
  switch (request.patchType) {
    case 'application/json-patch+json':
      return patchByOperations(request.current, parse(request.body, 'error decoding patch: '));
    case 'application/merge-patch+json':
      return mergePatch(request);
    default:
      return strategicMergePatch(request);
  }
}

function mergePatch({ current, body }: PatchRequest): Patched {
  const parsed = parse(body, 'error decoding patch: ');
  const object = applyMergePatch(current, mapOf(parsed, 'error decoding patch: '));
  return patched(object, duplicateFields(parsed), () => JSON.stringify(object));
}

function strategicMergePatch({ kind, current, body }: PatchRequest): Patched {
  const parsed = parse(body, '');
  const patch = mapOf(parsed, '');
  const object = applyStrategicMergePatch(kind.schema, current, patch);
  return patched(object, duplicateFields(parsed), () => goPrint(patch));
}

function parse(body: string, prefix: string): ParsedJson {
  try {
    return parseJson(body);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw badRequest(`${prefix}${error.message}`);
    throw error;
  }
}

/** `null` is a patch that changes nothing. */
function mapOf({ value }: ParsedJson, prefix: string): { readonly [key: string]: unknown } {
  if (value === null) return {};
  if (isMap(value)) return value;
  const type = 'map[string]interface {}';
  throw badRequest(`${prefix}json: cannot unmarshal ${goJsonType(value)} into Go value of type ${type}`);
}
