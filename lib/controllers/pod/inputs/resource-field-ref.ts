import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { ResourceFieldSelector } from '../../../apis/core/v1/pod/environment.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { parseQuantity } from '../../../apis/meta/v1/quantity.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import { UnresolvedInput, type PodFacts } from './types.js';

/**
 * The value of a `resourceFieldRef` in units of its divisor, rounded up. A limit that is not set reads as what the node
 * can give; a request that is not set reads as 0.
 */
export function resourceFieldValue(
  selector: ResourceFieldSelector,
  pod: Pod,
  owner: Container | undefined,
  facts: PodFacts,
): string {
  const container = selector.containerName ? containerNamed(pod, selector.containerName) : owner;
  const [kind, name = ''] = splitOnce(selector.resource, '.');
  if (container === undefined || (kind !== 'limits' && kind !== 'requests')) {
    throw new UnresolvedInput(`unsupported container resource : ${selector.resource}`);
  }
  const set = container.resources?.[kind]?.[name];
  const text = set ?? (kind === 'limits' ? facts.nodeAllocatable?.[name] : undefined) ?? '0';
  // Nothing divided by nothing: Kubernetes takes a divisor of zero for one that is not set.
  const isSet = selector.divisor !== undefined && parseQuantity(selector.divisor).value !== 0n;
  return quantityUnits(text, isSet ? selector.divisor : '1').toString();
}

function containerNamed(pod: Pod, name: string): Container {
  const found = [...(pod.spec.initContainers ?? []), ...pod.spec.containers].find((each) => each.name === name);
  if (found === undefined) throw new UnresolvedInput(`container ${name} not found`);
  return found;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
