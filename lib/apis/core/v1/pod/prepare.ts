import { qosClass } from './qos-class.js';
import type { PodCondition } from './status.js';
import type { Pod } from './types.js';

/** A new pod's first state: generation 1, Pending, and waiting at its scheduling gates if it has any. */
export function preparePodForCreate<P extends Pod>(pod: P): P {
  const gated = (pod.spec.schedulingGates?.length ?? 0) > 0;
  return {
    ...pod,
    metadata: { ...pod.metadata, generation: 1 },
    status: {
      phase: 'Pending',
      qosClass: qosClass(pod.spec),
      ...(gated ? { conditions: [waitingAtGates(pod.metadata.creationTimestamp)] } : {}),
    },
  };
}

function waitingAtGates(since: string): PodCondition {
  return {
    type: 'PodScheduled',
    status: 'False',
    reason: 'SchedulingGated',
    message: 'Scheduling is blocked due to non-empty scheduling gates',
    lastProbeTime: null as never,
    lastTransitionTime: since,
  };
}

/** Binds the pod to the one node there is, unless its gates hold it or it names a node itself. */
export function bindPod<P extends Pod>(pod: P, nodeName: string | undefined): P {
  if (nodeName === undefined || pod.spec.nodeName || pod.spec.schedulingGates?.length) return pod;
  return { ...pod, spec: { ...pod.spec, nodeName } };
}
