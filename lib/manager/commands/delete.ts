import { planDeletion } from '../../apis/meta/v1/deletion.js';
import type { DeleteObject } from '../../controllers/decision.js';
import type { Revision, StoredObject } from '../../ports/store.js';
import type { ControllerContext } from '../context.js';
import { deletionRulesOf } from '../../apis/deletion-rules.js';
import { update } from './write.js';

/** Resolves with the revision of the deletion (or of its beginning); undefined when there was nothing to do. */
export function deleteObject(
  { store, clock }: Pick<ControllerContext, 'store' | 'clock'>,
  command: DeleteObject,
  known?: StoredObject,
): Promise<Revision | undefined> {
  const { target, propagationPolicy, gracePeriodSeconds } = command;
  const request = { propagationPolicy, gracePeriodSeconds, now: clock.now() };
  const once = (stored: StoredObject): Promise<Revision> | undefined => {
    const plan = planDeletion(stored.object, request, deletionRulesOf(target.resource));
    if (plan.action === 'none') return undefined;
    const written =
      plan.action === 'remove'
        ? store.delete(stored.key, stored.revision, plan.object)
        : store.replace(stored.key, stored.revision, plan.object);
    return written.then(({ revision }) => revision);
  };
  return update(store, target, target.uid, once, known);
}
