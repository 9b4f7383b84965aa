import { change, fill } from '../../../meta/v1/defaults.js';
import { addQuantities, compareQuantities, parseQuantity } from '../../../meta/v1/quantity.js';
import type { Container } from './containers.js';
import type { ResourceList } from './resource-defaults.js';
import type { ResourceRequirements } from './resources.js';
import type { PodSpec } from './types.js';

type Side = 'limits' | 'requests';

/**
 * `spec.resources` of a pod that gives part of them: huge pages are limited to what the containers may use, and what is
 * not requested is what the containers request, or else the limit.
 */
export function defaultPodResources(spec: PodSpec): PodSpec {
  const given = spec.resources;
  if (given === undefined) return spec;
  const limits = withHugePages(spec, given);
  if (limits === undefined || isEmpty(limits)) return spec;
  const requests = podRequests(spec, limits, given.requests);
  const resources = change(given, isEmpty(requests) ? { limits } : { limits, requests });
  return change(spec, { resources });
}

function withHugePages(spec: PodSpec, { limits, requests }: ResourceRequirements): ResourceList | undefined {
  if (isEmpty(limits) && isEmpty(requests)) return limits;
  const used = Object.entries(ofContainers(spec, 'limits')).filter(
    ([resource]) => isHugePages(resource) && requests?.[resource] === undefined,
  );
  return fill(limits ?? {}, Object.fromEntries(used));
}

function podRequests(spec: PodSpec, limits: ResourceList, requests: ResourceList = {}): ResourceList {
  const ofAll = Object.entries(ofContainers(spec, 'requests')).filter(([resource]) => isShared(resource));
  const limited = Object.entries(limits).filter(([resource]) => isShared(resource) || isHugePages(resource));
  return fill(requests, { ...Object.fromEntries(limited), ...Object.fromEntries(ofAll) });
}

function isEmpty(list: ResourceList | undefined): boolean {
  return list === undefined || Object.keys(list).length === 0;
}

/** What a pod as a whole may say it needs, besides huge pages. */
function isShared(resource: string): boolean {
  return resource === 'cpu' || resource === 'memory';
}

function isHugePages(resource: string): boolean {
  return resource.startsWith('hugepages-');
}

/**
 * What the containers need together: all that run at once, or the most that an init container needs beside the sidecars
 * before it.
 */
function ofContainers(spec: PodSpec, side: Side): ResourceList {
  let running = sum(spec.containers.map((container) => of(container, side)));
  let sidecars: ResourceList = {};
  let starting: ResourceList = {};
  for (const container of spec.initContainers ?? []) {
    const needs = of(container, side);
    if (container.restartPolicy === 'Always') {
      running = combine(running, needs, add);
      sidecars = combine(sidecars, needs, add);
      starting = combine(starting, sidecars, greater);
    } else starting = combine(starting, combine(needs, sidecars, add), greater);
  }
  return combine(running, starting, greater);
}

function of(container: Container, side: Side): ResourceList {
  return container.resources?.[side] ?? {};
}

function sum(lists: readonly ResourceList[]): ResourceList {
  return lists.reduce((total, list) => combine(total, list, add), {});
}

function combine(a: ResourceList, b: ResourceList, join: (a: string, b: string) => string): ResourceList {
  const joined: Record<string, string> = { ...a };
  for (const [resource, amount] of Object.entries(b)) {
    const other = joined[resource];
    joined[resource] = other === undefined ? amount : join(other, amount);
  }
  return joined;
}

function add(a: string, b: string): string {
  return addQuantities(parseQuantity(a), parseQuantity(b)).text;
}

function greater(a: string, b: string): string {
  return compareQuantities(parseQuantity(a), parseQuantity(b)) < 0 ? b : a;
}
