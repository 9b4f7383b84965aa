import type { Container, VolumeMount } from '../../../apis/core/v1/pod/containers.js';
import type { Pod } from '../../../apis/core/v1/pod/types.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import type { ContainerStart } from '../../../ports/pod-runtime.js';
import type { Labels } from './labels.js';
import { joinNetwork, ownNetwork } from './network-spec.js';

/** What the Docker API takes to create a container, as far as it is used here. */
export interface CreateContainer {
  readonly Image: string;
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Labels: Labels;
  readonly Hostname?: string;
  readonly StopSignal?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly HostConfig: Readonly<Record<string, unknown>>;
}

export interface ContainerPlaces {
  readonly labels: Labels;
  /** Where the pod's namespaces are. Undefined: the container has its own. */
  readonly sandbox: string | undefined;
  /** Host path or engine volume by mount path. */
  readonly sources: ReadonlyMap<string, string>;
  /** The file behind `terminationMessagePath`. */
  readonly terminationLog: string;
  /** Of the image, for a group without a user. */
  readonly imageUser: string;
  readonly isPodman: boolean;
  readonly relabel: boolean;
}

export function containerSpec(request: ContainerStart, container: Container, places: ContainerPlaces): CreateContainer {
  const { pod } = request;
  const network = places.sandbox ? joinNetwork(pod, places.sandbox, places.isPodman) : ownNetwork(pod, places.isPodman);
  return {
    Image: request.image,
    ...(request.command && { Entrypoint: request.command }),
    ...(request.args ? { Cmd: request.args } : request.command && { Cmd: [] }),
    Env: request.env.map(({ name, value }) => `${name}=${value}`),
    ...(request.workingDir !== undefined && { WorkingDir: request.workingDir }),
    ...userOf(pod, container, places.imageUser),
    Labels: places.labels,
    ...(container.lifecycle?.stopSignal && { StopSignal: container.lifecycle.stopSignal }),
    ...network.config,
    HostConfig: {
      ...network.hostConfig,
      ...resourceLimits(container),
      ...security(pod, container),
      Binds: binds(request, container, places),
      // A log that the engine cuts would be lost for good, and one that it ships away cannot be read back.
      ...(!places.isPodman && { LogConfig: { Type: 'json-file', Config: {} } }),
    },
  };
}

function userOf(pod: Pod, { securityContext }: Container, imageUser: string): { User?: string } {
  const user = securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  const group = securityContext?.runAsGroup ?? pod.spec.securityContext?.runAsGroup;
  if (group !== undefined) return { User: `${user ?? (imageUser.split(':')[0] || 0)}:${group}` };
  return user === undefined ? {} : { User: String(user) };
}

function resourceLimits({ resources }: Container): object {
  const cpu = units(resources?.limits?.['cpu'], '1n');
  const memory = units(resources?.limits?.['memory'], '1');
  const shares = units(resources?.requests?.['cpu'], '1m');
  return {
    ...(cpu !== undefined && { NanoCpus: cpu }),
    // No swap beside it: a limit on memory is a limit.
    ...(memory !== undefined && { Memory: memory, MemorySwap: memory }),
    ...(shares !== undefined && { CpuShares: Math.max(2, Math.floor((shares * 1024) / 1000)) }),
  };
}

function units(text: string | undefined, unit: string): number | undefined {
  return text === undefined ? undefined : Number(quantityUnits(text, unit));
}

function security(pod: Pod, { securityContext = {} }: Container): object {
  const {
    fsGroup,
    supplementalGroups = [],
    seccompProfile,
    appArmorProfile,
    seLinuxOptions,
  } = pod.spec.securityContext ?? {};
  const groups = [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])];
  const appArmor = securityContext.appArmorProfile ?? appArmorProfile;
  const options = [
    ...(securityContext.allowPrivilegeEscalation === false ? ['no-new-privileges'] : []),
    ...((securityContext.seccompProfile ?? seccompProfile)?.type === 'Unconfined' ? ['seccomp=unconfined'] : []),
    ...(appArmor?.type === 'Unconfined' ? ['apparmor=unconfined'] : []),
    ...(appArmor?.type === 'Localhost' ? [`apparmor=${appArmor.localhostProfile}`] : []),
    ...Object.entries(securityContext.seLinuxOptions ?? seLinuxOptions ?? {}).map(
      ([key, value]) => `label=${key}:${value}`,
    ),
  ];
  return {
    ...(securityContext.privileged && { Privileged: true }),
    ...(securityContext.readOnlyRootFilesystem && { ReadonlyRootfs: true }),
    ...(securityContext.capabilities?.add && { CapAdd: securityContext.capabilities.add }),
    ...(securityContext.capabilities?.drop && { CapDrop: securityContext.capabilities.drop }),
    ...(groups.length > 0 && { GroupAdd: groups.map(String) }),
    ...(options.length > 0 && { SecurityOpt: options }),
  };
}

function binds(
  request: ContainerStart,
  container: Container,
  { sources, terminationLog, relabel }: ContainerPlaces,
): string[] {
  const mounts = request.mounts.map((mount) => {
    const volume = request.volumes.find(({ name }) => name === mount.volume);
    const declared = container.volumeMounts?.find(({ mountPath }) => mountPath === mount.mountPath);
    const options = [
      // What comes from the API is nobody's to change.
      mount.readOnly || volume?.type === 'files' ? 'ro' : 'rw',
      ...(relabel && volume?.type !== 'host-path' ? ['z'] : []),
      ...propagation(declared),
    ];
    return `${sources.get(mount.mountPath)}:${mount.mountPath}:${options.join(',')}`;
  });
  const message = container.terminationMessagePath || '/dev/termination-log';
  return [...mounts, `${terminationLog}:${message}:${relabel ? 'rw,z' : 'rw'}`];
}

function propagation(mount: VolumeMount | undefined): string[] {
  if (mount?.mountPropagation === 'HostToContainer') return ['rslave'];
  return mount?.mountPropagation === 'Bidirectional' ? ['rshared'] : [];
}
