import {
  forbiddenValue,
  duplicateValue,
  invalidValue,
  notFoundValue,
  requiredValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import {
  addQuantities,
  compareQuantities,
  isWholeNumber,
  parseQuantity,
  type Quantity,
} from '../../../../meta/v1/quantity.js';
import { dnsLabelProblems, qualifiedNameProblems } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { ResourceClaim, ResourceRequirements } from '../resources.js';
import type { PodSpec } from '../types.js';
import {
  isCounted,
  isExtended,
  isHugePages,
  isMultipleOfPage,
  isNative,
  isOfContainers,
  isStandard,
  mayOvercommit,
} from './resource-names.js';

type Amounts = { readonly [name: string]: string };
type NameCheck = (name: string, path: string, errors: FieldError[]) => void;

const podLevel = /^(cpu|memory|hugepages-.*)$/;

export interface ResourceOptions {
  /** Names of the pod's `resourceClaims`. */
  readonly claimNames: ReadonlySet<string>;
  readonly indivisibleHugePages: boolean;
}

/** `resources` of a container; also `overhead`, as limits. */
export function validateResources(
  resources: ResourceRequirements,
  path: string,
  errors: FieldError[],
  options: ResourceOptions,
  checkName: NameCheck = checkContainerResource,
): void {
  const { limits = {}, requests = {} } = resources;
  for (const name in limits) checkAmount(name, limits[name]!, `${path}.limits[${name}]`, errors, options, checkName);
  for (const name in requests) {
    checkName(name, `${path}.requests[${name}]`, errors);
    checkQuantity(name, requests[name]!, `${path}.requests[${name}]`, errors);
    checkAgainstLimit(name, requests[name]!, limits, path, errors);
    checkHugePages(name, requests[name]!, `${path}.requests[${name}]`, errors, options);
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory')) {
    errors.push(forbiddenValue(path, 'HugePages require cpu or memory'));
  }
  validateClaims(resources.claims ?? [], `${path}.claims`, errors, options.claimNames);
}

function checkAmount(
  name: string,
  amount: string,
  path: string,
  errors: FieldError[],
  options: ResourceOptions,
  checkName: NameCheck,
): void {
  checkName(name, path, errors);
  checkQuantity(name, amount, path, errors);
  checkHugePages(name, amount, path, errors, options);
}

export function checkQuantity(name: string, amount: string, path: string, errors: FieldError[]): void {
  const quantity = parseQuantity(amount);
  if (quantity.value < 0n) errors.push(invalidValue(path, quantity.text, 'must be greater than or equal to 0'));
  if (isCounted(name) && !isWholeNumber(quantity)) errors.push(invalidValue(path, quantity.text, 'must be an integer'));
}

function checkHugePages(
  name: string,
  amount: string,
  path: string,
  errors: FieldError[],
  options: ResourceOptions,
): void {
  if (!isHugePages(name) || options.indivisibleHugePages || isMultipleOfPage(name, amount)) return;
  errors.push(invalidValue(path, amount, `${amount} is not positive integer multiple of ${name}`));
}

function checkAgainstLimit(name: string, amount: string, limits: Amounts, path: string, errors: FieldError[]): void {
  const limit = Object.hasOwn(limits, name) ? limits[name] : undefined;
  if (limit === undefined) {
    if (!mayOvercommit(name)) {
      errors.push(requiredValue(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
    }
    return;
  }
  const difference = compareQuantities(parseQuantity(amount), parseQuantity(limit));
  if (difference !== 0 && !mayOvercommit(name)) {
    errors.push(invalidValue(`${path}.requests`, amount, `must be equal to ${name} limit of ${limit}`));
  } else if (difference > 0) {
    errors.push(invalidValue(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`));
  }
}

/** Whether the name is well formed; what is wrong is added. */
function checkResourceName(name: string, path: string, errors: FieldError[]): boolean {
  const problems = qualifiedNameProblems(name);
  addInvalid(errors, path, name, problems);
  if (problems.length > 0) return false;
  if (name.includes('/') || isStandard(name)) return true;
  errors.push(invalidValue(path, name, 'must be a standard resource type or fully qualified'));
  return false;
}

function checkContainerResource(name: string, path: string, errors: FieldError[]): void {
  checkResourceName(name, path, errors);
  if (!name.includes('/')) {
    if (!isOfContainers(name)) errors.push(invalidValue(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalidValue(path, name, "doesn't follow extended resource name standard"));
  }
}

function checkPodResource(name: string, path: string, errors: FieldError[]): void {
  if (!checkResourceName(name, path, errors) || podLevel.test(name)) return;
  errors.push(unsupportedValue(path, name, ['cpu', 'hugepages-', 'memory']));
}

function validateClaims(
  claims: readonly ResourceClaim[],
  path: string,
  errors: FieldError[],
  podClaims: ReadonlySet<string>,
): void {
  const seen = new Set<string>();
  claims.forEach(({ name, request }, i) => {
    const at = `${path}[${i}]`;
    if (!name) {
      errors.push(requiredValue(at));
      return;
    }
    checkClaimIsNew(name, request, at, errors, seen);
    if (podClaims.has(name)) return;
    const known = podClaims.size === 0 ? ' which is empty' : `: ${[...podClaims].sort().join(', ')}`;
    errors.push(notFoundValue(at, name, `must be one of the names in pod.spec.resourceClaims${known}`));
  });
}

function checkClaimIsNew(
  name: string,
  request: string | undefined,
  at: string,
  errors: FieldError[],
  seen: Set<string>,
): void {
  if (seen.has(name)) {
    errors.push(duplicateValue(at, name));
    return;
  }
  const key = request ? `${name}/${request}` : name;
  if (request) addInvalid(errors, `${at}.request`, request, dnsLabelProblems(request));
  if (seen.has(key)) errors.push(duplicateValue(at, key));
  else if (!request) {
    for (const other of seen) if (other.startsWith(`${name}/`)) errors.push(duplicateValue(at, name));
  }
  seen.add(key);
}

/** `resources` of the pod itself, which bound those of its containers. */
export function validatePodResources(
  spec: PodSpec,
  specPath: string,
  errors: FieldError[],
  options: ResourceOptions,
): void {
  if (spec.resources === undefined) return;
  const path = `${specPath}.resources`;
  if (spec.os?.name === 'windows') {
    errors.push(forbiddenValue(path, 'may not be set for a windows pod'));
    return;
  }
  if (spec.resources.claims !== undefined) {
    errors.push(forbiddenValue(`${path}.claims`, 'claims may not be set for Resources at pod-level'));
  }
  validateResources(spec.resources, path, errors, options, checkPodResource);
  checkSumsOfContainers(spec, path, errors);
  checkLimitsOfContainers(spec, path, errors);
}

function checkSumsOfContainers(spec: PodSpec, path: string, errors: FieldError[]): void {
  const { requests = {}, limits = {} } = spec.resources ?? {};
  for (const [name, sum] of sumOfContainers(spec, 'requests')) {
    const amount = requests[name];
    if (amount === undefined || compareQuantities(sum, parseQuantity(amount)) <= 0) continue;
    const problem = `must be greater than or equal to aggregate container requests of ${sum.text}`;
    errors.push(invalidValue(`${path}.requests[${name}]`, amount, problem));
  }
  for (const [name, sum] of sumOfContainers(spec, 'limits')) {
    const amount = limits[name];
    if (!isHugePages(name) || amount === undefined || compareQuantities(sum, parseQuantity(amount)) <= 0) continue;
    const problem = `must be greater than or equal to aggregate container limits of ${sum.text}`;
    errors.push(invalidValue(`${path}.limits[${name}]`, amount, problem));
  }
}

function checkLimitsOfContainers(spec: PodSpec, path: string, errors: FieldError[]): void {
  const { limits = {} } = spec.resources ?? {};
  (spec.containers ?? []).forEach(({ resources }, i) => {
    for (const [name, limit] of Object.entries(resources?.limits ?? {})) {
      const bound = limits[name];
      if (bound === undefined || compareQuantities(parseQuantity(limit), parseQuantity(bound)) <= 0) continue;
      const problem = `must be less than or equal to pod limits of ${bound}`;
      errors.push(invalidValue(`${path}.containers[${i}][${name}].limits`, limit, problem));
    }
  });
}

/**
 * What the containers need together: all containers and side-cars at once, or, if that is more, one init container
 * beside the side-cars that started before it.
 */
function sumOfContainers(spec: PodSpec, list: 'requests' | 'limits'): Map<string, Quantity> {
  const total = new Map<string, Quantity>();
  for (const container of spec.containers ?? []) add(total, amounts(container.resources?.[list]));
  const sidecars = new Map<string, Quantity>();
  const largestInit = new Map<string, Quantity>();
  for (const container of spec.initContainers ?? []) {
    const needed = amounts(container.resources?.[list]);
    if (container.restartPolicy === 'Always') {
      add(total, needed);
      add(sidecars, needed);
      raise(largestInit, sidecars);
    } else {
      add(needed, sidecars);
      raise(largestInit, needed);
    }
  }
  raise(total, largestInit);
  return total;
}

function amounts(list: Amounts | undefined): Map<string, Quantity> {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

function add(sum: Map<string, Quantity>, more: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of more) {
    const before = sum.get(name);
    sum.set(name, before === undefined ? amount : addQuantities(before, amount));
  }
}

function raise(bound: Map<string, Quantity>, other: ReadonlyMap<string, Quantity>): void {
  for (const [name, amount] of other) {
    const before = bound.get(name);
    if (before === undefined || compareQuantities(amount, before) > 0) bound.set(name, amount);
  }
}
