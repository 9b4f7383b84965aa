import type { Handler } from '../context.js';
import { readBody } from '../http/body.js';
import { decodeBody } from '../http/decode-body.js';
import { contentTypeOf } from '../http/negotiation.js';
import { parseWriteOptions } from '../http/write-options.js';
import { createObject } from '../registry/create.js';
import { applyDefaults } from '../registry/registry.js';
import { checkNamespaceOfBody } from './body-metadata.js';
import { dedupOwnerReferences } from './owner-references.js';

export const create: Handler = async ({ registry }, { request, query, kind, strategy, namespace, warn }) => {
  const mediaType = contentTypeOf(request);
  const body = await readBody(request);
  const { dryRun, fieldValidation } = parseWriteOptions(query, 'CreateOptions');
  const given = await decodeBody(body, mediaType, { kind, fieldValidation, warn });
  const draft = dedupOwnerReferences(applyDefaults(strategy, given), warn);
  checkNamespaceOfBody(draft, kind, namespace);
  const object = await createObject(registry, strategy, namespace, draft, { dryRun, warn });
  return { status: 201, object };
};
