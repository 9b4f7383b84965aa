import type { ConfigMap } from '../../apis/core/v1/configmap/types.js';
import type { Namespace } from '../../apis/core/v1/namespace/types.js';
import { kinds } from '../../apis/kinds.js';
import type { Kind } from '../../apis/meta/v1/kind.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { DEFAULT_SERVICE_ACCOUNT, namespaceContent, ROOT_CA_CONFIG_MAP } from '../../controllers/namespace/birth.js';
import {
  contentDeletedFrom,
  isTerminated,
  terminatingNamespace,
  type Remaining,
} from '../../controllers/namespace/termination.js';
import { pagesOf } from '../../ports/store-support/pages.js';
import type { Change, StoredObject } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import { createObject } from '../commands/create.js';
import { deleteObject } from '../commands/delete.js';
import type { Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';

/** Objects read at a time when a namespace is emptied. */
const PAGE = 500;
/** Looked at again after this time even if nothing seems to happen in it. */
const RECHECK_MS = 15_000;

/** Pods go first, so that nothing they use is taken from under them; events last, so that they tell of the others. */
const CONTENT_KINDS: readonly Kind[] = kinds
  .filter(({ namespaced }) => namespaced)
  .toSorted((a, b) => rank(a) - rank(b));

function rank({ resource }: Kind): number {
  return resource === 'pods' ? 0 : resource === 'events' ? 2 : 1;
}

/** Keys are the names of namespaces. */
export class NamespaceController implements Controller {
  readonly name = 'namespace';
  readonly concurrency = 10;

  constructor(
    readonly context: ControllerContext,
    readonly rootCertificates: string,
    /** What leaves a namespace in bursts is counted together: each look reads all that is left. */
    readonly restMs: number,
  ) {}

  observe({ type, key, object }: Change, add: (key: string) => void): void {
    if (key.resource === 'namespaces') {
      if (type === 'created' || object.metadata.deletionTimestamp !== undefined) add(key.name);
    } else if (type === 'deleted' && (this.context.terminating.has(key.namespace) || isOwnContent(key.name))) {
      add(key.namespace);
    }
  }

  async reconcile(name: string): Promise<number | undefined> {
    const stored = await this.context.store.get({ resource: 'namespaces', namespace: '', name });
    if (!stored) return undefined;
    const namespace = stored.object as KubeObject & Namespace;
    if (namespace.metadata.deletionTimestamp === undefined) return this.#fill(name);
    const from = contentDeletedFrom(namespace);
    return this.context.clock.now() < from ? from : this.#terminate(stored, namespace);
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('A namespace could not be reconciled; it is tried again.', { key, error });
  }

  async #fill(namespace: string): Promise<undefined> {
    const { store } = this.context;
    const [account, map] = await Promise.all([
      store.get({ resource: 'serviceaccounts', namespace, name: DEFAULT_SERVICE_ACCOUNT }),
      store.get({ resource: 'configmaps', namespace, name: ROOT_CA_CONFIG_MAP }),
    ]);
    const rootCertificates = map && ((map.object as KubeObject & ConfigMap).data ?? {});
    const observed = { namespace, hasServiceAccount: account !== undefined, rootCertificates };
    for (const command of namespaceContent(observed, this.rootCertificates)) {
      if (command.do === 'create') await createObject(this.context, command);
    }
  }

  async #terminate(stored: StoredObject, namespace: KubeObject & Namespace): Promise<number | undefined> {
    const { store, clock } = this.context;
    const remaining = await this.#empty(stored.key.name);
    const next = terminatingNamespace(namespace, remaining, clock.now()) as KubeObject & Namespace;
    if (isTerminated(next)) {
      await store.delete(stored.key, stored.revision, next);
      return undefined;
    }
    if (next !== namespace) await store.replace(stored.key, stored.revision, next);
    return remaining.resources.size > 0 ? clock.now() + RECHECK_MS : undefined;
  }

  /**
   * Asks everything to go; resolves with what has not gone at once. Nothing waits for the pods to end: a pod may keep
   * its finalizer until its Job is gone.
   */
  async #empty(namespace: string): Promise<Remaining> {
    const resources = new Map<string, number>();
    const finalizers = new Map<string, number>();
    for (const kind of CONTENT_KINDS) {
      const left = await this.#emptyOf(kind, namespace);
      if (left.length > 0) resources.set(`${kind.resource}.${kind.group}`, left.length);
      for (const finalizer of left.flat()) finalizers.set(finalizer, (finalizers.get(finalizer) ?? 0) + 1);
    }
    return { resources, finalizers };
  }

  /** The finalizers of each object that has not gone at once. */
  async #emptyOf({ resource }: Kind, namespace: string): Promise<readonly (readonly string[])[]> {
    const { store } = this.context;
    const left: (readonly string[])[] = [];
    for await (const { items } of pagesOf(store, { resource, namespace }, { limit: PAGE })) {
      await inBatches(items, async (stored) => {
        const target = { ...stored.key, uid: stored.object.metadata.uid };
        await deleteObject(this.context, { do: 'delete', target, propagationPolicy: 'Background' }, stored);
        const current = await store.get(stored.key);
        if (current) left.push(current.object.metadata.finalizers ?? []);
      });
    }
    return left;
  }
}

function isOwnContent(name: string): boolean {
  return name === DEFAULT_SERVICE_ACCOUNT || name === ROOT_CA_CONFIG_MAP;
}
