import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod, PodSpec } from '../../../apis/core/v1/pod/types.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import type { FargateSize } from './sizes.js';

/** What a pod needs as a whole. */
export interface PodNeeds extends FargateSize {
  /** On disk, in GiB: the containers' own and that of its emptyDirs. */
  readonly storage: number;
}

/** Storage every task has without asking, in GiB. */
export const STORAGE_INCLUDED = 20;
/** The most a task can have, in GiB. */
export const STORAGE_MAX = 200;

type Resource = 'cpu' | 'memory' | 'ephemeral-storage';

/**
 * Requests and limits of all containers, whichever is more, counted as Kubernetes counts requests: what runs at the same
 * time is added up, and an init container only counts where it needs more than the others do together.
 */
export function podNeeds(spec: PodSpec): PodNeeds {
  const milli = needOf(spec, 'cpu', '1m');
  return {
    cpu: Math.ceil((milli * 1024) / 1000),
    memory: needOf(spec, 'memory', '1Mi'),
    storage: Math.ceil((needOf(spec, 'ephemeral-storage', '1Mi') + emptyDirs(spec)) / 1024),
  };
}

/** What one container asks for or may use, whichever is more, in a unit. */
export function containerNeed({ resources }: Pick<Container, 'resources'>, resource: Resource, unit: string): number {
  const amounts = [resources?.requests?.[resource], resources?.limits?.[resource]];
  return Math.max(0, ...amounts.map((amount) => (amount === undefined ? 0 : Number(quantityUnits(amount, unit)))));
}

function needOf(spec: PodSpec, resource: Resource, unit: string): number {
  const ofPod = containerNeed({ resources: spec.resources ?? {} }, resource, unit);
  const overhead = spec.overhead?.[resource];
  const extra = overhead === undefined ? 0 : Number(quantityUnits(overhead, unit));
  return (ofPod > 0 ? ofPod : containersNeed(spec, resource, unit)) + extra;
}

function containersNeed({ initContainers = [], containers }: PodSpec, resource: Resource, unit: string): number {
  let sidecars = 0;
  let largestInit = 0;
  for (const container of initContainers) {
    const need = containerNeed(container, resource, unit);
    if (container.restartPolicy === 'Always') sidecars += need;
    else largestInit = Math.max(largestInit, sidecars + need);
  }
  const together = containers.reduce((sum, container) => sum + containerNeed(container, resource, unit), sidecars);
  return Math.max(together, largestInit);
}

/** In MiB; those without a limit share what is left. */
function emptyDirs({ volumes = [] }: Pod['spec']): number {
  return volumes.reduce((sum, { emptyDir }) => {
    if (emptyDir?.sizeLimit === undefined || emptyDir.medium === 'Memory') return sum;
    return sum + Number(quantityUnits(emptyDir.sizeLimit, '1Mi'));
  }, 0);
}
