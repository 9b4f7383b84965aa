import type { Container } from '../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../apis/core/v1/pod/types.js';

/** Whether a container that ended so is started again: the first matching rule of its own, then its policy, then the pod's. */
export function restarts(pod: Pod, container: Container, exitCode: number): boolean {
  for (const { action, exitCodes } of container.restartPolicyRules ?? []) {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    if (action === 'Restart' && exitCodes && listed === (exitCodes.operator === 'In')) return true;
  }
  const policy = container.restartPolicy ?? pod.spec.restartPolicy ?? 'Always';
  return policy === 'Always' || (policy === 'OnFailure' && exitCode !== 0);
}

/** An init container is to succeed once, whatever the pod's policy: only `Never` makes its failure final. */
export function initContainerRestarts(pod: Pod, container: Container, exitCode: number): boolean {
  return exitCode !== 0 && restarts(pod, container, exitCode);
}

/** A sidecar: an init container that goes on running beside the others. */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
