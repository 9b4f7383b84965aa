import type { DeletionRules } from '../../../meta/v1/deletion.js';
import type { KubeObject } from '../../../meta/v1/object.js';
import type { Pod } from './types.js';

/** Pods end gracefully, unless nothing of them can be running: they are on no node, or in a final phase. */
export const podDeletionRules: DeletionRules = {
  gracefulSeconds: (object, requested) => {
    const { spec, status } = object as KubeObject as unknown as Pod;
    if (!spec.nodeName || status.phase === 'Succeeded' || status.phase === 'Failed') return 0;
    return requested ?? spec.terminationGracePeriodSeconds ?? 0;
  },
  defaultPropagationPolicy: 'Background',
};
