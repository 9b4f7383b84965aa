import type { PodStart, ResolvedMount, ResolvedVolume } from '../../../ports/pod-runtime.js';

/*
 * ECS mounts whole volumes, at folders. So each sub-path of a volume becomes a volume of its own, with the files that are
 * below it. What is written into one is seen by all who mount the same sub-path, and by nobody else: admission refuses
 * what would notice (`unsupported-sub-paths.ts`).
 */

/** Without what says nothing; empty: the whole volume. */
export function normalSubPath(subPath: string): string {
  return subPath
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}

/** The same pod, with mounts of whole volumes only. */
export function withWholeVolumes(start: PodStart): PodStart {
  const mounts = start.containers.flatMap((container) => container.mounts);
  if (mounts.every(({ subPath }) => subPath === '')) return start;
  const names = new Map<string, string>();
  for (const mount of mounts) {
    const key = keyOf(mount);
    // No volume of a pod has such a name. It does not depend on the path: pods of one template share a definition.
    if (!names.has(key)) names.set(key, isWhole(mount) ? mount.volume : `${mount.volume}_${names.size}`);
  }
  const given = start.containers[0]?.volumes ?? [];
  const volumes = given.flatMap((volume) => partsOf(volume, mounts, names));
  return {
    ...start,
    containers: start.containers.map((container) => ({
      ...container,
      volumes,
      mounts: container.mounts.map((mount) => ({ ...mount, volume: names.get(keyOf(mount))!, subPath: '' })),
    })),
  };
}

function isWhole({ subPath }: ResolvedMount): boolean {
  return normalSubPath(subPath) === '';
}

function keyOf({ volume, subPath }: ResolvedMount): string {
  return `${volume}/${normalSubPath(subPath)}`;
}

/** One for each of the sub-paths that are mounted; the volume itself when it is mounted as a whole, or not at all. */
function partsOf(
  volume: ResolvedVolume,
  mounts: readonly ResolvedMount[],
  names: ReadonlyMap<string, string>,
): readonly ResolvedVolume[] {
  const own = mounts.filter((mount) => mount.volume === volume.name);
  if (own.length === 0) return [volume];
  const parts = new Map(own.map((mount) => [names.get(keyOf(mount))!, normalSubPath(mount.subPath)]));
  return Array.from(parts, ([name, subPath]) => partOf(volume, name, subPath));
}

function partOf(volume: ResolvedVolume, name: string, subPath: string): ResolvedVolume {
  if (volume.type !== 'files' || subPath === '') return { ...volume, name };
  const folder = `${subPath}/`;
  const files = volume.files
    .filter(({ path }) => path.startsWith(folder))
    .map((file) => ({ ...file, path: file.path.slice(folder.length) }));
  return { ...volume, name, files };
}
