import type { DeletionRules } from '../../../meta/v1/deletion.js';
import { formatTime } from '../../../meta/v1/time.js';
import type { Namespace } from './types.js';

/**
 * A namespace terminates: it accepts nothing new while its contents are deleted, and goes when the last of its
 * `spec.finalizers` has been taken away.
 */
export const namespaceDeletionRules: DeletionRules = {
  plan: (object, request) => {
    const namespace = object as unknown as Namespace;
    if (object.metadata.deletionTimestamp === undefined) {
      const metadata = { ...object.metadata, deletionTimestamp: formatTime(request.now) };
      return {
        action: 'replace',
        object: { ...object, metadata, status: { ...namespace.status, phase: 'Terminating' } },
      };
    }
    return namespace.spec.finalizers?.length ? { action: 'none' } : undefined;
  },
  defaultPropagationPolicy: 'Background',
};
