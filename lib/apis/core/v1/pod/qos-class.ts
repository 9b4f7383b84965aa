import { compareQuantities, parseQuantity } from '../../../meta/v1/quantity.js';
import type { ResourceRequirements } from './resources.js';
import type { PodSpec } from './types.js';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The resources that count; others say nothing about a pod's place in a shortage. */
const counted = ['cpu', 'memory'] as const;

/**
 * `status.qosClass`: BestEffort when nothing asks for anything, Guaranteed when everything has limits for both
 * resources and requests just as much, Burstable between. Resources of the whole pod, where given, decide alone.
 */
export function qosClass(spec: PodSpec): QosClass {
  const resources = spec.resources === undefined ? resourcesOfContainers(spec) : [spec.resources];
  if (resources.every(isEmpty)) return 'BestEffort';
  return resources.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

function resourcesOfContainers(spec: PodSpec): readonly ResourceRequirements[] {
  return [...spec.containers, ...(spec.initContainers ?? [])].map(({ resources }) => resources ?? {});
}

function isEmpty(resources: ResourceRequirements): boolean {
  return counted.every((name) => isNothing(resources.requests?.[name]) && isNothing(resources.limits?.[name]));
}

function isGuaranteed({ requests, limits }: ResourceRequirements): boolean {
  return counted.every((name) => {
    const limit = limits?.[name];
    const request = requests?.[name] ?? limit;
    if (isNothing(limit) || request === undefined) return false;
    return compareQuantities(parseQuantity(request), parseQuantity(limit!)) === 0;
  });
}

const nothing = parseQuantity('0');

function isNothing(amount: string | undefined): boolean {
  return amount === undefined || compareQuantities(parseQuantity(amount), nothing) <= 0;
}
