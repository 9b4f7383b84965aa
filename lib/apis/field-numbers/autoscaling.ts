import type { Messages } from './messages.js';

/** Messages of `io.k8s.api.autoscaling.v1`. */
export const autoscaling: Messages = {
  Scale: { metadata: 1, spec: 2, status: 3 },
  ScaleSpec: { replicas: 1 },
  ScaleStatus: { replicas: 1, selector: 2 },
};
