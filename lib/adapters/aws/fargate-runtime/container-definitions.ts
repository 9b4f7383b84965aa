import type { ContainerDefinition, ContainerDependency, MountPoint } from '@aws-sdk/client-ecs';
import type { Container } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import type { ContainerStart, ResolvedVolume } from '../../../ports/pod-runtime.js';
import { HELPERS, LOG_STREAM_PREFIX } from './names.js';
import { containerNeed } from './pod-needs.js';

/** What Fargate grants at most between TERM and KILL, in seconds. */
export const STOP_TIMEOUT_MAX = 120;
/** Where the container that fills volumes sees them. */
const VOLUMES_PATH = '/finite/volumes';

export type Role = 'init' | 'sidecar' | 'main';

/** A container that takes part in a task. */
export interface TaskContainer {
  readonly spec: Container;
  readonly role: Role;
  readonly start: ContainerStart;
}

export interface DefinitionContext {
  readonly pod: Pod;
  readonly volumes: readonly ResolvedVolume[];
  readonly logGroup: string;
  readonly region: string;
  /** An image with a shell, tar, gzip, base64 and wget. */
  readonly helperImage: string;
}

/** Everything of the containers but what they run and with which variables. */
export function containerDefinitions(
  containers: readonly TaskContainer[],
  context: DefinitionContext,
): readonly ContainerDefinition[] {
  const mains = containers.filter(({ role }) => role === 'main');
  const helper = volumesHelper(context);
  const definitions = containers.map((container, index) => {
    const before =
      container.role === 'main' ? containers.filter(({ role }) => role !== 'main') : containers.slice(0, index);
    return {
      ...definitionOf(container, context),
      essential: container.role === 'main' && mains.length === 1,
      ...dependsOn(before, helper !== undefined),
    };
  });
  return [...(helper ? [helper] : []), ...definitions, ...(mains.length === 1 ? [] : [endHelper(mains, context)])];
}

/** Of the memory of init containers the task's is the limit: what runs one after the other may not be added up. */
function definitionOf({ spec, role, start }: TaskContainer, context: DefinitionContext): ContainerDefinition {
  const { pod } = context;
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
  return {
    name: spec.name,
    image: start.image,
    stopTimeout: Math.max(1, Math.min(grace, STOP_TIMEOUT_MAX)),
    ...(start.workingDir !== undefined && { workingDirectory: start.workingDir }),
    ...(role !== 'init' && resources(spec)),
    ...user(pod, spec),
    ...(spec.securityContext?.readOnlyRootFilesystem && { readonlyRootFilesystem: true }),
    ...(spec.tty && { pseudoTerminal: true }),
    ...linuxParameters(spec, start, context.volumes),
    ...mountPoints(start, context.volumes),
    logConfiguration: logConfiguration(context),
  };
}

function resources(spec: Container): Pick<ContainerDefinition, 'cpu' | 'memory' | 'memoryReservation'> {
  const cpu = Math.floor((containerNeed(spec, 'cpu', '1m') * 1024) / 1000);
  const limit = mebibytes(spec.resources?.limits?.['memory']);
  const request = mebibytes(spec.resources?.requests?.['memory']);
  // Docker's least is 6 MiB.
  const memory = limit === undefined ? undefined : Math.max(6, limit);
  const reserved =
    request === undefined || (memory !== undefined && request >= memory) ? undefined : Math.max(6, request);
  return {
    ...(cpu > 0 && { cpu }),
    ...(memory !== undefined && { memory }),
    ...(reserved !== undefined && reserved !== memory && { memoryReservation: reserved }),
  };
}

function mebibytes(quantity: string | undefined): number | undefined {
  return quantity === undefined ? undefined : Number(quantityUnits(quantity, '1Mi'));
}

function user(pod: Pod, { securityContext }: Container): Pick<ContainerDefinition, 'user'> {
  const uid = securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  const gid = securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup;
  if (uid === undefined) return {};
  return { user: gid === undefined ? String(uid) : `${uid}:${gid}` };
}

