import type { Container, VolumeMount } from '../../../apis/core/v1/pod/containers.js';
import type { PodSpec } from '../../../apis/core/v1/pod/types.js';
import type { Volume } from '../../../apis/core/v1/pod/volumes.js';
import { forbiddenValue, type FieldError } from '../../../apis/meta/v1/field-error.js';
import { normalSubPath } from './sub-paths.js';

/** Of a container's mounts, those whose sub-path cannot be made a volume of its own. */
export function subPathRefusals({ volumeMounts = [] }: Container, path: string, spec: PodSpec): readonly FieldError[] {
  return volumeMounts.flatMap((mount, index) => {
    const at = `${path}.volumeMounts[${index}]`;
    if (mount.subPathExpr) {
      return [forbiddenValue(`${at}.subPathExpr`, 'volumes of a task are the same for all pods of a template')];
    }
    const why = normalSubPath(mount.subPath ?? '') === '' ? undefined : refusal(mount, spec);
    return why === undefined ? [] : [forbiddenValue(`${at}.subPath`, why)];
  });
}

function refusal(mount: VolumeMount, spec: PodSpec): string | undefined {
  const volume = spec.volumes?.find(({ name }) => name === mount.name);
  if (volume === undefined) return undefined;
  const subPath = normalSubPath(mount.subPath!);
  if (volume.emptyDir) {
    if (volume.emptyDir.medium) return 'memory on Fargate is mounted as a whole';
    const others = mountsOf(volume, spec).filter((other) => other !== subPath);
    return others.some((other) => overlap(other, subPath))
      ? 'on Fargate a subPath is a volume of its own: no other mount of the volume may hold the same files'
      : undefined;
  }
  return filesOf(volume).some((file) => file.startsWith(`${subPath}/`))
    ? undefined
    : 'Fargate mounts folders, never single files: mount the volume at a folder of its own, ' +
        'or give the file an items[].path with a folder';
}

function mountsOf({ name: volume }: Volume, { initContainers = [], containers }: PodSpec): readonly string[] {
  return [...initContainers, ...containers].flatMap(({ volumeMounts = [] }) =>
    volumeMounts.filter(({ name }) => name === volume).map(({ subPath = '' }) => normalSubPath(subPath)),
  );
}

/** Whether one is the other or in it; the whole volume is empty. */
function overlap(a: string, b: string): boolean {
  return a === '' || b === '' || `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

/** The paths that are known before anything is read; keys without items have none, and are no folders. */
function filesOf({ configMap, secret, downwardAPI, projected }: Volume): readonly string[] {
  const sources = projected?.sources?.flatMap((source) => [source.configMap, source.secret, source.downwardAPI]) ?? [];
  return [configMap, secret, downwardAPI, ...sources].flatMap(
    (source) => source?.items?.map(({ path }) => normalSubPath(path)) ?? [],
  );
}
