import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { ANNOTATIONS } from './names.js';

export type Capacity = 'FARGATE' | 'FARGATE_SPOT';

/**
 * Where a pod runs: as its annotation or node selector says, or else as the installation does. One that asks for Spot
 * with a number of attempts runs on demand after so many interruptions.
 */
export function capacityOf({ metadata: { annotations = {} }, spec }: Pod, ofInstallation: Capacity): Capacity {
  const asked = annotations[ANNOTATIONS.capacity] ?? spec.nodeSelector?.[ANNOTATIONS.capacity];
  const capacity = asked === 'spot' ? 'FARGATE_SPOT' : asked === 'on-demand' ? 'FARGATE' : ofInstallation;
  if (capacity === 'FARGATE') return capacity;
  const attempts = Number(annotations[ANNOTATIONS.spotAttempts] ?? Infinity);
  return Number(annotations[ANNOTATIONS.spotInterruptions] ?? 0) >= attempts ? 'FARGATE' : 'FARGATE_SPOT';
}
