import { scaleKind } from '../../../apis/autoscaling/v1/scale/kind.js';
import type { Scale } from '../../../apis/autoscaling/v1/scale/types.js';
import { validateScale } from '../../../apis/autoscaling/v1/scale/validation.js';
import type { Job } from '../../../apis/batch/v1/job/types.js';
import { labelSelectorText } from '../../../apis/meta/v1/label-selector-text.js';
import type { KubeObject } from '../../../apis/meta/v1/object.js';
import type { View } from '../view.js';

/**
 * `scale` of a Job: its replicas are the pods that run at the same time, `spec.parallelism`. Kubernetes has dropped it,
 * and people still type `kubectl scale job`.
 */
export const jobScale: View<KubeObject & Job, KubeObject & Scale> = {
  kind: scaleKind,
  show: ({ metadata, spec, status }) => {
    const { name, namespace, uid, resourceVersion, creationTimestamp } = metadata;
    return {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
      spec: { replicas: spec.parallelism ?? 1 },
      status: { replicas: status.active ?? 0, selector: labelSelectorText(spec.selector) },
    };
  },
  write: {
    validate: validateScale,
    change: (job, { spec }) => ({ ...job, spec: { ...job.spec, parallelism: spec.replicas ?? 0 } }),
  },
};
