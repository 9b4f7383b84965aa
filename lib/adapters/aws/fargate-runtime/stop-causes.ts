import type { ContainerFacts, TaskFacts } from './task-facts.js';

/** With it begin the reasons of stops that the control plane asked for. */
export const OWN_STOP = 'finite: ';

/** Who ended a task that is over. */
export type StopCause =
  /** Its containers, or we. */
  | 'own'
  /** It never ran: no place, or not any more. */
  | 'no-place'
  /** It never ran: its image, its network, its secrets … */
  | 'failed-start'
  /** The host, or somebody else. */
  | 'disruption';

const interruptions: ReadonlySet<string> = new Set([
  'SpotInterruption',
  'TerminationNotice',
  'ServiceSchedulerInitiated',
]);

export function stopCause(task: TaskFacts): StopCause {
  const { stopCode = '', stoppedReason } = task;
  const ran = task.containers.some(({ exitCode, lastStatus }) => exitCode !== undefined || lastStatus === 'RUNNING');
  if (stoppedReason.startsWith(OWN_STOP)) return 'own';
  if (!ran && !task.startedAt) {
    return isLackOfCapacity(stoppedReason) || interruptions.has(stopCode) ? 'no-place' : 'failed-start';
  }
  if (interruptions.has(stopCode) || stopCode === 'UserInitiated') return 'disruption';
  return 'own';
}

/** As failures of RunTask and reasons of stops say it. */
export function isLackOfCapacity(reason: string): boolean {
  return /capacity is unavailable|^RESOURCE:|insufficient capacity|CapacityProviderReservation/i.test(reason);
}

/** What a container's own reason tells. */
export function startFailure({
  reason,
}: ContainerFacts): 'ErrImagePull' | 'CreateContainerError' | 'StartError' | undefined {
  if (/^(CannotPull|CannotInspect|ImageNotFound|CannotPullECR|CannotPullImage)/.test(reason)) return 'ErrImagePull';
  if (/^CannotCreate(Container|Volume)/.test(reason)) return 'CreateContainerError';
  if (/^(CannotStartContainer|DockerTimeout|ContainerRuntimeTimeout)/.test(reason)) return 'StartError';
  return undefined;
}

export function isOutOfMemory({ reason }: ContainerFacts): boolean {
  return /^OutOfMemory/i.test(reason);
}
