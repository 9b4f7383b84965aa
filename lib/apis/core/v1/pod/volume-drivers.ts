import {
  boolean,
  int32,
  list,
  map,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { localObjectReference } from '../references.js';

export const awsElasticBlockStoreVolumeSource = struct(
  'io.k8s.api.core.v1.AWSElasticBlockStoreVolumeSource',
  'A disk of AWS, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    partition: int32('The partition to mount; 0 for the whole disk.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    volumeID: required(string("The disk's ID.")),
  },
);
export type AWSElasticBlockStoreVolumeSource = InferStruct<typeof awsElasticBlockStoreVolumeSource>;

export const azureDiskVolumeSource = struct(
  'io.k8s.api.core.v1.AzureDiskVolumeSource',
  'A disk of Azure, in the older form.',
  {
    cachingMode: pointer(
      oneOf(['None', 'ReadOnly', 'ReadWrite'], 'How the host caches: None, ReadOnly or ReadWrite.', {
        default: 'ReadWrite',
        goType: 'v1.AzureDataDiskCachingMode',
      }),
    ),
    diskName: required(string("The disk's name in the blob store.")),
    diskURI: required(string("The disk's address in the blob store.")),
    fsType: pointer(string('The file system to mount; empty lets the driver choose.', { default: 'ext4' })),
    kind: pointer(
      oneOf(['Dedicated', 'Managed', 'Shared'], 'Shared, Dedicated or Managed.', {
        default: 'Shared',
        goType: 'v1.AzureDataDiskKind',
      }),
    ),
    readOnly: pointer(
      boolean('Whether the volume is mounted so that nothing can be written to it.', { default: false }),
    ),
  },
);
export type AzureDiskVolumeSource = InferStruct<typeof azureDiskVolumeSource>;

export const azureFileVolumeSource = struct(
  'io.k8s.api.core.v1.AzureFileVolumeSource',
  'A file share of Azure, in the older form.',
  {
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    secretName: required(string("The Secret with the account's name and key.")),
    shareName: required(string("The share's name.")),
  },
);
export type AzureFileVolumeSource = InferStruct<typeof azureFileVolumeSource>;

export const cephFSVolumeSource = struct(
  'io.k8s.api.core.v1.CephFSVolumeSource',
  'A Ceph file system, in the older form.',
  {
    monitors: required(list(string(), 'Addresses of the monitors.', { listType: 'atomic' })),
    path: string('The directory to mount; `/` without it.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    secretFile: string("File with the user's key."),
    secretRef: ref(localObjectReference, "The Secret with the user's key, in place of the file."),
    user: string("The user's name; admin without it."),
  },
);
export type CephFSVolumeSource = InferStruct<typeof cephFSVolumeSource>;

export const cinderVolumeSource = struct(
  'io.k8s.api.core.v1.CinderVolumeSource',
  'A disk of OpenStack, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    secretRef: ref(localObjectReference, 'The Secret with the parameters of the connection.'),
    volumeID: required(string("The disk's ID.")),
  },
);
export type CinderVolumeSource = InferStruct<typeof cinderVolumeSource>;

export const fcVolumeSource = struct('io.k8s.api.core.v1.FCVolumeSource', 'A Fibre Channel disk.', {
  fsType: string('The file system to mount; empty lets the driver choose.'),
  lun: pointer(int32('The number of the logical unit.')),
  readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  targetWWNs: list(string(), 'World-wide names of the targets.', { listType: 'atomic' }),
  wwids: list(string(), 'World-wide IDs of the volumes, in place of targets and unit.', { listType: 'atomic' }),
});
export type FCVolumeSource = InferStruct<typeof fcVolumeSource>;

export const flexVolumeSource = struct('io.k8s.api.core.v1.FlexVolumeSource', 'A volume made by a FlexVolume driver.', {
  driver: required(string("The driver's name.")),
  fsType: string('The file system to mount; empty lets the driver choose.'),
  options: map(string(), 'Parameters for the driver.'),
  readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  secretRef: ref(localObjectReference, 'The Secret handed to the driver.'),
});
export type FlexVolumeSource = InferStruct<typeof flexVolumeSource>;

export const flockerVolumeSource = struct(
  'io.k8s.api.core.v1.FlockerVolumeSource',
  'A Flocker volume, in the older form.',
  {
    datasetName: string("The dataset's name."),
    datasetUUID: string("The dataset's ID."),
  },
);
export type FlockerVolumeSource = InferStruct<typeof flockerVolumeSource>;

export const gcePersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.GCEPersistentDiskVolumeSource',
  'A disk of Google Cloud, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    partition: int32('The partition to mount; 0 for the whole disk.'),
    pdName: required(string("The disk's name.")),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  },
);
export type GCEPersistentDiskVolumeSource = InferStruct<typeof gcePersistentDiskVolumeSource>;

export const gitRepoVolumeSource = struct(
  'io.k8s.api.core.v1.GitRepoVolumeSource',
  'A git repository, cloned into an empty directory; no longer supported.',
  {
    directory: string('The directory to clone into.'),
    repository: required(string("The repository's address.")),
    revision: string('The commit to check out.'),
  },
);
export type GitRepoVolumeSource = InferStruct<typeof gitRepoVolumeSource>;

