import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { JsonObject } from '../../ports/store.js';
import type { Handler, HandlerResult, ResourceRequest, ServerContext } from '../context.js';
import { readBody, readText } from '../http/body.js';
import { decodeBody } from '../http/decode-body.js';
import { contentTypeOf } from '../http/negotiation.js';
import { parseWriteOptions } from '../http/write-options.js';
import { getStored, refuseInvalid, type Draft } from '../registry/registry.js';
import { updateObject } from '../registry/update.js';
import type { View } from '../registry/view.js';
import { viewsOf } from '../registry/views.js';
import { checkNameOfBody, checkNamespaceOfBody } from './body-metadata.js';
import { decodePatched, patchTypeOf } from './patch.js';

export const getView: Handler = async (context, asked) => {
  const { kind, strategy, namespace, name } = asked;
  const { object, record } = await getStored(context.registry.store, strategy, {
    resource: kind.resource,
    namespace,
    name,
  });
  const view = viewOf(asked);
  return { status: 200, kind: view.kind, object: await show(context, asked, view, object, record) };
};

export const updateView: Handler = async (context, asked) => {
  const { request, query, namespace, name, warn } = asked;
  const { kind } = viewOf(asked);
  const mediaType = contentTypeOf(request);
  const body = await readBody(request);
  const { dryRun, fieldValidation } = parseWriteOptions(query, 'UpdateOptions');
  const given = await decodeBody(body, mediaType, { kind, fieldValidation, warn });
  checkNamespaceOfBody(given, kind, namespace);
  checkNameOfBody(given, name);
  return write(context, asked, { dryRun, uid: given.metadata?.uid, wanted: () => given });
};

export const patchView: Handler = async (context, asked) => {
  const { request, query, namespace, name, warn } = asked;
  const { kind } = viewOf(asked);
  const patchType = patchTypeOf(request);
  const body = await readText(request);
  const { dryRun, fieldValidation } = parseWriteOptions(query, 'PatchOptions');
  let warnings: readonly string[] = [];
  const wanted = (shown: KubeObject): Draft => {
    const patched = decodePatched(kind, { patchType, body, fieldValidation }, shown);
    warnings = patched.warnings;
    checkNameOfBody(patched.draft, name);
    checkNamespaceOfBody(patched.draft, kind, namespace);
    return patched.draft;
  };
  const result = await write(context, asked, { dryRun, uid: undefined, wanted });
  for (const warning of warnings) warn(warning);
  return result;
};

interface Write {
  readonly dryRun: boolean;
  readonly uid: string | undefined;
  /** The view asked for, given the one that is. */
  readonly wanted: (shown: KubeObject) => Draft;
}

/** Changes the object into what the wanted view shows; answers with the view of what came of it. */
async function write(
  context: ServerContext,
  asked: ResourceRequest,
  { dryRun, uid, wanted }: Write,
): Promise<HandlerResult> {
  const { kind, strategy, namespace, name, warn } = asked;
  const view = viewOf(asked);
  const next = async (current: KubeObject): Promise<Draft> => {
    const draft = wanted(await show(context, asked, view, current));
    refuseInvalid(view, name, view.write!.validate(draft as KubeObject));
    const changed = view.write!.change(current, draft as KubeObject);
    const { resourceVersion, uid = changed.metadata.uid } = draft.metadata ?? {};
    return { ...changed, metadata: { ...changed.metadata, resourceVersion, uid } };
  };
  const key = { resource: kind.resource, namespace, name };
  const object = await updateObject(context.registry, strategy, { key, subresource: '', uid, next }, { dryRun, warn });
  return { status: 200, kind: view.kind, object: await show(context, asked, view, object) };
}

function show(
  { registry: { store }, clock, parseSchedule }: ServerContext,
  { query }: ResourceRequest,
  view: View,
  object: KubeObject,
  record?: JsonObject,
): KubeObject | Promise<KubeObject> {
  return view.show(object, { query, store, now: clock.now(), record, parseSchedule });
}

function viewOf({ kind, subresource }: ResourceRequest): View {
  return viewsOf(kind.resource)[subresource]!;
}
