import type { Kind } from '../../apis/meta/v1/kind.js';
import { forbidden, notFound, StatusError } from '../../apis/meta/v1/status-error.js';
import type { Store } from '../../ports/store.js';

/** Nothing is created in a namespace that does not exist (404) or is terminating (403). */
export async function checkNamespace(store: Store, kind: Kind, namespace: string, name: string): Promise<void> {
  if (!kind.namespaced) return;
  const stored = await store.get({ resource: 'namespaces', namespace: '', name: namespace });
  if (stored === undefined) throw notFound('namespaces', '', namespace);
  if (stored.object.metadata.deletionTimestamp === undefined) return;
  const because = `unable to create new content in namespace ${namespace} because it is being terminated`;
  const { status } = forbidden(kind.resource, kind.group, name, because);
  throw new StatusError(status.code, status.reason, status.message, {
    ...status.details,
    causes: [
      {
        reason: 'NamespaceTerminating',
        message: `namespace ${namespace} is being terminated`,
        field: 'metadata.namespace',
      },
    ],
  });
}

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** The namespaces which everything else counts on stay (403). */
export function checkNamespaceDeletion(kind: Kind, name: string): void {
  if (kind.resource !== 'namespaces' || !immortal.has(name)) return;
  throw forbidden('namespaces', '', name, 'this namespace may not be deleted');
}
