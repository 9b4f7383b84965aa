import type { KnownContainer } from './containers.js';

/** Init containers have succeeded, sidecars have been started: the others may start. */
export function isInitialized(containers: readonly KnownContainer[]): boolean {
  return containers.every((container) => container.role === 'main' || isPassed(container));
}

/** A sidecar that ended once it had been started holds up nothing: it is restarted beside the others. */
function isPassed({ role, state }: KnownContainer): boolean {
  if (role === 'sidecar') return state.type === 'running' || state.type === 'terminated';
  return state.type === 'terminated' && state.exitCode === 0;
}

/**
 * The containers that may run now: init containers one after the other, each sidecar from its turn on, and the others
 * when all of these have passed.
 */
export function dueContainers(containers: readonly KnownContainer[]): readonly KnownContainer[] {
  const first = containers.find((container) => container.role !== 'main' && !isPassed(container));
  const mainsStarted = containers.some((c) => c.role === 'main' && hasBegun(c));
  if (!first || mainsStarted) return containers.filter((container) => container.role !== 'init');
  return containers.slice(0, containers.indexOf(first) + 1).filter((c) => c.role === 'sidecar' || c === first);
}

/** A runtime that has been given the whole pod at once tells of containers whose turn has not come, too. */
function hasBegun({ state }: KnownContainer): boolean {
  return state.type !== 'none' && !(state.type === 'waiting' && state.reason === 'PodInitializing');
}
