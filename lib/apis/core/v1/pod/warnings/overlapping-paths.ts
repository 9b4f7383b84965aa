import { goQuote } from '../../../../meta/v1/go-text.js';
import type { Volume, VolumeProjection } from '../volumes.js';

interface FilePath {
  readonly path: string;
  /** Where the file comes from; of a volume with one source nothing. */
  readonly source: string;
}

/** Files of one volume of which one hides the other, or lies in what the other takes for a folder. */
export function overlappingPathWarnings(volumes: readonly Volume[]): string[] {
  return volumes.flatMap((volume) => {
    const { name = '', configMap, secret, downwardAPI, projected } = volume;
    const warn = (what: string, paths: readonly FilePath[]) =>
      overlaps(paths).map((text) => `volume ${goQuote(name)} (${what}): overlapping paths: ${text}`);
    return [
      ...warn(`ConfigMap ${goQuote(configMap?.name ?? '')}`, filesOf(configMap?.items)),
      ...warn(`Secret ${goQuote(secret?.secretName ?? '')}`, filesOf(secret?.items)),
      ...warn('DownwardAPI', filesOf(downwardAPI?.items)),
      ...(projected?.sources ?? [])
        .filter(isEmpty)
        .map(() => `volume ${goQuote(name)} (Projected) has no sources provided`),
      ...warn('Projected', (projected?.sources ?? []).flatMap(filesOfProjection)),
    ];
  });
}

function isEmpty(source: VolumeProjection): boolean {
  return Object.values(source).every((kind) => kind === undefined);
}

function filesOf(items: readonly { path?: string }[] | undefined, source = ''): FilePath[] {
  return (items ?? []).map(({ path = '' }) => ({ path: path.replace(/\/+$/, ''), source }));
}

function filesOfProjection({ configMap, secret, downwardAPI, serviceAccountToken }: VolumeProjection): FilePath[] {
  if (configMap?.items !== undefined) return filesOf(configMap.items, `ConfigMap ${goQuote(configMap.name ?? '')}`);
  if (secret?.items !== undefined) return filesOf(secret.items, `Secret ${goQuote(secret.name ?? '')}`);
  if (downwardAPI?.items !== undefined) return filesOf(downwardAPI.items, 'DownwardAPI');
  return serviceAccountToken === undefined ? [] : filesOf([serviceAccountToken], 'ServiceAccountToken');
}

function overlaps(paths: readonly FilePath[]): string[] {
  return paths.flatMap((file, i) =>
    paths
      .slice(0, i)
      .filter((other) => overlap(file.path, other.path))
      .map((other) => `${print(file)} with ${print(other)}`),
  );
}

function overlap(a: string, b: string): boolean {
  if (a === '' || b === '') return false;
  return `${a}/`.startsWith(`${b}/`) || `${b}/`.startsWith(`${a}/`);
}

function print({ path, source }: FilePath): string {
  return source === '' ? goQuote(path) : `${goQuote(path)} (${source})`;
}
