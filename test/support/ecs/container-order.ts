import type { ContainerDependency } from '@aws-sdk/client-ecs';

/** A container as the others of its task see it. */
export interface OrderedContainer {
  readonly name: string;
  readonly dependsOn: readonly ContainerDependency[];
  readonly phase: 'waiting' | 'starting' | 'running' | 'stopped';
  /** It ran at some time. */
  readonly hasStarted: boolean;
  readonly exitCode: number | undefined;
  readonly isHealthy: boolean;
}

/** `impossible`: what it waits for can no longer come. */
export type Readiness = 'ready' | 'wait' | 'impossible';

export function readiness(container: OrderedContainer, all: readonly OrderedContainer[]): Readiness {
  const answers = container.dependsOn.map(({ containerName, condition }) =>
    dependency(
      all.find(({ name }) => name === containerName)!,
      condition!,
    ),
  );
  if (answers.includes('impossible')) return 'impossible';
  return answers.includes('wait') ? 'wait' : 'ready';
}

function dependency(on: OrderedContainer, condition: string): Readiness {
  const isStopped = on.phase === 'stopped';
  switch (condition) {
    case 'START':
      return on.hasStarted ? 'ready' : isStopped ? 'impossible' : 'wait';
    case 'COMPLETE':
      return isStopped ? 'ready' : 'wait';
    case 'SUCCESS':
      if (!isStopped) return 'wait';
      return on.exitCode === 0 ? 'ready' : 'impossible';
    default:
      if (on.isHealthy) return 'ready';
      return isStopped ? 'impossible' : 'wait';
  }
}

/** Stopping goes the other way round: a container is told to end when nothing that needs it is left. */
export function mayStop(container: OrderedContainer, all: readonly OrderedContainer[]): boolean {
  return !all.some(
    ({ dependsOn, phase }) =>
      (phase === 'running' || phase === 'starting') &&
      dependsOn.some(({ containerName }) => containerName === container.name),
  );
}

/** A container that waits for itself by a detour; undefined: there is none. */
export function dependencyCycle(
  containers: readonly Pick<OrderedContainer, 'name' | 'dependsOn'>[],
): string | undefined {
  const needs = (name: string, path: readonly string[]): string | undefined => {
    if (path.includes(name)) return name;
    const own = containers.find((container) => container.name === name);
    return own?.dependsOn.map(({ containerName }) => needs(containerName!, [...path, name])).find(Boolean);
  };
  return containers.map(({ name }) => needs(name, [])).find(Boolean);
}
