import { decode } from '../../apis/meta/v1/decode.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { Handler, ResourceRequest } from '../context.js';
import { readText } from '../http/body.js';
import { applyFieldValidation, typeProblem, whyOtherType, withType } from '../http/decode-body.js';
import { bareContentType } from '../http/negotiation.js';
import { parseWriteOptions, type FieldValidation } from '../http/write-options.js';
import { applyPatch, patchTypes, type PatchType } from '../patch/apply-patch.js';
import { applyDefaults, type Draft } from '../registry/registry.js';
import { updateObject } from '../registry/update.js';
import { checkNameOfBody, checkNamespaceOfBody } from './body-metadata.js';
import { dedupOwnerReferences } from './owner-references.js';

export const patch: Handler = async ({ registry }, asked) => {
  const { request, query, kind, strategy, namespace, name, subresource, warn } = asked;
  const patchType = patchTypeOf(request);
  const body = await readText(request);
  const { dryRun, fieldValidation } = parseWriteOptions(query, 'PatchOptions');
  const key = { resource: kind.resource, namespace, name };
  let warnings: readonly string[] = [];
  const next = (current: KubeObject): Draft => {
    const result = patchOnce(asked, patchType, body, fieldValidation, current);
    warnings = result.warnings;
    return result.draft;
  };
  const object = await updateObject(registry, strategy, { key, subresource, next }, { dryRun, warn });
  for (const warning of warnings) warn(warning);
  return { status: 200, object };
};

export function patchTypeOf(request: Request): PatchType {
  const mediaType = bareContentType(request);
  const type = patchTypes.find((known) => known === mediaType);
  if (type !== undefined) return type;
  // Server-side apply has its place here once it is there.
  if (mediaType.startsWith('application/apply-patch')) {
    const message = `server-side apply is not supported; the server patches by ${patchTypes.join(', ')}`;
    throw new StatusError(415, 'UnsupportedMediaType', message);
  }
  throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
}

interface PatchedDraft {
  readonly draft: Draft;
  readonly warnings: readonly string[];
}

function patchOnce(
  { kind, strategy, namespace, name }: ResourceRequest,
  patchType: PatchType,
  body: string,
  fieldValidation: FieldValidation,
  current: KubeObject,
): PatchedDraft {
  const patched = decodePatched(kind, { patchType, body, fieldValidation }, current);
  const warnings = [...patched.warnings];
  const warn = (text: string): void => void warnings.push(text);
  const draft = dedupOwnerReferences(applyDefaults(strategy, patched.draft), warn);
  checkNameOfBody(draft, name);
  checkNamespaceOfBody(draft, kind, namespace);
  return { draft, warnings };
}

interface PatchBody {
  readonly patchType: PatchType;
  readonly body: string;
  readonly fieldValidation: FieldValidation;
}

/** The object of a kind that a patch makes of the current one, decoded and nothing more. */
export function decodePatched(
  kind: Kind,
  { patchType, body, fieldValidation }: PatchBody,
  current: KubeObject,
): PatchedDraft {
  const patched = applyPatch({ kind, patchType, current, body });
  const problem = typeProblem(patched.object);
  if (problem !== undefined) throw patched.undecodable(problem);
  const other = whyOtherType(patched.object as object, kind);
  if (other !== undefined) throw patched.undecodable('message' in other ? other.message : other.because);
  const { object, error, strictWarnings } = decode(kind.schema, patched.object);
  if (error !== undefined) throw patched.undecodable(error);
  const warnings: string[] = [];
  const warn = (text: string): void => void warnings.push(text);
  applyFieldValidation([...patched.strictWarnings, ...strictWarnings], { kind, fieldValidation, warn });
  return { draft: withType(object as unknown as Draft, kind), warnings };
}
