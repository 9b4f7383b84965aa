import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { Handler, ResourceRequest } from '../context.js';
import { parseDeleteOptions } from '../http/delete-options.js';
import { deleteObject, type Deleted } from '../registry/delete.js';

export const remove: Handler = async ({ registry }, asked) => {
  const { kind, strategy, namespace, name } = asked;
  const { dryRun, ...options } = await parseDeleteOptions(asked.request, asked.query);
  warnOfOrphans(asked, options);
  const key = { resource: kind.resource, namespace, name };
  const deleted = await deleteObject(registry, strategy, key, options, dryRun);
  if (!deleted.removed || strategy.returnsDeletedObject) {
    return { status: acceptedOnly(deleted, options) ? 202 : 200, object: deleted.object };
  }
  return { status: 200, statusObject: successOf(asked, deleted.object) };
};

/** 202 only where a client asked for cascading in the old way, as Kubernetes keeps it for its oldest clients. */
function acceptedOnly({ removed }: Deleted, { orphanDependents }: { readonly orphanDependents?: boolean }): boolean {
  return !removed && orphanDependents === false;
}

/** Whoever deletes a Job without saying what becomes of its pods is told. */
export function warnOfOrphans(
  { strategy, warn }: ResourceRequest,
  options: { readonly orphanDependents?: boolean; readonly propagationPolicy?: string },
): void {
  const asked = options.orphanDependents !== undefined || options.propagationPolicy !== undefined;
  if (asked || strategy.deletion.defaultPropagationPolicy !== 'Orphan') return;
  warn(
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them ' +
      'or set propagationPolicy=Orphan to suppress this warning',
  );
}

function successOf({ kind }: ResourceRequest, { metadata }: KubeObject): object {
  const details = { name: metadata.name, ...(kind.group ? { group: kind.group } : {}), kind: kind.resource };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...details, uid: metadata.uid },
  };
}
