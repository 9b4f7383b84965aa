import { IndexSet } from '../../apis/batch/v1/job/index-set.js';
import type { JobRecord, PodReservation } from '../../apis/batch/v1/job/record.js';
import type { Job, JobStatus } from '../../apis/batch/v1/job/types.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { CreateObject, Decision } from '../decision.js';
import { finalCondition, standingVerdict } from './conditions.js';
import { isManagedElsewhere } from './managed-by.js';
import { podCreation } from './parallelism.js';
import { generateNameOf, PodNames } from './pod-names.js';
import { completionIndexOf } from './pods.js';
import { lookAt } from './sync.js';

/*
 * Where several managers look at one Job at the same time, each may see other pods, and would make its own for the same
 * index. So pods are announced before they are made:
 *
 *   1. the status and the record, with the slots and indexes of the new pods, in one compare-and-set: of all who decide
 *      at one revision one wins, the others look again;
 *   2. the pods are made. Whoever finds an announcement whose pods are not all there makes those that are missing, under
 *      the same names, before it decides anything else;
 *   3. the next write of the record takes the announcement back. All its pods have been there by then; and none of them
 *      can have gone, and left its name free, since pods are let go after such a write only.
 *
 * If the process stops between 1 and 2, whoever looks next goes on with 2.
 */

type JobDecision = Decision<JobStatus, JobRecord>;

/** The decision with its write first, and with its new pods announced in it. */
export function reserved(job: Job, record: JobRecord | undefined, decision: JobDecision): JobDecision {
  if (decision.status === undefined && decision.record === undefined) return decision;
  const creations = decision.before.filter((command) => command.do === 'create');
  const { creating: _, ...rest } = decision.record ?? record ?? ({} as JobRecord);
  const next = creations.length > 0 ? { ...rest, creating: reservationOf(job, creations) } : rest;
  const unchanged = decision.record === undefined && record?.creating === undefined && creations.length === 0;
  return {
    ...decision,
    ...(!unchanged && { record: next }),
    before: [],
    after: [...decision.before, ...decision.after],
  };
}

/** The announced pods that are not among `pods`. None where the Job wants no pods any more. */
export function missingPods(
  job: Job,
  record: JobRecord | undefined,
  pods: readonly Pod[],
  now: number,
): readonly CreateObject[] {
  if (record?.creating === undefined || !wantsPods(job)) return [];
  const { slots, indexes } = record.creating;
  const there = new Set(pods.map(({ metadata }) => metadata.name));
  const names = new PodNames(job.metadata.uid);
  const sync = lookAt(job, record, pods, now);
  const numbers = indexes === undefined ? undefined : [...IndexSet.parse(indexes)];
  const missing: CreateObject[] = [];
  for (const [position, slot] of [...IndexSet.parse(slots)].entries()) {
    const index = numbers?.[position];
    if (index !== undefined && index >= (job.spec.completions ?? 0)) continue;
    const name = names.nameOf(generateNameOf(job.metadata.name, index), slot);
    if (!there.has(name)) missing.push(podCreation(sync, name, index));
  }
  return missing;
}

function wantsPods(job: Job): boolean {
  const { spec, metadata, status } = job;
  if (spec.suspend === true || metadata.deletionTimestamp !== undefined) return false;
  return !isManagedElsewhere(job) && finalCondition(status) === undefined && standingVerdict(status) === undefined;
}

function reservationOf(job: Job, creations: readonly CreateObject[]): PodReservation {
  const names = new PodNames(job.metadata.uid);
  const slots = IndexSet.of(creations.map(({ object }) => names.slotOf(object.metadata.name)!));
  const indexes = creations
    .map(({ object }) => completionIndexOf(object as Pod))
    .filter((index) => index !== undefined);
  return { slots: slots.toString(), ...(indexes.length > 0 && { indexes: IndexSet.of(indexes).toString() }) };
}
