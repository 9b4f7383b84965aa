import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pod } from '../../apis/core/v1/pod/types.js';
import type { PodIdentity } from '../../ports/pod-runtime.js';
import { makePrivateFolder, readIfThere, writePrivateFile } from './private-files.js';

/** More at once, and a server with many finished pods would run out of file handles at its start. */
const OPEN_FILES_MAX = 64;

/**
 * Where a runtime keeps what belongs to pods, all of it readable by the server's user alone:
 *
 *   <root>/<pod UID>/pod.json                            whose folder it is
 *   <root>/<pod UID>/volumes/<volume>                    the contents of its volumes
 *   <root>/<pod UID>/containers/<container>/<attempt>/   what one start left behind: `log`, `log.times` and more
 */
export class PodFolders {
  constructor(readonly root: string) {}

  pod(uid: string): string {
    return join(this.root, plainName(uid));
  }

  volumes(uid: string): string {
    return join(this.pod(uid), 'volumes');
  }

  attempt(uid: string, container: string, attempt: number): string {
    return join(this.pod(uid), 'containers', plainName(container), String(attempt));
  }

  /** Makes the pod's folder; true when it was not there yet. */
  async claim(pod: PodIdentity): Promise<boolean> {
    const identity = join(this.pod(pod.uid), 'pod.json');
    if ((await readIfThere(identity)) !== undefined) return false;
    await makePrivateFolder(this.pod(pod.uid));
    await writePrivateFile(identity, JSON.stringify({ uid: pod.uid, namespace: pod.namespace, name: pod.name }));
    return true;
  }

  /** Every pod that has a folder. */
  async list(): Promise<PodIdentity[]> {
    const uids = await namesIn(this.root);
    const pods: PodIdentity[] = [];
    for (let at = 0; at < uids.length; at += OPEN_FILES_MAX) {
      const some = uids.slice(at, at + OPEN_FILES_MAX);
      const texts = await Promise.all(some.map((uid) => readIfThere(join(this.root, uid, 'pod.json'))));
      for (const text of texts) if (text !== undefined) pods.push(JSON.parse(text) as PodIdentity);
    }
    return pods;
  }

  /** The newest attempt of each container that has any. */
  async newestAttempts(uid: string): Promise<{ container: string; attempt: number }[]> {
    const folder = join(this.pod(uid), 'containers');
    const found = await Promise.all(
      (await namesIn(folder)).map(async (container) => ({
        container,
        attempt: Math.max(...(await namesIn(join(folder, container))).map(Number)),
      })),
    );
    return found.filter(({ attempt }) => attempt >= 0);
  }

  /** Everything, or everything but the logs. */
  async remove(uid: string, { logs }: { readonly logs: boolean }): Promise<void> {
    const folder = this.pod(uid);
    if (logs) return rm(folder, { recursive: true, force: true });
    const kept = ['pod.json', 'containers'];
    const others = (await namesIn(folder)).filter((name) => !kept.includes(name));
    for (const name of others) await rm(join(folder, name), { recursive: true, force: true });
    for (const container of await namesIn(join(folder, 'containers'))) {
      for (const attempt of await namesIn(join(folder, 'containers', container))) {
        await removeAllButLogs(join(folder, 'containers', container, attempt));
      }
    }
  }
}

async function removeAllButLogs(folder: string): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (name !== 'log' && name !== 'log.times') await rm(join(folder, name), { recursive: true, force: true });
  }
}

export function identityOf({ metadata }: Pod): PodIdentity {
  return { uid: metadata.uid, namespace: metadata.namespace ?? '', name: metadata.name };
}

/** The names in a folder; none where there is no folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Names reach the file system only when they cannot lead anywhere else. */
function plainName(name: string): string {
  if (!/^[A-Za-z0-9][\w.-]*$/.test(name)) throw new Error(`${JSON.stringify(name)} cannot be the name of a folder`);
  return name;
}
