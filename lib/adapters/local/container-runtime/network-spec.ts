import type { Pod } from '../../../apis/core/v1/pod/types.js';

export interface NetworkSpec {
  readonly config: { readonly Hostname?: string; readonly ExposedPorts?: Readonly<Record<string, object>> };
  readonly hostConfig: Readonly<Record<string, unknown>>;
}

/** For the container that has the pod's network: the sandbox, or the only container there is. */
export function ownNetwork(pod: Pod, isPodman: boolean): NetworkSpec {
  const { spec } = pod;
  const names = (spec.hostAliases ?? []).flatMap(({ ip, hostnames = [] }) => hostnames.map((name) => `${name}:${ip}`));
  const { nameservers, searches, options } = spec.dnsConfig ?? {};
  const ports = portsOf(pod);
  return {
    config: {
      // Docker's own network of the host brings the host's name along and refuses another.
      ...((isPodman || !spec.hostNetwork) && { Hostname: hostnameOf(pod) }),
      ...(ports && { ExposedPorts: ports.exposed }),
    },
    hostConfig: {
      ...(spec.hostNetwork && { NetworkMode: 'host' }),
      ...(spec.hostPID && { PidMode: 'host' }),
      ...(spec.hostIPC && { IpcMode: 'host' }),
      ...(names.length > 0 && { ExtraHosts: names }),
      ...(nameservers?.length && { Dns: nameservers }),
      ...(searches?.length && { DnsSearch: searches }),
      ...(options?.length && { DnsOptions: options.map(({ name, value }) => (value ? `${name}:${value}` : name!)) }),
      ...(ports && { PortBindings: ports.bound }),
      ...(spec.securityContext?.sysctls?.length && {
        Sysctls: Object.fromEntries(spec.securityContext.sysctls.map(({ name, value }) => [name, value])),
      }),
    },
  };
}

/** For a container that shares its pod's namespaces, which the sandbox holds. */
export function joinNetwork(pod: Pod, sandbox: string, isPodman: boolean): NetworkSpec {
  const { spec } = pod;
  const shared = `container:${sandbox}`;
  return {
    // Podman shares the network but not the name; Docker shares both and refuses to be told.
    config: isPodman ? { Hostname: hostnameOf(pod) } : {},
    hostConfig: {
      NetworkMode: spec.hostNetwork ? 'host' : shared,
      IpcMode: spec.hostIPC ? 'host' : shared,
      ...(spec.hostPID && { PidMode: 'host' }),
      ...(spec.shareProcessNamespace && { PidMode: shared }),
    },
  };
}

export function hostnameOf({ metadata, spec }: Pod): string {
  // Linux takes no longer name.
  return (spec.hostnameOverride || spec.hostname || metadata.name).slice(0, 63).replace(/[-.]+$/, '');
}

/** Ports that the machine passes on; others need no mention to be reachable. */
function portsOf({ spec }: Pod) {
  const ports = [...spec.containers, ...(spec.initContainers ?? [])]
    .flatMap(({ ports: own = [] }) => own)
    .filter(({ hostPort }) => hostPort && !spec.hostNetwork)
    .map(({ containerPort, hostPort, hostIP, protocol }) => ({
      key: `${containerPort}/${(protocol ?? 'TCP').toLowerCase()}`,
      binding: { HostIp: hostIP ?? '', HostPort: String(hostPort) },
    }));
  if (ports.length === 0) return undefined;
  return {
    exposed: Object.fromEntries(ports.map(({ key }) => [key, {}])),
    bound: Object.fromEntries(ports.map(({ key, binding }) => [key, [binding]])),
  };
}
