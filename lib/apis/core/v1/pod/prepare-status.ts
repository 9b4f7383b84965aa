import type { PodCondition, PodStatus } from './status.js';

/**
 * What is kept of a pod's status when a new one is written that does not mention it: the class of its quality of
 * service, and which generation was observed by the pod and by each condition (there may be several of a type).
 */
export function preparePodStatus(next: PodStatus, current: PodStatus): PodStatus {
  const observedGeneration = next.observedGeneration || current.observedGeneration;
  const qosClass = next.qosClass || current.qosClass;
  return {
    ...next,
    ...(qosClass ? { qosClass } : {}),
    ...(observedGeneration ? { observedGeneration } : {}),
    ...(next.conditions === undefined ? {} : { conditions: keptGenerations(next.conditions, current.conditions) }),
  };
}

function keptGenerations(next: readonly PodCondition[], current: readonly PodCondition[] = []): PodCondition[] {
  const left = new Map<string, (number | undefined)[]>();
  for (const { type = '', observedGeneration } of current) {
    left.set(type, [...(left.get(type) ?? []), observedGeneration]);
  }
  return next.map((condition) => {
    const before = left.get(condition.type ?? '')?.shift();
    const observedGeneration = condition.observedGeneration || before;
    return observedGeneration ? { ...condition, observedGeneration } : condition;
  });
}
