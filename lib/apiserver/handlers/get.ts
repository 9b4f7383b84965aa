import type { Handler } from '../context.js';
import { badRequest } from '../../apis/meta/v1/status-error.js';
import { tooLargeResourceVersion } from '../http/errors.js';
import { parseStorageRevision } from '../http/resource-version.js';
import { getStored } from '../registry/registry.js';

/** An object, or one of its faces: `GET …/status` answers with the whole object too. */
export const get: Handler = async ({ registry }, { query, kind, strategy, namespace, name }) => {
  if (query.has('export')) {
    throw badRequest('the export parameter, deprecated since v1.14, is no longer supported');
  }
  const asked = parseStorageRevision(query.get('resourceVersion'));
  if (asked !== undefined) {
    const current = await registry.store.currentRevision();
    if (asked > current) throw tooLargeResourceVersion(asked, current);
  }
  const { object } = await getStored(registry.store, strategy, { resource: kind.resource, namespace, name });
  return { status: 200, object };
};
