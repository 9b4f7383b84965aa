import { each, fill } from '../../../meta/v1/defaults.js';
import { parseQuantity, roundedUpToMilli } from '../../../meta/v1/quantity.js';
import type { ResourceRequirements } from './resources.js';

export type ResourceList = { readonly [resource: string]: string };

/** Only a text with one of these suffixes can be finer than a thousandth. */
const finerThanMilli = /[nu]$|[eE]-/;

/** Amounts finer than a thousandth are rounded up. */
export function defaultResourceList(list: ResourceList): ResourceList {
  let copy: Record<string, string> | undefined;
  for (const resource in list) {
    const amount = list[resource] as string;
    const rounded = finerThanMilli.test(amount) ? roundedUpToMilli(parseQuantity(amount)).text : amount;
    if (rounded !== amount) (copy ??= { ...list })[resource] = rounded;
  }
  return copy ?? list;
}

export function defaultResources<T extends Pick<ResourceRequirements, 'limits' | 'requests'>>(resources: T): T {
  return each<Pick<ResourceRequirements, 'limits' | 'requests'>>(resources, {
    limits: defaultResourceList,
    requests: defaultResourceList,
  }) as T;
}

/** On pods, not in templates: who limits a resource without requesting it requests the limit. */
export function requestLimits(resources: ResourceRequirements): ResourceRequirements {
  if (resources.limits === undefined) return resources;
  const requests = fill(resources.requests ?? {}, resources.limits);
  return requests === resources.requests ? resources : { ...resources, requests };
}
