import { each, fill, items } from '../../../meta/v1/defaults.js';
import { defaultFieldRef } from './container-defaults.js';
import { defaultPullPolicy } from './image-tag.js';
import { defaultResources } from './resource-defaults.js';
import type {
  DownwardAPIVolumeFile,
  EphemeralVolumeSource,
  ImageVolumeSource,
  ProjectedVolumeSource,
  Volume,
  VolumeProjection,
} from './volumes.js';

/** rw-r--r-- */
const defaultMode = 0o644;

/** A volume that names no source is an empty directory. */
export function defaultVolume(volume: Volume): Volume {
  if (!hasSource(volume)) return { ...volume, emptyDir: {} };
  return each(volume, {
    azureDisk: (source) => fill(source, { cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared', readOnly: false }),
    configMap: (source) => fill(source, { defaultMode }),
    downwardAPI: (source) => fill(each(source, { items: defaultFiles }), { defaultMode }),
    ephemeral: defaultEphemeral,
    hostPath: (source) => fill(source, { type: '' }),
    image: defaultImage,
    iscsi: (source) => fill(source, { iscsiInterface: 'default' }),
    projected: defaultProjected,
    rbd: (source) => fill(source, { keyring: '/etc/ceph/keyring', pool: 'rbd', user: 'admin' }),
    scaleIO: (source) => fill(source, { fsType: 'xfs', storageMode: 'ThinProvisioned' }),
    secret: (source) => fill(source, { defaultMode }),
  });
}

function hasSource(volume: Volume): boolean {
  for (const field in volume) if (field !== 'name') return true;
  return false;
}

const defaultFiles = items<DownwardAPIVolumeFile>((file) => each(file, { fieldRef: defaultFieldRef }));

function defaultImage(source: ImageVolumeSource): ImageVolumeSource {
  return fill(source, { pullPolicy: source.pullPolicy ?? defaultPullPolicy(source.reference) });
}

function defaultEphemeral(source: EphemeralVolumeSource): EphemeralVolumeSource {
  return each(source, {
    volumeClaimTemplate: (template) =>
      each(template, {
        spec: (spec) => fill(each(spec, { resources: defaultResources }), { volumeMode: 'Filesystem' }),
      }),
  });
}

function defaultProjected(source: ProjectedVolumeSource): ProjectedVolumeSource {
  return fill(each(source, { sources: defaultProjections }), { defaultMode });
}

const defaultProjections = items<VolumeProjection>((projection) =>
  each(projection, {
    downwardAPI: (source) => each(source, { items: defaultFiles }),
    serviceAccountToken: (source) => fill(source, { expirationSeconds: 3600 }),
  }),
);
