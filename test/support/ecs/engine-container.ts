import type { ContainerPlan } from './backend.js';

/** What a container shares with the others of its task. */
export interface SharedPlaces {
  /** The container that holds the network; undefined: this is the only container. */
  readonly sandbox: string | undefined;
  readonly volumeName: (volume: string) => string;
}

const MIB = 1024 * 1024;

/** The body of the Docker API's `POST /containers/create`. */
export function createBody(
  plan: ContainerPlan,
  environment: Readonly<Record<string, string>>,
  { sandbox, volumeName }: SharedPlaces,
): object {
  const { definition, task } = plan;
  const { linuxParameters, mountPoints = [] } = definition;
  return {
    Image: plan.image,
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...(plan.entryPoint && { Entrypoint: plan.entryPoint }),
    ...(plan.command && { Cmd: plan.command }),
    ...(definition.workingDirectory && { WorkingDir: definition.workingDirectory }),
    ...(definition.user && { User: definition.user }),
    ...(definition.pseudoTerminal && { Tty: true }),
    Labels: { 'finite-test.ecs.task': task.taskId },
    HostConfig: {
      // As json-file is what the engine's API reads logs from.
      LogConfig: { Type: 'json-file', Config: {} },
      Binds: mountPoints.map(
        ({ sourceVolume, containerPath, readOnly }) =>
          `${volumeName(sourceVolume!)}:${containerPath}:${readOnly ? 'ro' : 'rw'}`,
      ),
      ...(sandbox && { NetworkMode: `container:${sandbox}` }),
      ...(sandbox && task.definition.pidMode === 'task' && { PidMode: `container:${sandbox}` }),
      ...(definition.memory && { Memory: definition.memory * MIB, MemorySwap: definition.memory * MIB }),
      ...(definition.readonlyRootFilesystem && { ReadonlyRootfs: true }),
      ...(linuxParameters?.initProcessEnabled && { Init: true }),
      ...(linuxParameters?.capabilities?.add && { CapAdd: linuxParameters.capabilities.add }),
      ...(linuxParameters?.capabilities?.drop && { CapDrop: linuxParameters.capabilities.drop }),
      ...(linuxParameters?.tmpfs && { Tmpfs: tmpfs(linuxParameters.tmpfs) }),
    },
  };
}

type Tmpfs = NonNullable<NonNullable<ContainerPlan['definition']['linuxParameters']>['tmpfs']>;

function tmpfs(mounts: Tmpfs): Record<string, string> {
  return Object.fromEntries(
    mounts.map(({ containerPath, size, mountOptions = [] }) => [
      containerPath!,
      [...mountOptions, ...(size ? [`size=${size}m`] : [])].join(','),
    ]),
  );
}
