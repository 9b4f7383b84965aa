import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../apis/core/v1/pod/types.js';
import { forbiddenValue, invalidValue, unsupportedValue, type FieldError } from '../../../apis/meta/v1/field-error.js';
import type { PodPlatform, Template } from '../../../ports/pod-platform.js';
import { STOP_TIMEOUT_MAX } from './container-definitions.js';
import { ANNOTATIONS } from './names.js';
import { podNeeds, STORAGE_MAX } from './pod-needs.js';
import { formatSize, nearestSizes, smallestSize } from './sizes.js';
import { containerRefusals, profileRefusals } from './unsupported-containers.js';
import { volumeRefusals } from './unsupported-volumes.js';

/** What Fargate can do: asked before anything is stored, so that no field is dropped in silence. */
export const fargatePlatform: PodPlatform = {
  refusals: ({ metadata, spec }: Template, path: string) => [
    ...annotationRefusals(metadata?.annotations ?? {}, child(path, 'metadata.annotations')),
    ...unsupportedOnFargate(spec, child(path, 'spec')),
  ],
  warnings: ({ spec }: Template, path: string) => withoutEffectOnFargate(spec, child(path, 'spec')),
};

/** Errors of a valid pod spec whose fields stand below `path`. */
export function unsupportedOnFargate(spec: PodSpec, path: string): readonly FieldError[] {
  return [
    ...podRefusals(spec, path),
    ...selectorRefusals(spec, path),
    ...placed(spec, path).flatMap(({ container, at }) => containerRefusals(container, at, spec)),
    ...volumeRefusals(spec, path),
    ...sizeRefusals(spec, path),
  ];
}

type Row = readonly [field: string, isUsed: (spec: PodSpec) => unknown, why: string];

const rows: readonly Row[] = [
  ['hostNetwork', ({ hostNetwork }) => hostNetwork, 'each task on Fargate has a network of its own'],
  ['hostPID', ({ hostPID }) => hostPID, 'tasks on Fargate do not see their host'],
  ['hostIPC', ({ hostIPC }) => hostIPC, 'tasks on Fargate do not see their host'],
  ['hostAliases', ({ hostAliases }) => hostAliases?.length, 'Fargate does not add to the hosts file'],
  ['dnsConfig', ({ dnsConfig }) => dnsConfig, "tasks on Fargate use the VPC's name servers"],
  ['dnsPolicy', ({ dnsPolicy }) => dnsPolicy === 'None', "tasks on Fargate use the VPC's name servers"],
  [
    'imagePullSecrets',
    ({ imagePullSecrets }) => imagePullSecrets?.length,
    "images are pulled with the stack's execution role: public ones, and those of the account's ECR, which also fetches " +
      'from private registries (pull through cache)',
  ],
  ['resourceClaims', ({ resourceClaims }) => resourceClaims?.length, 'Fargate has no devices'],
  ['schedulingGroup', ({ schedulingGroup }) => schedulingGroup, 'tasks on Fargate are not placed together'],
  ['os.name', ({ os }) => os?.name === 'windows', 'only Linux runs here'],
  [
    'securityContext.sysctls',
    ({ securityContext }) => securityContext?.sysctls?.length,
    'kernel parameters cannot be set here',
  ],
  [
    'securityContext.supplementalGroups',
    ({ securityContext }) => securityContext?.supplementalGroups?.length,
    'ECS gives a program one group',
  ],
  [
    'affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution',
    ({ affinity }) => affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
    'there are no nodes to choose from: use nodeSelector for kubernetes.io/arch and finite.dev/capacity',
  ],
  [
    'affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution',
    ({ affinity }) => affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.length,
    'each task on Fargate has a host of its own',
  ],
];

function podRefusals(spec: PodSpec, path: string): readonly FieldError[] {
  const { seccompProfile, appArmorProfile } = spec.securityContext ?? {};
  const at = `${path}.securityContext`;
  return [
    ...rows.filter(([, isUsed]) => isUsed(spec)).map(([field, , why]) => forbiddenValue(`${path}.${field}`, why)),
    ...(seccompProfile ? profileRefusals(seccompProfile.type, `${at}.seccompProfile.type`) : []),
    ...(appArmorProfile ? profileRefusals(appArmorProfile.type, `${at}.appArmorProfile.type`) : []),
  ];
}

/** Labels that the one node has, with the values it can have. */
const labels: Readonly<Record<string, readonly string[]>> = {
  'kubernetes.io/arch': ['amd64', 'arm64'],
  'kubernetes.io/os': ['linux'],
  [ANNOTATIONS.capacity]: ['on-demand', 'spot'],
};