function linuxParameters(
  { securityContext }: Container,
  { mounts }: ContainerStart,
  volumes: readonly ResolvedVolume[],
): Pick<ContainerDefinition, 'linuxParameters'> {
  const { add = [], drop = [] } = securityContext?.capabilities ?? {};
  const tmpfs = mounts.flatMap(({ volume, mountPath, readOnly }) => {
    const found = volumes.find(({ name }) => name === volume);
    if (found?.type !== 'empty' || found.medium !== 'Memory') return [];
    const size = Math.ceil((found.sizeLimitBytes ?? 0) / 2 ** 20);
    return [{ containerPath: mountPath, size, mountOptions: [readOnly ? 'ro' : 'rw', 'mode=0777'] }];
  });
  const capabilities = add.length + drop.length > 0 ? { add: [...add], drop: [...drop] } : undefined;
  if (capabilities === undefined && tmpfs.length === 0) return {};
  return { linuxParameters: { ...(capabilities && { capabilities }), ...(tmpfs.length > 0 && { tmpfs }) } };
}

/** What comes from the API is nobody's to change. */
function mountPoints(
  { mounts }: ContainerStart,
  volumes: readonly ResolvedVolume[],
): Pick<ContainerDefinition, 'mountPoints'> {
  const points = mounts.flatMap(({ volume, mountPath, readOnly }): MountPoint[] => {
    const found = volumes.find(({ name }) => name === volume);
    if (found === undefined || !isOnDisk(found)) return [];
    return [{ sourceVolume: volume, containerPath: mountPath, readOnly: readOnly || found.type === 'files' }];
  });
  return points.length > 0 ? { mountPoints: points } : {};
}

/** Whether the volume is one of the task's, on its disk. */
export function isOnDisk(volume: ResolvedVolume): boolean {
  return volume.type === 'files' || (volume.type === 'empty' && volume.medium !== 'Memory');
}

/** Init containers have succeeded, sidecars have begun, before the next begins. */
function dependsOn(before: readonly TaskContainer[], helper: boolean): Pick<ContainerDefinition, 'dependsOn'> {
  const dependencies: ContainerDependency[] = [
    ...(helper ? [{ containerName: HELPERS.volumes, condition: 'SUCCESS' as const }] : []),
    ...before
      .filter(({ role }) => role !== 'main')
      .map(({ spec, role }) => ({
        containerName: spec.name,
        condition: role === 'sidecar' ? ('START' as const) : ('SUCCESS' as const),
      })),
  ];
  return dependencies.length > 0 ? { dependsOn: dependencies } : {};
}

/** Unpacks the files, and lets everybody write to empty volumes, which would be root's alone otherwise. */
function volumesHelper(context: DefinitionContext): ContainerDefinition | undefined {
  const volumes = context.volumes.filter(isOnDisk);
  if (volumes.length === 0) return undefined;
  const empty = volumes.filter(({ type }) => type === 'empty').map(({ name }) => `"${VOLUMES_PATH}/${name}"`);
  const unpack =
    'if [ -n "$FINITE_URL" ]; then wget -q -O - "$FINITE_URL"; else printf %s "$FINITE_FILES" | base64 -d; fi' +
    ` | tar -x -z -p -C ${VOLUMES_PATH}`;
  const script = [
    'set -e -o pipefail',
    'umask 0',
    ...(empty.length > 0 ? [`chmod 0777 ${empty.join(' ')}`] : []),
    ...(volumes.some((volume) => volume.type === 'files' && volume.files.length > 0) ? [unpack] : []),
  ];
  return {
    name: HELPERS.volumes,
    image: context.helperImage,
    essential: false,
    user: '0',
    entryPoint: ['sh', '-c'],
    command: [script.join('\n')],
    mountPoints: volumes.map(({ name }) => ({ sourceVolume: name, containerPath: `${VOLUMES_PATH}/${name}` })),
    logConfiguration: logConfiguration(context),
  };
}

function endHelper(mains: readonly TaskContainer[], context: DefinitionContext): ContainerDefinition {
  return {
    name: HELPERS.end,
    image: context.helperImage,
    essential: true,
    entryPoint: ['true'],
    dependsOn: mains.map(({ spec }) => ({ containerName: spec.name, condition: 'COMPLETE' as const })),
    logConfiguration: logConfiguration(context),
  };
}

/** Not blocking: a program does not stand still because its log cannot be delivered. */
function logConfiguration({ logGroup, region }: DefinitionContext): ContainerDefinition['logConfiguration'] {
  return {
    logDriver: 'awslogs',
    options: {
      'awslogs-group': logGroup,
      'awslogs-region': region,
      'awslogs-stream-prefix': LOG_STREAM_PREFIX,
      mode: 'non-blocking',
      'max-buffer-size': '25m',
    },
  };
}
