import type { KeyToPath } from '../../../apis/core/v1/pod/environment.js';
import type { DownwardAPIVolumeFile, Volume, VolumeProjection } from '../../../apis/core/v1/pod/volumes.js';
import { quantityUnits } from '../../../apis/meta/v1/quantity-units.js';
import { decodeBase64, utf8Bytes } from '../../../apis/meta/v1/base64.js';
import { present, type EnvironmentContext } from './environment.js';
import { fieldValue } from './field-ref.js';
import { resourceFieldValue } from './resource-field-ref.js';
import { UnresolvedInput, type ResolvedVolume, type VolumeFile } from './types.js';

const defaultFileMode = 0o644;
/** Tokens that admission mounts into every pod last so long. Few programs want theirs: only tokens asked for are missed. */
const automaticTokenSeconds = 3607;

type Files = Readonly<Record<string, Uint8Array>>;

/** A volume with its contents. Throws `UnresolvedInput` with the text that follows `MountVolume.SetUp failed …`. */
export function resolveVolume(volume: Volume, context: EnvironmentContext): ResolvedVolume {
  const { name } = volume;
  if (volume.hostPath) {
    return { name, type: 'host-path', path: volume.hostPath.path, pathType: volume.hostPath.type ?? '' };
  }
  const files = volumeFiles(volume, context);
  if (files !== undefined) return { name, type: 'files', files: lastOfEachPath(files) };
  const other = Object.keys(volume).find((field) => field !== 'name' && field !== 'emptyDir');
  if (other !== undefined) throw new UnresolvedInput(`volumes of type ${other} are not supported here`);
  return { name, type: 'empty', medium: volume.emptyDir?.medium ?? '', sizeLimitBytes: sizeLimitBytes(volume) };
}

function sizeLimitBytes(volume: Volume): number | undefined {
  const limit = volume.emptyDir?.sizeLimit;
  return limit === undefined ? undefined : Number(quantityUnits(limit));
}

/** Undefined: the volume is not made of files that the API holds. */
function volumeFiles(volume: Volume, context: EnvironmentContext): VolumeFile[] | undefined {
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap) return configMapFiles(configMap, configMap.defaultMode, context);
  if (secret) return secretFiles({ ...secret, name: secret.secretName }, secret.defaultMode, context);
  if (downwardAPI) return downwardFiles(downwardAPI.items, downwardAPI.defaultMode, context);
  if (projected) return projectedFiles(projected.sources ?? [], projected.defaultMode, context);
  return undefined;
}

interface ObjectSource {
  readonly name?: string;
  readonly items?: readonly KeyToPath[];
  readonly optional?: boolean;
}

function configMapFiles(source: ObjectSource, mode: number | undefined, context: EnvironmentContext): VolumeFile[] {
  const object = present(context.objects.configMap(source.name ?? ''), 'configmap', source.name ?? '', source.optional);
  const files: Record<string, Uint8Array> = {};
  for (const [key, text] of Object.entries(object?.data ?? {})) files[key] = utf8Bytes(text);
  for (const [key, data] of Object.entries(object?.binaryData ?? {})) files[key] = decodeBase64(data);
  return pick(files, source, mode, 'configmap references non-existent config key');
}

function secretFiles(source: ObjectSource, mode: number | undefined, context: EnvironmentContext): VolumeFile[] {
  const object = present(context.objects.secret(source.name ?? ''), 'secret', source.name ?? '', source.optional);
  const files: Record<string, Uint8Array> = {};
  for (const [key, data] of Object.entries(object?.data ?? {})) files[key] = decodeBase64(data);
  return pick(files, source, mode, 'references non-existent secret key');
}

/** All files under their keys, or those that `items` names under the paths it gives. */
function pick(files: Files, { items, optional }: ObjectSource, mode = defaultFileMode, missing: string): VolumeFile[] {
  if (!items?.length) return Object.entries(files).map(([path, content]) => ({ path, content, mode }));
  return items.flatMap((item) => {
    const content = files[item.key];
    if (content !== undefined) return [{ path: item.path, content, mode: item.mode ?? mode }];
    if (optional) return [];
    throw new UnresolvedInput(`${missing}: ${item.key}`);
  });
}

function downwardFiles(
  items: readonly DownwardAPIVolumeFile[] = [],
  mode = defaultFileMode,
  { pod, facts }: EnvironmentContext,
): VolumeFile[] {
  return items.map((item) => {
    const text = item.fieldRef
      ? fieldValue(item.fieldRef.fieldPath, pod, facts)
      : item.resourceFieldRef
        ? resourceFieldValue(item.resourceFieldRef, pod, undefined, facts)
        : '';
    return { path: item.path, content: utf8Bytes(text), mode: item.mode ?? mode };
  });
}

function projectedFiles(
  sources: readonly VolumeProjection[],
  mode: number | undefined,
  context: EnvironmentContext,
): VolumeFile[] {
  const errors: string[] = [];
  const files = sources.flatMap((source) => {
    try {
      return projectionFiles(source, mode, context);
    } catch (error) {
      if (!(error instanceof UnresolvedInput)) throw error;
      errors.push(error.message);
      return [];
    }
  });
  if (errors.length > 0) throw new UnresolvedInput(errors.length === 1 ? errors[0] : `[${errors.join(', ')}]`);
  return files;
}

function projectionFiles(
  source: VolumeProjection,
  mode: number | undefined,
  context: EnvironmentContext,
): VolumeFile[] {
  if (source.configMap) return configMapFiles(source.configMap, mode, context);
  if (source.secret) return secretFiles(source.secret, mode, context);
  if (source.downwardAPI) return downwardFiles(source.downwardAPI.items, mode, context);
  if (source.serviceAccountToken) {
    if (source.serviceAccountToken.expirationSeconds !== automaticTokenSeconds) {
      context.events.push({
        type: 'Warning',
        reason: 'ServiceAccountTokenUnavailable',
        message: `No token is issued for the projected file ${source.serviceAccountToken.path}: the file is left out`,
      });
    }
    return [];
  }
  const [type = 'nothing'] = Object.keys(source);
  throw new UnresolvedInput(`projected sources of type ${type} are not supported here`);
}

/** Sources of a projected volume may name the same path: the last one is what a reader finds. */
function lastOfEachPath(files: readonly VolumeFile[]): VolumeFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()];
}