export const glusterfsVolumeSource = struct(
  'io.k8s.api.core.v1.GlusterfsVolumeSource',
  'A GlusterFS volume, in the older form.',
  {
    endpoints: required(string('The endpoints object with the servers.')),
    path: required(string("The volume's name.")),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  },
);
export type GlusterfsVolumeSource = InferStruct<typeof glusterfsVolumeSource>;

export const iscsiVolumeSource = struct('io.k8s.api.core.v1.ISCSIVolumeSource', 'A disk over iSCSI.', {
  chapAuthDiscovery: boolean('Whether discovery authenticates with CHAP.'),
  chapAuthSession: boolean('Whether sessions authenticate with CHAP.'),
  fsType: string('The file system to mount; empty lets the driver choose.'),
  initiatorName: pointer(string("The initiator's own name.")),
  iqn: required(string("The target's name.")),
  iscsiInterface: string('The interface to use; `default` unless given.', { default: 'default' }),
  lun: required(int32('The number of the logical unit.')),
  portals: list(string(), 'Addresses of further portals.', { listType: 'atomic' }),
  readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  secretRef: ref(localObjectReference, 'The Secret with the CHAP credentials.'),
  targetPortal: required(string("The portal's address.")),
});
export type ISCSIVolumeSource = InferStruct<typeof iscsiVolumeSource>;

export const nfsVolumeSource = struct('io.k8s.api.core.v1.NFSVolumeSource', 'A directory of an NFS server.', {
  path: required(string('The directory the server exports.')),
  readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  server: required(string("The server's name or address.")),
});
export type NFSVolumeSource = InferStruct<typeof nfsVolumeSource>;

export const photonPersistentDiskVolumeSource = struct(
  'io.k8s.api.core.v1.PhotonPersistentDiskVolumeSource',
  'A disk of Photon Controller, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    pdID: required(string("The disk's ID.")),
  },
);
export type PhotonPersistentDiskVolumeSource = InferStruct<typeof photonPersistentDiskVolumeSource>;

export const portworxVolumeSource = struct(
  'io.k8s.api.core.v1.PortworxVolumeSource',
  'A Portworx volume, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    volumeID: required(string("The volume's ID.")),
  },
);
export type PortworxVolumeSource = InferStruct<typeof portworxVolumeSource>;

export const quobyteVolumeSource = struct(
  'io.k8s.api.core.v1.QuobyteVolumeSource',
  'A Quobyte volume, in the older form.',
  {
    group: string('The group that owns it.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    registry: required(string('Addresses of the registry.')),
    tenant: string('The tenant it belongs to.'),
    user: string('The user that owns it.'),
    volume: required(string("The volume's name.")),
  },
);
export type QuobyteVolumeSource = InferStruct<typeof quobyteVolumeSource>;

export const rbdVolumeSource = struct('io.k8s.api.core.v1.RBDVolumeSource', 'A Ceph block device, in the older form.', {
  fsType: string('The file system to mount; empty lets the driver choose.'),
  image: required(string("The image's name.")),
  keyring: string("File with the user's key.", { default: '/etc/ceph/keyring' }),
  monitors: required(list(string(), 'Addresses of the monitors.', { listType: 'atomic' })),
  pool: string("The pool's name.", { default: 'rbd' }),
  readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  secretRef: ref(localObjectReference, "The Secret with the user's key, in place of the file."),
  user: string("The user's name.", { default: 'admin' }),
});
export type RBDVolumeSource = InferStruct<typeof rbdVolumeSource>;

export const scaleIOVolumeSource = struct(
  'io.k8s.api.core.v1.ScaleIOVolumeSource',
  'A ScaleIO volume, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.', { default: 'xfs' }),
    gateway: required(string('Address of the gateway.')),
    protectionDomain: string("The protection domain's name."),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    secretRef: required(ref(localObjectReference, 'The Secret with the credentials.')),
    sslEnabled: boolean('Whether the gateway is asked over TLS.'),
    storageMode: string('ThinProvisioned or ThickProvisioned.', { default: 'ThinProvisioned' }),
    storagePool: string("The storage pool's name."),
    system: required(string("The system's name.")),
    volumeName: string("The volume's name."),
  },
);
export type ScaleIOVolumeSource = InferStruct<typeof scaleIOVolumeSource>;

export const storageOSVolumeSource = struct(
  'io.k8s.api.core.v1.StorageOSVolumeSource',
  'A StorageOS volume, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
    secretRef: ref(localObjectReference, 'The Secret with the credentials.'),
    volumeName: string("The volume's name."),
    volumeNamespace: string("The volume's namespace within StorageOS."),
  },
);
export type StorageOSVolumeSource = InferStruct<typeof storageOSVolumeSource>;

export const vsphereVirtualDiskVolumeSource = struct(
  'io.k8s.api.core.v1.VsphereVirtualDiskVolumeSource',
  'A disk of vSphere, in the older form.',
  {
    fsType: string('The file system to mount; empty lets the driver choose.'),
    storagePolicyID: string('ID of the storage policy.'),
    storagePolicyName: string('Name of the storage policy.'),
    volumePath: required(string('Path of the disk.')),
  },
);
export type VsphereVirtualDiskVolumeSource = InferStruct<typeof vsphereVirtualDiskVolumeSource>;