function selectorRefusals({ nodeSelector = {} }: PodSpec, path: string): readonly FieldError[] {
  return Object.entries(nodeSelector).flatMap(([label, value]) => {
    const values = labels[label];
    if (values === undefined) return [unsupportedValue(`${path}.nodeSelector`, label, Object.keys(labels))];
    return values.includes(value) ? [] : [unsupportedValue(`${path}.nodeSelector[${label}]`, value, values)];
  });
}

function annotationRefusals(annotations: Readonly<Record<string, string>>, path: string): readonly FieldError[] {
  const { capacity, spotAttempts } = ANNOTATIONS;
  const errors: FieldError[] = [];
  const asked = annotations[capacity];
  const attempts = annotations[spotAttempts];
  if (asked !== undefined && !labels[capacity]!.includes(asked)) {
    errors.push(unsupportedValue(`${path}[${capacity}]`, asked, labels[capacity]!));
  }
  if (attempts !== undefined && !/^[1-9]\d{0,3}$/.test(attempts)) {
    errors.push(invalidValue(`${path}[${spotAttempts}]`, attempts, 'must be a whole number from 1 to 9999'));
  }
  return errors;
}

function sizeRefusals(spec: PodSpec, path: string): readonly FieldError[] {
  const { storage, ...needs } = podNeeds(spec);
  const errors: FieldError[] = [];
  if (smallestSize(needs) === undefined) {
    const nearest = nearestSizes(needs).map(formatSize).join(' and ');
    const wanted = `${Number((needs.cpu / 1024).toFixed(3))} vCPU with ${Number((needs.memory / 1024).toFixed(3))} GiB`;
    const why = `the containers need more together than a task on Fargate can have; the nearest sizes are ${nearest}`;
    errors.push(invalidValue(`${path}.containers`, wanted, why));
  }
  if (storage > STORAGE_MAX) {
    errors.push(
      invalidValue(`${path}.containers`, `${storage}Gi`, `a task on Fargate has at most ${STORAGE_MAX} GiB of disk`),
    );
  }
  return errors;
}

/** What has no effect, although the pod works. */
export function withoutEffectOnFargate(spec: PodSpec, path: string): readonly string[] {
  const grace = spec.terminationGracePeriodSeconds ?? 0;
  const ofPod: readonly (readonly [field: string, isUsed: unknown, effect: string])[] = [
    ['hostname', spec.hostname, 'Fargate names hosts itself'],
    ['subdomain', spec.subdomain, 'pods have no names in DNS'],
    ['terminationGracePeriodSeconds', grace > STOP_TIMEOUT_MAX, `Fargate kills after ${STOP_TIMEOUT_MAX} seconds`],
  ];
  return [
    ...ofPod.filter(([, isUsed]) => isUsed).map(([field, , effect]) => sentence(`${path}.${field}`, effect)),
    ...placed(spec, path).flatMap(({ container, at }) =>
      containerRows
        .filter(([, isUsed]) => isUsed(container))
        .map(([field, , effect]) => sentence(`${at}.${field}`, effect)),
    ),
  ];
}

const containerRows: readonly (readonly [field: string, isUsed: (container: Container) => unknown, effect: string])[] =
  [
    ['livenessProbe', ({ livenessProbe }) => livenessProbe, 'the probe is not run'],
    ['readinessProbe', ({ readinessProbe }) => readinessProbe, 'the container is ready as soon as it runs'],
    ['startupProbe', ({ startupProbe }) => startupProbe, 'the probe is not run'],
    ['lifecycle.postStart', ({ lifecycle }) => lifecycle?.postStart, 'the hook is not run'],
    ['lifecycle.preStop', ({ lifecycle }) => lifecycle?.preStop, 'the hook is not run'],
    ['stdin', ({ stdin }) => stdin, 'standard input is empty'],
    ['imagePullPolicy', ({ imagePullPolicy }) => imagePullPolicy === 'Never', 'Fargate pulls images always'],
    [
      'securityContext.allowPrivilegeEscalation',
      ({ securityContext }) => securityContext?.allowPrivilegeEscalation === false,
      'Fargate has no such switch',
    ],
    [
      'terminationMessagePolicy',
      ({ terminationMessagePolicy }) => terminationMessagePolicy === 'FallbackToLogsOnError',
      'messages of containers cannot be read; the log has them',
    ],
  ];

function sentence(field: string, effect: string): string {
  return `${field}: has no effect on Fargate: ${effect}`;
}

function placed({ initContainers = [], containers }: PodSpec, path: string) {
  const place = (list: string) => (container: Container, index: number) => ({
    container,
    at: `${path}.${list}[${index}]`,
  });
  return [...initContainers.map(place('initContainers')), ...containers.map(place('containers'))];
}

function child(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
