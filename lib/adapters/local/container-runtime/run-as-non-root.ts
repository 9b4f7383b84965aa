import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';

/** Why `runAsNonRoot` forbids the start. The user is the container's, else the pod's, else the image's. */
export function runAsNonRootProblem(pod: Pod, container: Container, imageUser: string): string | undefined {
  const ofPod = pod.spec.securityContext;
  const { securityContext: own } = container;
  if (!(own?.runAsNonRoot ?? ofPod?.runAsNonRoot)) return undefined;
  const asked = own?.runAsUser ?? ofPod?.runAsUser;
  const where = `(pod: "${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})", container: ${container.name})`;
  if (asked !== undefined) {
    return asked === 0 ? `container's runAsUser breaks non-root policy ${where}` : undefined;
  }
  const [user = ''] = imageUser.split(':');
  if (user === '' || Number(user) === 0) return `container has runAsNonRoot and image will run as root ${where}`;
  if (!/^\d+$/.test(user)) {
    return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`;
  }
  return undefined;
}
