import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { isFinished } from '../../controllers/job/pods.js';
import { formatKey, type Change, type ObjectKey } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import { deleteObject } from '../commands/delete.js';
import { parseKey, type Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';

/** There is one key: all finished pods together. */
const ALL = 'finished';

/**
 * Deletes the oldest finished pods beyond a number (Kubernetes' `--terminated-pod-gc-threshold`), so that those of Jobs
 * nobody cleans up do not fill the store. Evicted ones count as the oldest, as in Kubernetes: they did nothing.
 */
export class PodGarbageController implements Controller {
  readonly name = 'pod-garbage';
  readonly concurrency = 1;
  readonly #threshold: number;
  /** By key, what they are sorted by: little for each pod, as there are many. */
  readonly #finished = new Map<string, string>();

  constructor(
    readonly context: ControllerContext,
    threshold: number,
    /** Every look sorts all finished pods. */
    readonly restMs: number,
  ) {
    this.#threshold = threshold > 0 ? threshold : Infinity;
  }

  reset(): void {
    this.#finished.clear();
  }

  observe({ type, key, object }: Change, add: (key: string) => void): void {
    if (key.resource !== 'pods') return;
    const order = type === 'deleted' ? undefined : garbageOrder(object);
    const text = formatKey(key);
    if (order === undefined) {
      this.#finished.delete(text);
      return;
    }
    if (this.#finished.has(text)) return;
    this.#finished.set(text, order);
    if (this.#finished.size > this.#threshold) add(ALL);
  }

  async reconcile(): Promise<undefined> {
    const surplus = this.#finished.size - this.#threshold;
    if (surplus <= 0) return;
    const oldest = [...this.#finished].toSorted(([, a], [, b]) => (a === b ? 0 : a < b ? -1 : 1)).slice(0, surplus);
    await inBatches(oldest, ([text]) => this.#delete(parseKey(text)));
  }

  async #delete(key: ObjectKey): Promise<void> {
    const stored = await this.context.store.get(key);
    if (!stored) return;
    const target = { ...key, uid: stored.object.metadata.uid };
    await deleteObject(this.context, { do: 'delete', target }, stored);
  }

  failed(_key: string, error: unknown): void {
    this.context.log.warn('Finished pods could not be deleted; it is tried again.', { error });
  }
}

/** Those that go first sort first. Undefined: the pod has not finished, or goes anyway. */
export function garbageOrder(object: KubeObject): string | undefined {
  const pod = object as KubeObject & Pod;
  const { metadata, status } = pod;
  if (!isFinished(pod) || metadata.deletionTimestamp !== undefined) return undefined;
  return (status.reason === 'Evicted' ? '0 ' : '1 ') + metadata.creationTimestamp;
}
