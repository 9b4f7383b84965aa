import { IndexSet } from '../../apis/batch/v1/job/index-set.js';
import { emptyRecord, type JobRecord, type PodReservation } from '../../apis/batch/v1/job/record.js';
import type { Job, JobStatus } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { Command, CreateObject, Decision } from '../decision.js';
import { backoffEnd, withNewlyFinished } from './backoff.js';
import { finalCondition, standingVerdict } from './conditions.js';
import { isManagedElsewhere } from './managed-by.js';
import { podCreation, wantedActive } from './parallelism.js';
import { generateNameOf, PodNames } from './pod-names.js';
import { completionIndexOf, isActive, referenceTo } from './pods.js';
import type { ObservedJob } from './reconcile.js';
import { interruptionsBefore, listed, plus } from './spot-attempts.js';
import { lookAt, type Sync } from './sync.js';

/*
 * Where several managers look at one Job at the same time, each may see other pods, and would make its own for the same
 * index. So pods are announced before they are made:
 *
 *   1. the status and the record, with the slots and indexes of the new pods, in one compare-and-set: of all who decide
 *      at one revision one wins, the others look again;
 *   2. the pods are made. Whoever finds an announcement whose pods are not all there makes those that are missing, under
 *      the same names, before it decides anything else;
 *   3. the next write of the record takes back what is there. A pod can only go, and leave its name free, after that: it
 *      is let go after such a write, never before.
 *
 * If the process stops between 1 and 2, whoever looks next goes on with 2.
 */

type JobDecision = Decision<JobStatus, JobRecord>;

/** An announced pod that is not there. */
interface Announced {
  readonly slot: number;
  readonly index: number | undefined;
  readonly name: string;
  readonly interruptions: number | undefined;
}

/** The pods that were announced, are not there, and are due now. */
export function missingPods(observed: ObservedJob, now: number): readonly CreateObject[] {
  const { job, record, pods } = observed;
  if (record?.creating === undefined || !wantsPods(job)) return [];
  const sync = lookAt(job, record, pods, now);
  // The pod of an announcement may have failed before its siblings were made: they wait as any other pod would.
  if (job.spec.backoffLimitPerIndex === undefined && backoffEnd(withNewlyFinished(sync)) > now) return [];
  const room = Math.max(0, wantedActive(sync) - sync.active.length);
  return announcedBefore(observed, sync)
    .flat()
    .slice(0, room)
    .map(({ name, index, interruptions }) => podCreation(sync, name, index, interruptions));
}

/** The decision with its write first, and with its new pods announced in it. */
export function reserved(observed: ObservedJob, decision: JobDecision, now: number): JobDecision {
  const { job, record = emptyRecord, pods } = observed;
  if (finalCondition(job.status) !== undefined) return withoutLatecomers(job, pods, decision);
  if (decision.status === undefined && decision.record === undefined) return decision;
  const { creating: _, ...rest } = decision.record ?? record;
  const creating = isOver(job, decision) ? [] : announcements(observed, decision, now);
  const isSame = decision.record === undefined && record.creating === undefined && creating.length === 0;
  return {
    ...decision,
    ...(!isSame && { record: creating.length > 0 ? { ...rest, creating } : rest }),
    before: [],
    after: [...decision.before.map(sparingFinished), ...decision.after],
  };
}

/** Another manager may know of the end of a pod that this one takes away. */
function sparingFinished(command: Command): Command {
  return command.do === 'change-metadata' ? { ...command, unlessFinished: true } : command;
}

/** Whoever announced pods may make them late: the Job may have ended meanwhile, and the pods may have been let go. */
function withoutLatecomers(job: Job, pods: readonly Pod[], decision: JobDecision): JobDecision {
  const isLate = (pod: Pod): boolean => isActive(pod) && isControlledBy(pod, job);
  const deletions = pods.filter(isLate).map((pod) => ({ do: 'delete', target: referenceTo(pod) }) as const);
  return deletions.length === 0 ? decision : { ...decision, before: [...decision.before, ...deletions] };
}

function isControlledBy({ metadata }: Pod, { metadata: { uid } }: Job): boolean {
  return metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) ?? false;
}

function wantsPods(job: Job): boolean {
  if (job.spec.suspend === true || job.metadata.deletionTimestamp !== undefined) return false;
  return !isManagedElsewhere(job) && standingVerdict(job.status) === undefined;
}

/** The Job will never want a pod again. */
function isOver(job: Job, { status }: JobDecision): boolean {
  return job.metadata.deletionTimestamp !== undefined || standingVerdict(status ?? job.status) !== undefined;
}

function announcements(observed: ObservedJob, { before }: JobDecision, now: number): readonly PodReservation[] {
  const { job, record, pods } = observed;
  const open = record?.creating ? announcedBefore(observed, lookAt(job, record, pods, now)) : [];
  const names = new PodNames(job.metadata.uid);
  const created = before.filter((command) => command.do === 'create').map(({ object }) => object);
  const announced = created.map((object) => ({
    name: object.metadata.name,
    slot: names.slotOf(object.metadata.name)!,
    index: completionIndexOf(object as Pod),
    interruptions: interruptionsBefore(object),
  }));
  return [...open, announced].filter((group) => group.length > 0).map(reservationOf);
}

function reservationOf(group: readonly Announced[]): PodReservation {
  const indexes = group.map(({ index }) => index).filter((index) => index !== undefined);
  const interruptions = plus(
    undefined,
    group.map((each) => each.interruptions ?? 0),
  );
  return {
    slots: IndexSet.of(group.map(({ slot }) => slot)).toString(),
    ...(indexes.length > 0 && { indexes: IndexSet.of(indexes).toString() }),
    ...(interruptions && { interruptions }),
  };
}

/** By announcement, what of it is not there, and whose index still needs a pod. */
function announcedBefore(observed: ObservedJob, { indexes }: Sync): readonly (readonly Announced[])[] {
  const { job, record, pods, takenNames } = observed;
  const there = new Set(pods.map(({ metadata }) => metadata.name));
  const names = new PodNames(job.metadata.uid);
  const isOpen = ({ name, index }: Announced): boolean => {
    if (there.has(name) || takenNames?.has(name)) return false;
    if (index === undefined || !indexes) return index === undefined;
    return index < indexes.completions && !indexes.completed.has(index) && !indexes.failed?.has(index);
  };
  return (record?.creating ?? []).map((group) => {
    const numbers = group.indexes === undefined ? undefined : [...IndexSet.parse(group.indexes)];
    const interruptions = listed(group.interruptions);
    return Array.from(IndexSet.parse(group.slots), (slot, position) => {
      const index = numbers?.[position];
      const name = names.nameOf(generateNameOf(job.metadata.name, index), slot);
      return { slot, index, name, interruptions: interruptions[position] };
    }).filter(isOpen);
  });
}
