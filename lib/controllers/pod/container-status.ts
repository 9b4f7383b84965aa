import type {
  ContainerState,
  ContainerStateTerminated,
  ContainerStateWaiting,
  ContainerStatus,
} from '../../apis/core/v1/pod/status.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { KnownContainer, Terminated } from './containers.js';

/** `waiting`, where given, is shown in place of the container's own state (back-off, missing inputs). */
export function containerStatus(
  known: KnownContainer,
  waiting: ContainerStateWaiting | undefined,
  nothingYet: string,
): ContainerStatus {
  const { spec, role, attempt, containerID, imageID, state } = known;
  const shown = waiting ? { waiting } : shownState(known, nothingYet);
  // A container that waits for its restart shows how it ended as its last state.
  const lastState =
    waiting && state.type === 'terminated' ? { terminated: terminated(state, containerID) } : known.lastState;
  const running = state.type === 'running';
  return {
    ...(containerID && { containerID }),
    image: spec.image ?? '',
    imageID,
    lastState,
    name: spec.name,
    ready: role === 'init' ? state.type === 'terminated' && state.exitCode === 0 : running,
    restartCount: attempt,
    started: running,
    state: shown,
  };
}

function shownState({ state, containerID }: KnownContainer, nothingYet: string): ContainerState {
  switch (state.type) {
    case 'none':
      return { waiting: { reason: nothingYet } };
    case 'waiting':
      return { waiting: { ...(state.message !== undefined && { message: state.message }), reason: state.reason } };
    case 'running':
      return { running: { startedAt: formatTime(state.startedAt) } };
    case 'terminated':
      return { terminated: terminated(state, containerID) };
  }
}

function terminated(state: Terminated, containerID: string): ContainerStateTerminated {
  return {
    ...(containerID && { containerID }),
    exitCode: state.exitCode,
    finishedAt: formatTime(state.finishedAt),
    ...(state.message !== undefined && { message: state.message }),
    reason: state.reason,
    ...(state.signal !== undefined && { signal: state.signal }),
    ...(state.startedAt !== undefined && { startedAt: formatTime(state.startedAt) }),
  };
}
