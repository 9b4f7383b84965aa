import {
  invalidValue,
  requiredValue,
  tooLongValue,
  unsupportedValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { byteLength } from '../../../../meta/v1/go-text.js';
import {
  dnsLabelProblems,
  dnsSubdomainProblems,
  inclusiveRange,
  subdomainName,
} from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { LocalObjectReference } from '../../references.js';
import type * as volumes from '../volumes.js';
import { validateDescendingPath } from './paths.js';

/** Volumes that live elsewhere. Nothing here reaches them: these are the rules of form Kubernetes keeps. */

type Check<T> = (source: T, path: string, errors: FieldError[]) => void;

/** The fields must not be empty. */
function need<T>(...fields: (keyof T & string)[]): Check<T> {
  return (source, path, errors) => {
    for (const field of fields) {
      const value = source[field];
      if (!value || (Array.isArray(value) && value.length === 0)) errors.push(requiredValue(`${path}.${field}`));
    }
  };
}

function checkPartition(partition: number | undefined, path: string, errors: FieldError[]): void {
  if (partition === undefined || (partition >= 0 && partition <= 255)) return;
  errors.push(invalidValue(path, partition, inclusiveRange(1, 255)));
}

function checkLun(lun: number, path: string, errors: FieldError[]): void {
  if (lun < 0 || lun > 255) errors.push(invalidValue(path, lun, inclusiveRange(0, 255)));
}

function checkSecretRef(ref: LocalObjectReference | undefined, path: string, errors: FieldError[]): void {
  if (ref !== undefined && !ref.name) errors.push(requiredValue(`${path}.name`));
}

export const validatePersistentVolumeClaim = need<volumes.PersistentVolumeClaimVolumeSource>('claimName');
export const validateGlusterfs = need<volumes.GlusterfsVolumeSource>('endpoints', 'path');
export const validateRbd = need<volumes.RBDVolumeSource>('monitors', 'image');
export const validateCephfs = need<volumes.CephFSVolumeSource>('monitors');
export const validateAzureFile = need<volumes.AzureFileVolumeSource>('secretName', 'shareName');
export const validateVsphereVolume = need<volumes.VsphereVirtualDiskVolumeSource>('volumePath');
export const validatePhotonPersistentDisk = need<volumes.PhotonPersistentDiskVolumeSource>('pdID');
export const validatePortworxVolume = need<volumes.PortworxVolumeSource>('volumeID');
export const validateScaleIO = need<volumes.ScaleIOVolumeSource>('gateway', 'system', 'volumeName');

export const validateGitRepo: Check<volumes.GitRepoVolumeSource> = (source, path, errors) => {
  if (!source.repository) errors.push(requiredValue(`${path}.repository`));
  validateDescendingPath(source.directory ?? '', `${path}.directory`, errors);
};

export const validateGcePersistentDisk: Check<volumes.GCEPersistentDiskVolumeSource> = (source, path, errors) => {
  if (!source.pdName) errors.push(requiredValue(`${path}.pdName`));
  checkPartition(source.partition, `${path}.partition`, errors);
};

export const validateAwsElasticBlockStore: Check<volumes.AWSElasticBlockStoreVolumeSource> = (source, path, errors) => {
  if (!source.volumeID) errors.push(requiredValue(`${path}.volumeID`));
  checkPartition(source.partition, `${path}.partition`, errors);
};

export const validateNfs: Check<volumes.NFSVolumeSource> = (source, path, errors) => {
  if (!source.server) errors.push(requiredValue(`${path}.server`));
  if (!source.path) errors.push(requiredValue(`${path}.path`));
  if (!source.path?.startsWith('/')) {
    errors.push(invalidValue(`${path}.path`, source.path ?? '', 'must be an absolute path'));
  }
};

export const validateIscsi: Check<volumes.ISCSIVolumeSource> = (source, path, errors) => {
  if (!source.targetPortal) errors.push(requiredValue(`${path}.targetPortal`));
  if (!source.iqn) errors.push(requiredValue(`${path}.iqn`));
  else checkInitiator(source.iqn, `${path}.iqn`, errors);
  checkLun(source.lun ?? 0, `${path}.lun`, errors);
  const authenticates = source.chapAuthDiscovery === true || source.chapAuthSession === true;
  if (authenticates && source.secretRef === undefined) errors.push(requiredValue(`${path}.secretRef`));
  if (source.initiatorName !== undefined) checkInitiator(source.initiatorName, `${path}.initiatorname`, errors);
};

const initiatorForms = new Map([
  ['iqn', /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/],
  ['eui', /^eui.[a-zA-Z0-9]{16}$/],
  ['naa', /^naa.[a-zA-Z0-9]{32}$/],
]);

function checkInitiator(name: string, path: string, errors: FieldError[]): void {
  const form = initiatorForms.get(name.slice(0, 3));
  if (form === undefined) {
    errors.push(invalidValue(path, name, 'must be valid format starting with iqn, eui, or naa'));
  } else if (!form.test(name)) errors.push(invalidValue(path, name, 'must be valid format'));
}

/** With an initiator's name, volume and portal together name an interface of the node. */
export function checkIscsiName(volume: volumes.Volume, path: string, errors: FieldError[]): void {
  const { iscsi, name = '' } = volume;
  if (iscsi?.initiatorName === undefined || byteLength(`${name}:${iscsi.targetPortal ?? ''}`) <= 64) return;
  const problem =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  errors.push(invalidValue(path, name, problem));
}

export const validateFlocker: Check<volumes.FlockerVolumeSource> = (source, path, errors) => {
  const { datasetName, datasetUUID } = source;
  if (!datasetName && !datasetUUID) {
    errors.push(requiredValue(path, 'one of datasetName and datasetUUID is required'));
  }
  if (datasetName && datasetUUID) {
    const problem = 'datasetName and datasetUUID can not be specified simultaneously';
    errors.push(invalidValue(path, 'resource', problem));
  }
  if (datasetName?.includes('/')) errors.push(invalidValue(`${path}.datasetName`, datasetName, "must not contain '/'"));
};

export const validateCinder: Check<volumes.CinderVolumeSource> = (source, path, errors) => {
  if (!source.volumeID) errors.push(requiredValue(`${path}.volumeID`));
  checkSecretRef(source.secretRef, `${path}.secretRef`, errors);
};

export const validateQuobyte: Check<volumes.QuobyteVolumeSource> = (source, path, errors) => {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  if (!source.registry) errors.push(requiredValue(`${path}.registry`, pairs));
  else if (byteLength(source.tenant ?? '') >= 65) {
    errors.push(requiredValue(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  } else {
    for (const pair of source.registry.split(',')) {
      if (!isHostAndPort(pair)) errors.push(invalidValue(`${path}.registry`, source.registry, pairs));
    }
  }
  if (!source.volume) errors.push(requiredValue(`${path}.volume`));
};

/** `host:port` or `[address]:port`. */
function isHostAndPort(text: string): boolean {
  return /^(\[[^[\]]*\]|[^[\]:]*):[^[\]:]*$/.test(text);
}

export const validateFc: Check<volumes.FCVolumeSource> = (source, path, errors) => {
  const { targetWWNs = [], wwids = [], lun } = source;
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(requiredValue(`${path}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  }
  if (targetWWNs.length === 0) return;
  if (wwids.length > 0) {
    const problem = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalidValue(`${path}.targetWWNs`, targetWWNs, problem));
  }
  if (lun === undefined) errors.push(requiredValue(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else checkLun(lun, `${path}.lun`, errors);
};

export const validateFlexVolume: Check<volumes.FlexVolumeSource> = (source, path, errors) => {
  if (!source.driver) errors.push(requiredValue(`${path}.driver`));
  for (const key in source.options) {
    const domain = `.${key.includes('/') ? key.slice(0, key.indexOf('/')) : key}`.toLowerCase();
    if (!domain.endsWith('.kubernetes.io') && !domain.endsWith('.k8s.io')) continue;
    const problem = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalidValue(`${path}.options[${key}]`, key, problem));
  }
};

export const validateAzureDisk: Check<volumes.AzureDiskVolumeSource> = (source, path, errors) => {
  const { diskName, diskURI = '', cachingMode, kind } = source;
  const kinds = ['Dedicated', 'Managed', 'Shared'];
  const modes = ['None', 'ReadOnly', 'ReadWrite'];
  if (!diskName) errors.push(requiredValue(`${path}.diskName`));
  if (!diskURI) errors.push(requiredValue(`${path}.diskURI`));
  if (cachingMode !== undefined && !modes.includes(cachingMode)) {
    errors.push(unsupportedValue(`${path}.cachingMode`, cachingMode, modes));
  }
  if (kind === undefined) return;
  if (!kinds.includes(kind)) errors.push(unsupportedValue(`${path}.kind`, kind, kinds));
  const [start, form] =
    kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  if (!diskURI.startsWith(start)) errors.push(unsupportedValue(`${path}.diskURI`, diskURI, [form]));
};

export const validateStorageos: Check<volumes.StorageOSVolumeSource> = (source, path, errors) => {
  const { volumeName, volumeNamespace } = source;
  if (!volumeName) errors.push(requiredValue(`${path}.volumeName`));
  else addInvalid(errors, `${path}.volumeName`, volumeName, dnsLabelProblems(volumeName));
  if (volumeNamespace) {
    addInvalid(errors, `${path}.volumeNamespace`, volumeNamespace, dnsLabelProblems(volumeNamespace));
  }
  checkSecretRef(source.secretRef, `${path}.secretRef`, errors);
};

export const validateCsi: Check<volumes.CSIVolumeSource> = (source, path, errors) => {
  const { driver, nodePublishSecretRef: secret } = source;
  if (!driver) errors.push(requiredValue(`${path}.driver`));
  else {
    if (byteLength(driver) > 63) errors.push(tooLongValue(`${path}.driver`, 63));
    addInvalid(errors, `${path}.driver`, driver, dnsSubdomainProblems(driver.toLowerCase()));
  }
  if (secret === undefined) return;
  if (!secret.name) errors.push(requiredValue(`${path}.nodePublishSecretRef.name`));
  else addInvalid(errors, `${path}.name`, secret.name, subdomainName(secret.name));
};
