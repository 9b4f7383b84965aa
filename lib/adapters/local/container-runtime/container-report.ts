import type { ContainerReportState } from '../../../ports/pod-runtime.js';
import { LABELS, type Labels } from './labels.js';

/** An entry of the engine's list of containers. */
export interface ListedContainer {
  readonly Id: string;
  readonly Names: readonly string[];
  readonly Labels: Labels;
  readonly State: string;
}

/** The engine's description of one container. */
export interface InspectedContainer {
  readonly Id: string;
  readonly Image: string;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly OOMKilled?: boolean;
    readonly ExitCode: number;
    readonly Error?: string;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Labels: Labels; readonly StopSignal?: string | number; readonly Image: string };
  readonly HostConfig?: { readonly NetworkMode?: string };
  readonly NetworkSettings?: {
    readonly IPAddress?: string;
    readonly Networks?: Readonly<Record<string, { readonly IPAddress?: string }>> | null;
  };
}

/** A failed start, kept on disk because not every engine remembers it. */
export interface FailedStart {
  readonly message: string;
  readonly at: number;
}

/** Undefined: the container is there but nobody has started it, or it is being removed while it ran. */
export function stateOf({ State }: InspectedContainer): ContainerReportState | undefined {
  if (State.Running || State.Status === 'paused' || State.Status === 'running' || State.Status === 'stopping') {
    return { type: 'running', startedAt: Date.parse(State.StartedAt) };
  }
  if (State.Status === 'created' || State.Status === 'configured' || State.Status === 'initialized') return undefined;
  // Some engines kill it first, and would show it as one that was killed alone.
  if (State.Status === 'removing' && State.ExitCode === 137 && !State.OOMKilled) return undefined;
  const startedAt = Date.parse(State.StartedAt);
  return {
    type: 'terminated',
    exitCode: State.ExitCode,
    reason: State.OOMKilled ? 'OOMKilled' : State.ExitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    // Podman notes the start of a short program after its end.
    finishedAt: Math.max(startedAt, Date.parse(State.FinishedAt)),
  };
}

export function failedState({ message, at }: FailedStart): ContainerReportState {
  return { type: 'terminated', exitCode: 128, reason: 'StartError', message, startedAt: undefined, finishedAt: at };
}

export function addressOf({ HostConfig, NetworkSettings }: InspectedContainer, nodeIP: string): string | undefined {
  if (HostConfig?.NetworkMode === 'host') return nodeIP;
  const networks = Object.values(NetworkSettings?.Networks ?? {});
  return NetworkSettings?.IPAddress || networks.find(({ IPAddress }) => IPAddress)?.IPAddress || undefined;
}

/** The newest attempt of each container; the sandbox is none. */
export function newestAttempts(listed: readonly ListedContainer[]): ListedContainer[] {
  const newest = new Map<string, ListedContainer>();
  for (const each of listed) {
    const name = each.Labels[LABELS.container];
    if (name === undefined) continue;
    const known = newest.get(name);
    if (known === undefined || attemptOf(known) < attemptOf(each)) newest.set(name, each);
  }
  return [...newest.values()];
}

export function attemptOf({ Labels }: { readonly Labels: Labels }): number {
  return Number(Labels[LABELS.attempt]);
}
