import {
  boolean,
  map,
  oneOf,
  pointer,
  quantity,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { localObjectReference } from '../references.js';
import { ephemeralVolumeSource, persistentVolumeClaimVolumeSource } from './volume-claims.js';
import {
  awsElasticBlockStoreVolumeSource,
  azureDiskVolumeSource,
  azureFileVolumeSource,
  cephFSVolumeSource,
  cinderVolumeSource,
  fcVolumeSource,
  flexVolumeSource,
  flockerVolumeSource,
  gcePersistentDiskVolumeSource,
  gitRepoVolumeSource,
  glusterfsVolumeSource,
  iscsiVolumeSource,
  nfsVolumeSource,
  photonPersistentDiskVolumeSource,
  portworxVolumeSource,
  quobyteVolumeSource,
  rbdVolumeSource,
  scaleIOVolumeSource,
  storageOSVolumeSource,
  vsphereVirtualDiskVolumeSource,
} from './volume-drivers.js';
import {
  configMapVolumeSource,
  downwardAPIVolumeSource,
  projectedVolumeSource,
  secretVolumeSource,
} from './volume-files.js';

export type * from './volume-claims.js';
export type * from './volume-drivers.js';
export type * from './volume-files.js';

export const csiVolumeSource = struct(
  'io.k8s.api.core.v1.CSIVolumeSource',
  'A volume that a CSI driver makes for the pod.',
  {
    driver: required(string("The driver's name.")),
    fsType: pointer(string('The file system to mount; empty lets the driver choose.')),
    nodePublishSecretRef: ref(localObjectReference, 'The Secret handed to the driver.'),
    readOnly: pointer(boolean('Whether the volume is mounted so that nothing can be written to it.')),
    volumeAttributes: map(string(), 'Parameters for the driver.'),
  },
);
export type CSIVolumeSource = InferStruct<typeof csiVolumeSource>;

export const emptyDirVolumeSource = struct(
  'io.k8s.api.core.v1.EmptyDirVolumeSource',
  'A directory that lives as long as the pod and is empty at first.',
  {
    medium: string('Where it lies: on disk, or with Memory in main memory.', { goType: 'v1.StorageMedium' }),
    sizeLimit: quantity('How much it may hold.'),
  },
);
export type EmptyDirVolumeSource = InferStruct<typeof emptyDirVolumeSource>;

export const hostPathVolumeSource = struct(
  'io.k8s.api.core.v1.HostPathVolumeSource',
  'A file or directory of the host.',
  {
    path: required(string('The path on the host.')),
    type: pointer(
      oneOf(
        ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'],
        'What must be there, or be made: File, Directory, Socket and so on; empty for no check.',
        { goType: 'v1.HostPathType' },
      ),
    ),
  },
);
export type HostPathVolumeSource = InferStruct<typeof hostPathVolumeSource>;

export const imageVolumeSource = struct(
  'io.k8s.api.core.v1.ImageVolumeSource',
  'The contents of an image as a volume.',
  {
    pullPolicy: oneOf(
      ['Always', 'IfNotPresent', 'Never'],
      'Whether the image is pulled each time (Always), never, or when it is missing (IfNotPresent).',
      { goType: 'v1.PullPolicy' },
    ),
    reference: string('The image.'),
  },
);
export type ImageVolumeSource = InferStruct<typeof imageVolumeSource>;

const volumeSources = {
  awsElasticBlockStore: ref(awsElasticBlockStoreVolumeSource, 'A disk of AWS.'),
  azureDisk: ref(azureDiskVolumeSource, 'A disk of Azure.'),
  azureFile: ref(azureFileVolumeSource, 'A file share of Azure.'),
  cephfs: ref(cephFSVolumeSource, 'A Ceph file system.'),
  cinder: ref(cinderVolumeSource, 'A disk of OpenStack.'),
  configMap: ref(configMapVolumeSource, 'The keys of a ConfigMap as files.'),
  csi: ref(csiVolumeSource, 'A volume that a CSI driver makes for the pod.'),
  downwardAPI: ref(downwardAPIVolumeSource, 'What is known of the pod, as files.'),
  emptyDir: ref(emptyDirVolumeSource, 'A directory that lives as long as the pod.'),
  ephemeral: ref(ephemeralVolumeSource, 'A volume claimed for the pod alone.'),
  fc: ref(fcVolumeSource, 'A Fibre Channel disk.'),
  flexVolume: ref(flexVolumeSource, 'A volume made by a FlexVolume driver.'),
  flocker: ref(flockerVolumeSource, 'A Flocker volume.'),
  gcePersistentDisk: ref(gcePersistentDiskVolumeSource, 'A disk of Google Cloud.'),
  gitRepo: ref(gitRepoVolumeSource, 'A cloned git repository.'),
  glusterfs: ref(glusterfsVolumeSource, 'A GlusterFS volume.'),
  hostPath: ref(hostPathVolumeSource, 'A file or directory of the host.'),
  image: ref(imageVolumeSource, 'The contents of an image.'),
  iscsi: ref(iscsiVolumeSource, 'A disk over iSCSI.'),
  nfs: ref(nfsVolumeSource, 'A directory of an NFS server.'),
  persistentVolumeClaim: ref(persistentVolumeClaimVolumeSource, 'The volume bound to a claim.'),
  photonPersistentDisk: ref(photonPersistentDiskVolumeSource, 'A disk of Photon Controller.'),
  portworxVolume: ref(portworxVolumeSource, 'A Portworx volume.'),
  projected: ref(projectedVolumeSource, 'Several sources as files of one volume.'),
  quobyte: ref(quobyteVolumeSource, 'A Quobyte volume.'),
  rbd: ref(rbdVolumeSource, 'A Ceph block device.'),
  scaleIO: ref(scaleIOVolumeSource, 'A ScaleIO volume.'),
  secret: ref(secretVolumeSource, 'The keys of a Secret as files.'),
  storageos: ref(storageOSVolumeSource, 'A StorageOS volume.'),
  vsphereVolume: ref(vsphereVirtualDiskVolumeSource, 'A disk of vSphere.'),
};

export const volume = struct(
  'io.k8s.api.core.v1.Volume',
  'A volume that the containers of a pod can mount; it has exactly one source, an empty directory if none is given.',
  { ...volumeSources, name: required(string("The volume's name, unique within the pod.")) },
  { embeds: { VolumeSource: Object.keys(volumeSources) } },
);
export type Volume = InferStruct<typeof volume>;
