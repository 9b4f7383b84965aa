import type { Job } from '../../apis/batch/v1/job/types.js';
import { TRACKING_FINALIZER } from '../../apis/batch/v1/job/well-known.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import { matchesLabelSelector } from '../../apis/meta/v1/label-selector.js';
import type { Command, MetadataChange } from '../decision.js';
import { controllerReference } from './pod-template.js';
import { referenceTo } from './pods.js';

export interface Claim {
  readonly owned: readonly Pod[];
  /** Adoptions and releases; pods they are about are not among the owned ones. */
  readonly commands: readonly Command[];
}

/**
 * Which of these pods are the Job's. A pod of its selector that has no controller is adopted, one of its own that the
 * selector no longer matches is released. A Job that is being deleted does neither.
 */
export function claimPods(job: Job, pods: readonly Pod[]): Claim {
  const owned: Pod[] = [];
  const commands: Command[] = [];
  for (const pod of pods) {
    const matches = matchesLabelSelector(job.spec.selector, pod.metadata.labels);
    const controller = controllerOf(pod);
    if (controller !== undefined && controller !== job.metadata.uid) continue;
    if (controller !== undefined && matches) owned.push(pod);
    else if (job.metadata.deletionTimestamp !== undefined) continue;
    else if (controller !== undefined) commands.push(change(pod, release(job)));
    else if (matches && pod.metadata.deletionTimestamp === undefined) commands.push(change(pod, adopt(job)));
  }
  return { owned, commands };
}

function controllerOf(pod: Pod): string | undefined {
  return pod.metadata.ownerReferences?.find(({ controller }) => controller === true)?.uid;
}

function adopt(job: Job): MetadataChange {
  return { setOwnerReference: controllerReference(job), addFinalizers: [TRACKING_FINALIZER] };
}

function release(job: Job): MetadataChange {
  return { removeOwnerReference: { uid: job.metadata.uid }, removeFinalizers: [TRACKING_FINALIZER] };
}

function change(pod: Pod, metadataChange: MetadataChange): Command {
  return { do: 'change-metadata', target: referenceTo(pod), change: metadataChange };
}
