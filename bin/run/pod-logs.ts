import type { Pod } from '../../lib/apis/core/v1/pod/types.js';
import { ApiError, type ApiClient } from '../local/api-client.js';
import type { View } from './view.js';

/** Follows the log of every container of every pod that is handed to it, each start once. */
export class LogFollower {
  private readonly followed = new Map<string, Promise<void>>();

  constructor(
    private readonly client: ApiClient,
    private readonly view: View,
    private readonly signal: AbortSignal,
  ) {}

  /** Begins with the containers of a pod that have started since the last look. */
  follow(pod: Pod): void {
    const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
    for (const { name, state, restartCount = 0 } of statuses) {
      const id = `${pod.metadata.uid}/${name}/${restartCount}`;
      if ((state?.running === undefined && state?.terminated === undefined) || this.followed.has(id)) continue;
      const prefix = statuses.length === 1 ? pod.metadata.name : `${pod.metadata.name}/${name}`;
      this.followed.set(id, this.copy(pod, name, prefix));
    }
  }

  /** Resolves when everything that was begun has been shown to its end. */
  async drained(): Promise<void> {
    await Promise.all(this.followed.values());
  }

  private async copy(pod: Pod, container: string, prefix: string): Promise<void> {
    const path = logPath(pod, `container=${encodeURIComponent(container)}&follow=true`);
    try {
      for await (const line of this.client.log(path, this.signal)) this.view.log(prefix, line);
    } catch (error) {
      if (this.signal.aborted || isGone(error)) return;
      this.view.note(`logs of ${prefix}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

/** The last lines of the container that made a pod fail. */
export async function lastLines(client: ApiClient, pod: Pod, count: number): Promise<string[]> {
  const statuses = [...(pod.status.initContainerStatuses ?? []), ...(pod.status.containerStatuses ?? [])];
  const failed = statuses.find(({ state }) => state?.terminated !== undefined && state.terminated.exitCode !== 0);
  if (failed === undefined) return [];
  const path = logPath(pod, `container=${encodeURIComponent(failed.name)}&tailLines=${count}`);
  try {
    const lines: string[] = [];
    for await (const line of client.log(path, new AbortController().signal)) lines.push(line);
    return lines;
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

function logPath(pod: Pod, query: string): string {
  const { namespace = '', name } = pod.metadata;
  return `/api/v1/namespaces/${namespace}/pods/${encodeURIComponent(name)}/log?${query}`;
}

/** The pod was deleted in the meantime, or its container never wrote a log. */
function isGone(error: unknown): boolean {
  return error instanceof ApiError && (error.status.code === 404 || error.status.code === 400);
}
