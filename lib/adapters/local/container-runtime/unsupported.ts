import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import type { RuntimeEvent } from '../../../ports/pod-runtime.js';
import { unsupportedEverywhere, unsupportedFields, type FieldRow } from '../unsupported-fields.js';

const podFields: readonly FieldRow<Pod>[] = [
  ['spec.runtimeClassName', ({ spec }) => spec.runtimeClassName, "the engine's default runtime is used"],
  ['spec.hostUsers', ({ spec }) => spec.hostUsers === false, "the engine's own user namespace is used"],
  ['spec.subdomain', ({ spec }) => spec.subdomain, 'pods have no names in DNS'],
  [
    'spec.securityContext.fsGroup',
    ({ spec }) => spec.securityContext?.fsGroup,
    'containers join the group, but files of volumes keep theirs',
  ],
  ['spec.volumes', hasDiskLimit, 'the sizeLimit of an emptyDir on disk is not enforced'],
];

const applied = new Set(['cpu', 'memory']);

const containerFields: readonly FieldRow<Container>[] = [
  [
    'resources.limits',
    ({ resources }) => Object.keys(resources?.limits ?? {}).some((name) => !applied.has(name)),
    'only the limits of cpu and memory are applied',
  ],
  [
    'securityContext.procMount',
    ({ securityContext }) => securityContext?.procMount === 'Unmasked',
    '/proc is masked as usual',
  ],
  [
    'securityContext.seccompProfile',
    ({ securityContext }) => securityContext?.seccompProfile?.type === 'Localhost',
    "the engine's default profile is used",
  ],
  ...unsupportedEverywhere,
];

export function unsupportedInPod(pod: Pod): RuntimeEvent[] {
  return unsupportedFields(podFields, pod);
}

export function unsupportedInContainer(container: Container): RuntimeEvent[] {
  return unsupportedFields(containerFields, container, container.name);
}

function hasDiskLimit({ spec }: Pod): boolean {
  return (spec.volumes ?? []).some(({ emptyDir }) => emptyDir?.sizeLimit && emptyDir.medium !== 'Memory');
}
