import type { Pod } from '../../../lib/apis/core/v1/pod/types.js';
import type { ApiClient } from '../../local/api-client.js';
import { listAll } from '../kubernetes.js';

/** Pods that have not ended. */
export interface PodsStatus {
  /** How many are in each phase. */
  readonly phases: Readonly<Record<string, number>>;
  /** What those wait for that do not run, the most frequent first. */
  readonly waiting: readonly WaitingPods[];
}

export interface WaitingPods {
  /** `LaunchRateReached`, `ImagePullBackOff`: as the pods' conditions and containers say. */
  readonly reason: string;
  /** Of the first. */
  readonly message: string;
  readonly pods: number;
  /** The first: `namespace/name`. */
  readonly example: string;
}

const live = '/api/v1/pods?fieldSelector=status.phase%21%3DSucceeded%2Cstatus.phase%21%3DFailed';

export async function podsStatus(client: ApiClient): Promise<PodsStatus> {
  const phases = new Map<string, number>();
  const waiting = new Map<string, WaitingPods>();
  for await (const pod of listAll<Pod>(client, live)) {
    const phase = pod.status.phase ?? 'Pending';
    phases.set(phase, (phases.get(phase) ?? 0) + 1);
    const cause = causeOf(pod);
    if (cause === undefined) continue;
    const known = waiting.get(cause.reason);
    const example = `${pod.metadata.namespace}/${pod.metadata.name}`;
    waiting.set(cause.reason, known ? { ...known, pods: known.pods + 1 } : { ...cause, pods: 1, example });
  }
  return { phases: Object.fromEntries(phases), waiting: [...waiting.values()].sort((a, b) => b.pods - a.pods) };
}

/** Undefined: the pod runs. */
function causeOf({ status }: Pod): { readonly reason: string; readonly message: string } | undefined {
  const place = status.conditions?.find(
    (condition) => condition.type === 'PodScheduled' && condition.status === 'False',
  );
  if (place !== undefined) return { reason: place.reason ?? 'Unscheduled', message: place.message ?? '' };
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  // Containers that are started one after the other wait for each other: told is what keeps one from starting.
  const states = containers.flatMap(({ state }) => state?.waiting ?? []);
  const cause =
    states.find(({ reason }) => reason !== 'PodInitializing' && reason !== 'ContainerCreating') ?? states[0];
  if (cause !== undefined) return { reason: cause.reason ?? 'Waiting', message: cause.message ?? '' };
  return (status.phase ?? 'Pending') === 'Pending' ? { reason: 'Pending', message: 'not looked at yet' } : undefined;
}
