import type { Job } from '../../apis/batch/v1/job/types.js';
import type { KubeObject } from '../../apis/meta/v1/object.js';
import { reconcileTtlAfterFinished } from '../../controllers/ttl-after-finished/reconcile.js';
import type { Change } from '../../ports/store.js';
import { joinKey, splitKey, type Controller } from '../controller.js';
import type { ControllerContext } from '../context.js';
import { perform } from '../perform.js';

/** Keys are `namespace/job`. */
export class TtlAfterFinishedController implements Controller {
  readonly name = 'ttl-after-finished';
  readonly concurrency = 50;

  constructor(readonly context: ControllerContext) {}

  observe({ type, key, object }: Change, add: (key: string) => void): void {
    if (key.resource !== 'jobs' || type === 'deleted') return;
    const { spec, status } = object as KubeObject & Job;
    // Cheap: only a finished Job has any chance to be due.
    if (spec.ttlSecondsAfterFinished !== undefined && status.conditions?.length) add(joinKey(key.namespace, key.name));
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { store, clock } = this.context;
    const stored = await store.get({ resource: 'jobs', ...splitKey(key) });
    if (!stored) return undefined;
    const decision = reconcileTtlAfterFinished(stored.object as KubeObject & Job, clock.now());
    await perform(this.context, { stored, component: 'ttl-after-finished-controller' }, decision);
    return decision.requeueAt;
  }

  failed(key: string, error: unknown): void {
    this.context.log.warn('A finished Job could not be looked at; it is tried again.', { key, error });
  }
}
