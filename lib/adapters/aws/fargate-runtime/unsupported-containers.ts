import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../apis/core/v1/pod/types.js';
import { forbiddenValue, invalidValue, unsupportedValue, type FieldError } from '../../../apis/meta/v1/field-error.js';
import { HELPERS } from './names.js';
import { subPathRefusals } from './unsupported-sub-paths.js';

/** Resources that a size of Fargate has. */
const resources: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage']);
/** The only capability that Fargate adds. */
const capabilities: ReadonlySet<string> = new Set(['SYS_PTRACE', 'CAP_SYS_PTRACE']);
const reserved: ReadonlySet<string> = new Set(Object.values(HELPERS));
/** Fields of a pod that are not known before its task has begun. */
const lateFields: ReadonlySet<string> = new Set(['status.podIP', 'status.podIPs', 'status.hostIP', 'status.hostIPs']);

export function containerRefusals(container: Container, path: string, spec: PodSpec): readonly FieldError[] {
  return [
    ...(reserved.has(container.name)
      ? [invalidValue(`${path}.name`, container.name, 'is the name of a container that finite adds to the task')]
      : []),
    ...securityRefusals(container, path, spec),
    ...resourceRefusals(container, path),
    ...(container.ports ?? []).flatMap(({ hostPort }, index) =>
      hostPort
        ? [forbiddenValue(`${path}.ports[${index}].hostPort`, 'tasks on Fargate have no host to listen on')]
        : [],
    ),
    ...(container.volumeDevices ?? []).map((_, index) =>
      forbiddenValue(`${path}.volumeDevices[${index}]`, 'Fargate has no block devices'),
    ),
    ...subPathRefusals(container, path, spec),
    ...(container.env ?? []).flatMap(({ valueFrom }, index) => {
      const fieldPath = valueFrom?.fieldRef?.fieldPath ?? '';
      if (!lateFields.has(fieldPath)) return [];
      return [lateField(`${path}.env[${index}].valueFrom.fieldRef.fieldPath`, fieldPath)];
    }),
  ];
}

export function lateField(path: string, fieldPath: string): FieldError {
  return invalidValue(path, fieldPath, 'is not known before a task on Fargate has begun');
}

export function isLate(fieldPath: string | undefined): fieldPath is string {
  return fieldPath !== undefined && lateFields.has(fieldPath);
}

function securityRefusals({ securityContext = {} }: Container, path: string, { securityContext: pod = {} }: PodSpec) {
  const at = `${path}.securityContext`;
  const { capabilities: changed, seccompProfile, appArmorProfile } = securityContext;
  const runAsUser = securityContext.runAsUser ?? pod.runAsUser;
  const errors: FieldError[] = [];
  if (securityContext.privileged)
    errors.push(forbiddenValue(`${at}.privileged`, 'Fargate runs no privileged containers'));
  for (const [index, name] of (changed?.add ?? []).entries()) {
    if (capabilities.has(name)) continue;
    errors.push(unsupportedValue(`${at}.capabilities.add[${index}]`, name, ['SYS_PTRACE']));
  }
  if (securityContext.procMount === 'Unmasked') errors.push(forbiddenValue(`${at}.procMount`, 'Fargate masks /proc'));
  if (securityContext.runAsGroup !== undefined && runAsUser === undefined) {
    errors.push(forbiddenValue(`${at}.runAsGroup`, 'needs runAsUser: ECS sets both in one'));
  }
  if ((securityContext.runAsNonRoot ?? pod.runAsNonRoot) && !runAsUser) {
    const why = 'needs a runAsUser other than 0: on Fargate nobody can see which user the image names';
    errors.push(forbiddenValue(`${at}.runAsNonRoot`, why));
  }
  if (seccompProfile) errors.push(...profileRefusals(seccompProfile.type, `${at}.seccompProfile.type`));
  if (appArmorProfile) errors.push(...profileRefusals(appArmorProfile.type, `${at}.appArmorProfile.type`));
  return errors;
}

/** Fargate applies its own profile, which is the runtime's. */
export function profileRefusals(type: string, path: string): readonly FieldError[] {
  return type === 'RuntimeDefault' ? [] : [unsupportedValue(path, type, ['RuntimeDefault'])];
}

function resourceRefusals({ resources: asked = {} }: Container, path: string): readonly FieldError[] {
  const lists = ['limits', 'requests'] as const;
  return [
    ...lists.flatMap((list) =>
      Object.keys(asked[list] ?? {})
        .filter((name) => !resources.has(name))
        .map((name) => forbiddenValue(`${path}.resources.${list}[${name}]`, missingResource(name))),
    ),
    ...(asked.claims ?? []).map((_, index) =>
      forbiddenValue(`${path}.resources.claims[${index}]`, 'Fargate has no devices'),
    ),
  ];
}

function missingResource(name: string): string {
  return /gpu/i.test(name) ? 'Fargate has no GPUs' : 'Fargate has cpu, memory and ephemeral-storage only';
}
