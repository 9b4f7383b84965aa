import { StatusError } from '../../apis/meta/v1/status-error.js';
import type { Handler } from '../context.js';
import { parseDeleteOptions } from '../http/delete-options.js';
import { deleteObject } from '../registry/delete.js';
import { warnOfOrphans } from './delete.js';
import { listObjects } from './list.js';

/** So many objects are deleted at a time: enough to share the store's group commit. */
const batchItems = 32;

/** Deletes what a list with the same parameters would show, and answers with that list as it was. */
export const removeCollection: Handler = async (context, asked) => {
  const { kind, strategy } = asked;
  // First what is to be deleted, then how: what is wrong is told in this order.
  const { items, metadata } = await listObjects(context, asked);
  const { dryRun, ...options } = await parseDeleteOptions(asked.request, asked.query);
  warnOfOrphans(asked, options);
  const keys = items.map(({ metadata: { namespace = '', name } }) => ({ resource: kind.resource, namespace, name }));
  for (let from = 0; from < keys.length; from += batchItems) {
    const batch = keys.slice(from, from + batchItems);
    await Promise.all(
      batch.map((key) => deleteObject(context.registry, strategy, key, options, dryRun).catch(ignoreAbsent)),
    );
  }
  return { status: 200, list: { items, metadata } };
};

/** Somebody else deleted it first. */
function ignoreAbsent(error: unknown): void {
  if (!(error instanceof StatusError && error.code === 404)) throw error;
}
