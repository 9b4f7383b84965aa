import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { JobRecord } from '../../apis/batch/v1/job/record.js';
import type { CreateObject } from '../decision.js';
import { failureAnnotations, retryTimeOf } from './backoff-limit-per-index.js';
import { backoffEnd } from './backoff.js';
import { generateNameOf, PodNames } from './pod-names.js';
import { onlyReplaceFailed } from './pod-replacement-policy.js';
import { podFromTemplate } from './pod-template.js';
import { completionIndexOf } from './pods.js';
import { podsToRemove } from './pods-to-remove.js';
import { listed, spotAnnotations } from './spot-attempts.js';
import type { Indexes, Sync } from './sync.js';

/** Kubernetes' limit per sync: larger Jobs starve others of their turn, smaller steps cost more status writes. */
export const MAX_PODS_PER_DECISION = 500;

/** How the number of active pods is brought to what the Job wants: pods are created or deleted, never both. */
export interface Plan {
  readonly create: readonly CreateObject[];
  readonly remove: readonly Pod[];
  /** The indexes of the created pods. */
  readonly indexes: ReadonlySet<number>;
  /** The first slot for a name that has not been used; left out: as it was. */
  readonly nextSlot?: number;
  /** When more could be done, in ms since 1970. */
  readonly againAt?: number;
}

export const NO_PODS: Plan = { create: [], remove: [], indexes: new Set() };

export function planPods(sync: Sync, record: JobRecord, takenNames: ReadonlySet<string>): Plan {
  const wanted = wantedActive(sync);
  const surplus = podsToRemove(sync.spec, sync.active, Math.max(0, sync.active.length - wanted));
  if (surplus.length > 0) {
    const againAt = surplus.length > MAX_PODS_PER_DECISION ? sync.now : undefined;
    return { ...NO_PODS, remove: surplus.slice(0, MAX_PODS_PER_DECISION), againAt };
  }
  const held = onlyReplaceFailed(sync.spec) ? sync.terminating.length : 0;
  const missing = wanted - sync.active.length - held;
  if (missing <= 0) return NO_PODS;
  const due = sync.spec.backoffLimitPerIndex === undefined ? backoffEnd(record) : sync.now;
  if (due > sync.now) return { ...NO_PODS, againAt: due };
  return planCreations(sync, record, missing, takenNames);
}

/** How many pods are to be active. */
export function wantedActive({ spec, active, succeeded }: Sync): number {
  if (spec.suspend === true) return 0;
  const parallelism = spec.parallelism ?? 1;
  // A work queue: the first success says that the queue is empty; what still runs may end.
  if (spec.completions === undefined) return succeeded > 0 ? active.length : parallelism;
  return Math.max(0, Math.min(spec.completions - succeeded, parallelism));
}

function planCreations(sync: Sync, record: JobRecord, missing: number, takenNames: ReadonlySet<string>): Plan {
  const number = Math.min(missing, MAX_PODS_PER_DECISION);
  const { indexes, againAt } = sync.indexes
    ? pendingIndexes(sync, sync.indexes, number)
    : { indexes: undefined, againAt: undefined };
  const names = new SlotNames(sync, firstFreeSlot(sync, record), takenNames);
  const interruptions = listed(record.interruptions);
  const create = Array.from({ length: indexes?.length ?? number }, (_, i) => {
    const index = indexes?.[i];
    return podCreation(sync, names.next(generateNameOf(sync.job.metadata.name, index)), index, interruptions[i]);
  });
  const more = missing > number ? sync.now : againAt;
  return { create, remove: [], indexes: new Set(indexes), nextSlot: names.nextSlot, againAt: more };
}

/** The pod of this name, with the failures of the one that it replaces, or the interruptions of those that it follows. */
export function podCreation(
  { job, spec, indexes }: Sync,
  name: string,
  index: number | undefined,
  interruptions = 0,
): CreateObject {
  const generateName = generateNameOf(job.metadata.name, index);
  const annotations =
    index === undefined || spec.backoffLimitPerIndex === undefined
      ? spotAnnotations(interruptions)
      : failureAnnotations(spec, indexes?.awaitingReplacement.get(index));
  return {
    do: 'create',
    resource: 'pods',
    object: podFromTemplate(job, { name, generateName, index, annotations }),
    owner: job.metadata.uid,
    event: { type: 'Normal', reason: 'SuccessfulCreate', message: `Created pod: ${name}` },
  };
}

/**
 * The lowest indexes that need a pod. One that waits for its own back-off keeps its place among the first `number`, so
 * that a Job works through its indexes in order; it is only not created yet.
 */
function pendingIndexes(
  { spec, active, terminating, now }: Sync,
  { completions, completed, failed, awaitingReplacement }: Indexes,
  number: number,
): { readonly indexes: readonly number[]; readonly againAt: number | undefined } {
  const held = onlyReplaceFailed(spec) ? [...active, ...terminating] : active;
  const busy = new Set(held.map(completionIndexOf));
  const due: number[] = [];
  let againAt: number | undefined;
  let left = number;
  for (const index of (failed ? completed.union(failed) : completed).gaps(completions)) {
    if (busy.has(index)) continue;
    if (left-- === 0) break;
    const waiting = awaitingReplacement.get(index);
    const retryAt = waiting === undefined ? now : retryTimeOf(waiting);
    if (retryAt <= now) due.push(index);
    else againAt = Math.min(againAt ?? Infinity, retryAt);
  }
  return { indexes: due, againAt };
}

/**
 * The first slot that no pod has had. The record knows it, unless the process stopped between creating pods and writing
 * it: then those pods tell. A name that is used again would be taken for a pod that is there already.
 */
export function firstFreeSlot({ job, tracked }: Sync, { nextSlot }: JobRecord): number {
  const names = new PodNames(job.metadata.uid);
  let next = nextSlot;
  for (const { metadata } of tracked) {
    const slot = names.slotOf(metadata.name) ?? -1;
    // Further ahead than one decision creates it is the name of an adopted pod, which only looks like one of ours.
    if (slot >= next && slot < nextSlot + 2 * MAX_PODS_PER_DECISION) next = slot + 1;
  }
  return next;
}

/** Hands out the names of slots, without those that are taken already. */
class SlotNames {
  readonly #names: PodNames;
  readonly #observed: ReadonlySet<string>;

  constructor(
    sync: Sync,
    public nextSlot: number,
    private readonly takenNames: ReadonlySet<string>,
  ) {
    this.#names = new PodNames(sync.job.metadata.uid);
    this.#observed = new Set(sync.pods.map(({ metadata }) => metadata.name));
  }

  next(generateName: string): string {
    let name: string;
    do name = this.#names.nameOf(generateName, this.nextSlot++);
    while (this.#observed.has(name) || this.takenNames.has(name));
    return name;
  }
}
