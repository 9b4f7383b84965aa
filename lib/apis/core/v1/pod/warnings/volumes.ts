import { fractionWarnings } from './fractions.js';
import type { Volume } from '../volumes.js';

/** Volume plug-ins that are gone or going, in Kubernetes' order; `path`: where the warning says they are. */
const deprecated: readonly { field: keyof Volume; path?: string; message: string }[] = [
  { field: 'photonPersistentDisk', message: 'deprecated in v1.11, non-functional in v1.16+' },
  { field: 'gitRepo', message: 'deprecated in v1.11, and disabled by default in v1.33+' },
  { field: 'scaleIO', message: 'deprecated in v1.16, non-functional in v1.22+' },
  { field: 'flocker', message: 'deprecated in v1.22, non-functional in v1.25+' },
  { field: 'storageos', path: 'storageOS', message: 'deprecated in v1.22, non-functional in v1.25+' },
  { field: 'quobyte', message: 'deprecated in v1.22, non-functional in v1.25+' },
  { field: 'glusterfs', message: 'deprecated in v1.25, non-functional in v1.26+' },
];
const lastDeprecated: typeof deprecated = [
  { field: 'cephfs', message: 'deprecated in v1.28, non-functional in v1.31+' },
  { field: 'rbd', message: 'deprecated in v1.28, non-functional in v1.31+' },
];

export function volumeWarnings(volumes: readonly Volume[], path: string): string[] {
  return volumes.flatMap((volume, i) => {
    const ofPlugins = (plugins: typeof deprecated) =>
      plugins
        .filter(({ field }) => volume[field] !== undefined)
        .map((plugin) => `${path}[${i}].${plugin.path ?? plugin.field}: ${plugin.message}`);
    return [...ofPlugins(deprecated), ...claimWarnings(volume, `${path}[${i}]`), ...ofPlugins(lastDeprecated)];
  });
}

function claimWarnings({ ephemeral }: Volume, path: string): string[] {
  const resources = ephemeral?.volumeClaimTemplate?.spec?.resources;
  const at = `${path}.ephemeral.volumeClaimTemplate.spec.resources`;
  return (['requests', 'limits'] as const).flatMap((list) =>
    fractionWarnings(resources?.[list]?.['storage'], `${at}.${list}[storage]`),
  );
}
