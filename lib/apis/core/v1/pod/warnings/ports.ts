import { goQuote } from '../../../../meta/v1/go-text.js';
import type { ContainerPort } from '../containers.js';
import type { PodSpec } from '../types.js';
import { allContainers } from '../validation/containers-of.js';

interface PlacedPort {
  readonly port: ContainerPort;
  readonly path: string;
}

/** Ports that stand in each other's way. */
export function portWarnings(spec: PodSpec, specPath: string): string[] {
  const ports: PlacedPort[] = allContainers(spec, specPath).flatMap(({ container, path }) =>
    (container.ports ?? []).map((port, i) => ({ port, path: `${path}.ports[${i}]` })),
  );
  return [...numberWarnings(ports), ...nameWarnings(ports)];
}

function numberWarnings(ports: readonly PlacedPort[]): string[] {
  const warnings: string[] = [];
  const byNumber = new Map<string, PlacedPort[]>();
  for (const placed of ports) {
    const { port, path } = placed;
    if (port.hostIP && !port.hostPort) {
      warnings.push(`${path}: hostIP set without hostPort: ${printPort(port)}`);
    }
    const key = `${port.containerPort}/${port.protocol}`;
    const others = byNumber.get(key) ?? [];
    for (const other of others) {
      const relation = relationOf(port, other.port);
      if (relation !== undefined) warnings.push(`${path}: ${relation} port definition with ${other.path}`);
    }
    byNumber.set(key, [...others, placed]);
  }
  return warnings;
}

function relationOf(a: ContainerPort, b: ContainerPort): string | undefined {
  const sameHostPort = (a.hostPort ?? 0) === (b.hostPort ?? 0);
  if (sameHostPort && (a.hostIP ?? '') === (b.hostIP ?? '')) return 'duplicate';
  if (!a.hostPort || !b.hostPort) return 'overlapping';
  return sameHostPort && (!a.hostIP || !b.hostIP) ? 'dangerously ambiguous' : undefined;
}

/** As Go prints a struct. */
function printPort({ name = '', hostPort = 0, containerPort = 0, protocol, hostIP = '' }: ContainerPort): string {
  return `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol ?? ''} HostIP:${hostIP}}`;
}

function nameWarnings(ports: readonly PlacedPort[]): string[] {
  const first = new Map<string, string>();
  return ports.flatMap(({ port: { name }, path }) => {
    if (!name) return [];
    const other = first.get(name);
    if (other === undefined) {
      first.set(name, path);
      return [];
    }
    const which = `services and probes that select ports by name will use ${other}`;
    return [`${path}: duplicate port name ${goQuote(name)} with ${other}, ${which}`];
  });
}
