import type { Interruptions, JobRecord } from '../../apis/batch/v1/job/record.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { NewObject } from '../decision.js';
import { readCount } from './pods.js';
import type { Sync } from './sync.js';

/*
 * A pod that Spot takes back has failed, and another follows it. With `finite.dev/spot-attempts` in the template each pod
 * starts with the number of interruptions before it. Where failures belong to an index (`backoffLimitPerIndex`), these are
 * the failed pod's of that index. Where they do not, pods are alike: those that are created next take over the numbers of
 * those that have failed, the highest first. In between the Job's record holds them.
 */

/** On the template: after so many interruptions a pod runs on demand. */
const SPOT_ATTEMPTS = 'finite.dev/spot-attempts';
/** On a pod: how often those before it were interrupted. */
const SPOT_INTERRUPTIONS = 'finite.dev/spot-interruptions';

/** What a pod starts with that follows `interruptions`. */
export function spotAnnotations(interruptions: number): Readonly<Record<string, string>> {
  return interruptions > 0 ? { [SPOT_INTERRUPTIONS]: String(interruptions) } : {};
}

/** Those that a failed pod hands on; 0 where nobody asks for their number. */
export function interruptionsAfter(failedPod: Pod): number {
  if (failedPod.metadata.annotations?.[SPOT_ATTEMPTS] === undefined) return 0;
  const { conditions = [] } = failedPod.status;
  const isDisrupted = conditions.some(({ type, status }) => type === 'DisruptionTarget' && status === 'True');
  return interruptionsBefore(failedPod) + (isDisrupted ? 1 : 0);
}

export function interruptionsBefore({ metadata }: Pick<NewObject, 'metadata'>): number {
  return readCount(metadata.annotations?.[SPOT_INTERRUPTIONS] ?? '') ?? 0;
}

/** The record with what the newly failed pods hand on. */
export function withInterrupted({ newlyFailed, spec }: Sync, record: JobRecord): JobRecord {
  if (spec.backoffLimitPerIndex !== undefined) return record;
  const interruptions = plus(record.interruptions, newlyFailed.map(interruptionsAfter));
  return interruptions === record.interruptions ? record : { ...record, interruptions };
}

/**
 * What is handed on after this decision. Failed pods that it cannot list yet are newly failed once more in the next one:
 * only those that are let go count now.
 */
export function interruptionsLeft(
  sync: Sync,
  released: readonly Pod[],
  created: readonly NewObject[],
): Interruptions | undefined {
  const isReleased = new Set(released);
  const newlyFailed = sync.newlyFailed.filter((pod) => isReleased.has(pod));
  const { interruptions } = withInterrupted({ ...sync, newlyFailed }, sync.record);
  return minus(interruptions, created.map(interruptionsBefore));
}

/** By pod, the highest first; none is 0. */
export function listed(interruptions: Interruptions = {}): readonly number[] {
  return Object.entries(interruptions)
    .flatMap(([number, pods]) => Array.from({ length: pods }, () => Number(number)))
    .toSorted((a, b) => b - a);
}

/** The same object when nothing is added. */
export function plus(before: Interruptions | undefined, numbers: readonly number[]): Interruptions | undefined {
  const added = numbers.filter((number) => number > 0);
  if (added.length === 0) return before;
  const after: Record<string, number> = { ...before };
  for (const number of added) after[number] = (after[number] ?? 0) + 1;
  return after;
}

/** Undefined when nothing is left; the same object when nothing is taken. */
function minus(before: Interruptions | undefined, numbers: readonly number[]): Interruptions | undefined {
  const taken = numbers.filter((number) => before?.[number] !== undefined);
  if (taken.length === 0) return before;
  const after: Record<string, number> = { ...before };
  for (const number of taken) after[number] = (after[number] ?? 0) - 1;
  const left = Object.entries(after).filter(([, pods]) => pods > 0);
  return left.length > 0 ? Object.fromEntries(left) : undefined;
}
