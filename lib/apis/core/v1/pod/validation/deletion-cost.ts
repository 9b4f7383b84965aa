import { labelOf, type Labels } from '../../../../meta/v1/label-selector.js';

export const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';

/** The annotation says which pods go first; it must be a 32-bit integer in its plain form. */
export function deletionCostIsInteger(annotations: Labels = {}): boolean {
  const cost = labelOf(annotations, DELETION_COST);
  if (cost === undefined) return true;
  if (!/^(0|-\d+|[1-9]\d*)$/.test(cost)) return false;
  return Number(cost) >= -2_147_483_648 && Number(cost) <= 2_147_483_647;
}
