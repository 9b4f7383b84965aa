import type { StoredObject } from '../../ports/store.js';
import { inBatches } from '../commands/batches.js';
import { deleteObject } from '../commands/delete.js';
import type { ControllerContext } from '../context.js';
import { garbageOrder } from '../controllers/pod-garbage.js';
import type { DeleteObject } from '../../controllers/decision.js';

/** kube-controller-manager's default of `--terminated-pod-gc-threshold`. */
const THRESHOLD = 12_500;

interface Terminated {
  readonly order: string;
  readonly target: DeleteObject['target'];
}

/**
 * Deletes the oldest finished pods beyond a number, as a sweep of everything comes past them. It remembers only the
 * newest that it has seen: what is older than these has that many newer ones beside it, wherever the sweep is.
 *
 * A sweep that is done in several parts remembers anew in each. It leaves that many a part, which the next one sees
 * in a piece.
 */
export class TerminatedPods {
  #newest: readonly Terminated[] = [];

  constructor(
    private readonly context: Pick<ControllerContext, 'store' | 'clock'>,
    private readonly threshold = THRESHOLD,
  ) {}

  async see(pods: readonly StoredObject[]): Promise<void> {
    const finished = pods.flatMap(({ key, object }) => {
      const order = garbageOrder(object);
      return order === undefined ? [] : [{ order, target: { ...key, uid: object.metadata.uid } }];
    });
    const all = [...this.#newest, ...finished];
    const surplus = all.length - this.threshold;
    if (surplus > 0) all.sort((a, b) => (a.order === b.order ? 0 : a.order < b.order ? -1 : 1));
    this.#newest = all.slice(Math.max(0, surplus));
    await inBatches(all.slice(0, Math.max(0, surplus)), async ({ target }) => {
      await deleteObject(this.context, { do: 'delete', target });
    });
  }
}
