/** Names that the parts of the Fargate runtime agree on; those of annotations are public. */

export const ANNOTATIONS = {
  /** The newest task of a pod. */
  taskArn: 'finite.dev/task-arn',
  /** `spot` or `on-demand`; also as a node selector. */
  capacity: 'finite.dev/capacity',
  /** After so many interruptions a pod's replacement runs on demand. */
  spotAttempts: 'finite.dev/spot-attempts',
  /** How often pods before this one, for the same work, have been interrupted. */
  spotInterruptions: 'finite.dev/spot-interruptions',
  /** On a ServiceAccount: the role its pods' programs act as. */
  roleArn: 'eks.amazonaws.com/role-arn',
} as const;

/** Variables by which a task is known again: a task's overrides are in its description and in its events. */
export const VARIABLES = {
  /** `<namespace>/<pod>`, on one container. */
  pod: 'FINITE_POD',
  /** The ID of the task before, on the same container; left out on a pod's first. */
  previousTask: 'FINITE_PREVIOUS_TASK',
  /** On each container that is not on its first attempt. */
  attempt: 'FINITE_ATTEMPT',
} as const;

/** Containers that a task has beside those of its pod. */
export const HELPERS = {
  /** Fills the volumes, before all others. */
  volumes: 'finite-volumes',
  /** The essential one of several: ends the task when the last has ended. */
  end: 'finite-end',
} as const;

export const LOG_STREAM_PREFIX = 'finite';

/** All pods are on this one node. */
export const NODE_NAME = 'fargate';

/** Admission adds this volume to every pod, for a token nobody issues here. */
export const TOKEN_VOLUME_PREFIX = 'kube-api-access-';

export function taskIdOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** `ecs://<task ID>/<container>`: by it a container's log stream is found again. */
export function containerIdOf(arn: string, container: string): string {
  return `ecs://${taskIdOf(arn)}/${container}`;
}
