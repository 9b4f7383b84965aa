import { parseQuantity, QuantityError, isWholeNumber, type Quantity } from '../../../../meta/v1/quantity.js';
import { qualifiedNameProblems } from '../../../../meta/v1/validation/names.js';

const standard = new Set([
  'cpu',
  'memory',
  'ephemeral-storage',
  'requests.cpu',
  'requests.memory',
  'requests.ephemeral-storage',
  'limits.cpu',
  'limits.memory',
  'limits.ephemeral-storage',
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'storage',
  'requests.storage',
  'services.nodeports',
  'services.loadbalancers',
]);
const counted = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);
const ofContainers = new Set(['cpu', 'memory', 'ephemeral-storage']);
const hugePages = 'hugepages-';

export function isHugePages(name: string): boolean {
  return name.startsWith(hugePages);
}

export function isStandard(name: string): boolean {
  return standard.has(name) || isHugePages(name) || name.startsWith(`requests.${hugePages}`);
}

export function isOfContainers(name: string): boolean {
  return ofContainers.has(name) || isHugePages(name);
}

/** Kubernetes' own: without a domain, or of one below kubernetes.io. */
export function isNative(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

/** Somebody else's, such as `nvidia.com/gpu`. */
export function isExtended(name: string): boolean {
  if (isNative(name) || name.startsWith('requests.')) return false;
  return qualifiedNameProblems(`requests.${name}`).length === 0;
}

/** Whether containers may ask for less than they may use. */
export function mayOvercommit(name: string): boolean {
  return isNative(name) && !isHugePages(name);
}

/** Whether there are only whole ones. */
export function isCounted(name: string): boolean {
  return counted.has(name) || isExtended(name);
}

/** Whether an amount of huge pages is a number of whole pages of the size in the resource's name. */
export function isMultipleOfPage(name: string, amount: string): boolean {
  const page = pageSize(name);
  if (page === undefined || page.value <= 0n || !isWholeNumber(page)) return false;
  return wholeUnits(parseQuantity(amount)) % wholeUnits(page) === 0n;
}

function pageSize(name: string): Quantity | undefined {
  try {
    return parseQuantity(name.slice(hugePages.length));
  } catch (error) {
    if (error instanceof QuantityError) return undefined;
    throw error;
  }
}

/** Rounded up. */
function wholeUnits({ value, scale }: Quantity): bigint {
  if (scale >= 0) return value * 10n ** BigInt(scale);
  const unit = 10n ** BigInt(-scale);
  return value / unit + (value % unit > 0n ? 1n : 0n);
}
