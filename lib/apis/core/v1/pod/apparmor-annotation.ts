import { labelOf } from '../../../meta/v1/label-selector.js';
import { semanticallyEqual } from '../../../meta/v1/validation/rules.js';
import type { Container, EphemeralContainer } from './containers.js';
import type { AppArmorProfile } from './security.js';
import type { Pod } from './types.js';
import { APPARMOR_CONTAINER } from './validation/annotations.js';

const localhost = 'localhost/';

/** The field that a container's former AppArmor annotation stands for; undefined: for none. */
export function appArmorProfileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(localhost) || annotation === localhost) return undefined;
  return { type: 'Localhost', localhostProfile: annotation.slice(localhost.length) };
}

export const APPARMOR_ADVICE = 'deprecated since v1.30; use the "appArmorProfile" field instead';

/** A new pod's AppArmor annotations become fields, with a warning, even when the pod is refused later. */
export function applyAppArmorAnnotations<P extends Pod>(pod: P, warn: (text: string) => void): P {
  const { annotations } = pod.metadata;
  if (annotations === undefined || pod.spec.os?.name === 'windows') return pod;
  const ofPod = pod.spec.securityContext?.appArmorProfile;
  const apply = <C extends Container | EphemeralContainer>(container: C): C => {
    const key = APPARMOR_CONTAINER + container.name;
    const annotation = labelOf(annotations, key);
    const { securityContext } = container;
    if (annotation === undefined || securityContext?.appArmorProfile !== undefined) return container;
    const profile = appArmorProfileOf(annotation);
    if (profile !== undefined && semanticallyEqual(profile, ofPod)) return container;
    warn(`metadata.annotations[${key}]: ${APPARMOR_ADVICE}`);
    if (profile === undefined) return container;
    return { ...container, securityContext: { ...securityContext, appArmorProfile: profile } };
  };
  if (!Object.keys(annotations).some((key) => key.startsWith(APPARMOR_CONTAINER))) return pod;
  const { initContainers, containers, ephemeralContainers } = pod.spec;
  return {
    ...pod,
    spec: {
      ...pod.spec,
      ...(initContainers && { initContainers: initContainers.map(apply) }),
      containers: (containers ?? []).map(apply),
      ...(ephemeralContainers && { ephemeralContainers: ephemeralContainers.map(apply) }),
    },
  };
}
