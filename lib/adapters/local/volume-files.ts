import { randomBytes } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, open, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { ResolvedVolume, VolumeFile } from '../../ports/pod-runtime.js';
import { makePrivateFolder } from './private-files.js';

/** What cannot be mounted or written; its text is shown to the pod's owner. */
export class VolumeError extends Error {}

/**
 * Makes the volumes of a pod below `folder` unless they are there already, and returns each one's path. Every
 * container's start asks for them, so that a volume lost to a crash half-way is made again: it takes its name only
 * when it is complete.
 */
export async function prepareVolumes(
  volumes: readonly ResolvedVolume[],
  folder: string,
): Promise<ReadonlyMap<string, string>> {
  const paths = new Map<string, string>();
  if (volumes.length > 0) await makePrivateFolder(folder);
  for (const volume of volumes) {
    if (volume.type === 'host-path') {
      await checkHostPath(volume.path, volume.pathType);
      paths.set(volume.name, volume.path);
      continue;
    }
    const path = join(folder, volume.name);
    if (!(await exists(path))) await makeVolume(path, volume.type === 'files' ? volume.files : undefined);
    paths.set(volume.name, path);
  }
  return paths;
}

async function makeVolume(path: string, files: readonly VolumeFile[] | undefined): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}`;
  await mkdir(temporary);
  for (const file of files ?? []) await writeVolumeFile(temporary, file);
  // Containers run as any user: an empty volume is everybody's. The folder above keeps the machine's other users out.
  await chmod(temporary, files === undefined ? 0o777 : 0o755);
  await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
    // Another container of the pod was quicker.
    if (!(await exists(path))) throw error;
  });
}

async function writeVolumeFile(root: string, { path, content, mode }: VolumeFile): Promise<void> {
  if (path.startsWith('/') || path.split('/').includes('..')) throw new VolumeError(`invalid path ${path} in a volume`);
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await writeFile(target, content);
  await chmod(target, mode);
}

/**
 * The path of a mount's `subPath` inside a volume, made as a folder where it is missing. Links may not lead out of the
 * volume: what a container wrote there must not choose a folder of the machine.
 */
export async function subPathOf(volume: string, subPath: string): Promise<string> {
  if (subPath === '') return volume;
  if (subPath.startsWith('/') || subPath.split('/').includes('..')) throw new VolumeError(`invalid subPath ${subPath}`);
  const root = await realpath(volume);
  let path = root;
  for (const part of subPath.split('/').filter((each) => each !== '' && each !== '.')) {
    path = join(path, part);
    if (!(await exists(path))) await mkdir(path, { mode: 0o755 });
    path = await realpath(path);
    if (path !== root && !path.startsWith(root + sep)) throw new VolumeError(`subPath ${subPath} leaves its volume`);
  }
  return path;
}

const hostPathTypes: Readonly<Record<string, (found: Stats) => boolean>> = {
  Directory: (found) => found.isDirectory(),
  DirectoryOrCreate: (found) => found.isDirectory(),
  File: (found) => found.isFile(),
  FileOrCreate: (found) => found.isFile(),
  Socket: (found) => found.isSocket(),
  CharDevice: (found) => found.isCharacterDevice(),
  BlockDevice: (found) => found.isBlockDevice(),
};

async function checkHostPath(path: string, type: string): Promise<void> {
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true, mode: 0o755 });
  if (type === 'FileOrCreate') await (await open(path, 'a', 0o644)).close();
  if (type === '') return;
  const found = await stat(path).catch(() => undefined);
  const fits = found !== undefined && (hostPathTypes[type]?.(found) ?? false);
  if (!fits) throw new VolumeError(`hostPath type check failed: ${path} is not a ${type}`);
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
