import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { Handler } from '../context.js';
import { readBody } from '../http/body.js';
import { decodeBody } from '../http/decode-body.js';
import { contentTypeOf } from '../http/negotiation.js';
import { parseWriteOptions } from '../http/write-options.js';
import { createObject } from '../registry/create.js';
import { applyDefaults } from '../registry/registry.js';
import { updateObject } from '../registry/update.js';
import { checkNameOfBody, checkNamespaceOfBody } from './body-metadata.js';
import { dedupOwnerReferences } from './owner-references.js';

export const update: Handler = async ({ registry }, asked) => {
  const { request, query, kind, strategy, namespace, name, subresource, warn } = asked;
  const mediaType = contentTypeOf(request);
  const body = await readBody(request);
  const { dryRun, fieldValidation } = parseWriteOptions(query, 'UpdateOptions');
  const given = await decodeBody(body, mediaType, { kind, fieldValidation, warn });
  const draft = dedupOwnerReferences(applyDefaults(strategy, given), warn);
  checkNamespaceOfBody(draft, kind, namespace);
  checkNameOfBody(draft, name);
  const key = { resource: kind.resource, namespace, name };
  const uid = draft.metadata?.uid;
  const options = { dryRun, warn };
  try {
    const next = { key, subresource, next: () => draft, ...(uid ? { uid } : {}) };
    return { status: 200, object: await updateObject(registry, strategy, next, options) };
  } catch (error) {
    const absent = error instanceof StatusError && error.code === 404;
    if (!absent || subresource !== '' || !strategy.createsOnUpdate) throw error;
    return { status: 201, object: await createObject(registry, strategy, namespace, draft, options) };
  }
};
