import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { isFilled, unsupportedEverywhere, unsupportedFields, type FieldRow } from '../unsupported-fields.js';
import type { ContainerStart, RuntimeEvent } from '../../../ports/pod-runtime.js';

/** Said once for each pod. */
export const notIsolated: RuntimeEvent = {
  type: 'Warning',
  reason: 'NotIsolated',
  message:
    'This pod runs as plain processes of the machine: images are not used and nothing is isolated. Programs are those installed here.',
};

const podFields: readonly FieldRow<Pod>[] = [
  ['spec.securityContext', ({ spec }) => isFilled(spec.securityContext), "the server's own user is used"],
  ['spec.hostAliases', ({ spec }) => spec.hostAliases?.length, 'names are resolved as on the machine'],
  ['spec.dnsConfig', ({ spec }) => spec.dnsConfig, 'names are resolved as on the machine'],
  ['spec.runtimeClassName', ({ spec }) => spec.runtimeClassName, 'there are no runtime classes'],
];

const containerFields: readonly FieldRow<Container>[] = [
  ['resources.limits', ({ resources }) => isFilled(resources?.limits), 'no limit is applied'],
  ['securityContext', ({ securityContext }) => isFilled(securityContext), "the server's own user and rights are used"],
  ...unsupportedEverywhere,
];

/** One warning for each field that processes cannot honour. */
export function unsupportedInPod(pod: Pod): RuntimeEvent[] {
  return unsupportedFields(podFields, pod);
}

export function unsupportedInContainer(container: Container): RuntimeEvent[] {
  return unsupportedFields(containerFields, container, container.name);
}

/** Admission mounts it into every container, and few miss it. */
const automaticVolume = 'kube-api-access-';

/** Where the files of each mount are, since nothing can be mounted. `places` is by mount path. */
export function mountsElsewhere(request: ContainerStart, places: ReadonlyMap<string, string>): RuntimeEvent[] {
  return request.mounts
    .filter(({ mountPath, volume }) => places.get(mountPath) !== mountPath && !volume.startsWith(automaticVolume))
    .map(({ mountPath, volume }) => ({
      type: 'Warning',
      reason: 'VolumeNotMounted',
      message: `Processes cannot mount: what belongs at ${mountPath} is at ${places.get(mountPath)} (${volumeVariable(volume)} names the folder of volume "${volume}")`,
      container: request.container,
    }));
}

/** The environment variable that names a volume's folder. */
export function volumeVariable(volume: string): string {
  return `FINITE_VOLUME_${volume.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}
