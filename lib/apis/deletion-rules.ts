import { namespaceDeletionRules } from './core/v1/namespace/deletion.js';
import { podDeletionRules } from './core/v1/pod/deletion.js';
import type { DeletionRules } from './meta/v1/deletion.js';

const background: DeletionRules = { defaultPropagationPolicy: 'Background' };

/** Kinds whose deletion differs from the ordinary: at once, dependents follow in the background. */
const special: { readonly [resource: string]: DeletionRules } = {
  pods: podDeletionRules,
  // batch/v1 kept the default of Jobs from before the garbage collector: their pods stay behind.
  jobs: { defaultPropagationPolicy: 'Orphan' },
  namespaces: namespaceDeletionRules,
  events: { defaultPropagationPolicy: 'Unsupported' },
};

/** The deletion rules of a resource, e.g. of `pods`. */
export function deletionRulesOf(resource: string): DeletionRules {
  return special[resource] ?? background;
}
