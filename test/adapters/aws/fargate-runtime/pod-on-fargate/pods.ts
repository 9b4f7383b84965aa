import type { ContainerPlan } from '../../../../support/ecs/backend.js';
import type { PretendedRun } from '../../../../support/ecs/pretended-backend.js';
import { FargateWorld } from '../fargate-world.js';

/** How pods run on Fargate, on a model of ECS. */

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const image = 'i';

/** Containers by name; others end well after a second. */
export const behave =
  (runs: Record<string, PretendedRun | readonly PretendedRun[]>) =>
  ({ name, environment }: ContainerPlan): PretendedRun => {
    const run = runs[name] ?? { runMs: name.startsWith('finite-') ? 0 : 1000 };
    if (!Array.isArray(run)) return run as PretendedRun;
    return run[Number(environment['FINITE_ATTEMPT'] ?? 0)] ?? { runMs: 1000 };
  };

/** A world in which containers behave so. */
export const started = async (runs: Parameters<typeof behave>[0] = {}) => new FargateWorld(behave(runs)).start();

/** By container: its exit code, why it waits, or `running`. */
export const states = async (world: FargateWorld) =>
  Object.fromEntries(
    [
      ...((await world.pod()).status.initContainerStatuses ?? []),
      ...((await world.pod()).status.containerStatuses ?? []),
    ].map(({ name, state }) => [
      name,
      state?.terminated ? state.terminated.exitCode : (state?.waiting?.reason ?? 'running'),
    ]),
  );

/** The pod's condition that says that it was disrupted. */
export const disruption = async (world: FargateWorld) =>
  (await world.pod()).status.conditions?.find(({ type }) => type === 'DisruptionTarget');
