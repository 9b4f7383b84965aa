import {
  duplicateValue,
  forbiddenValue,
  invalidValue,
  requiredValue,
  type FieldError,
} from '../../../../meta/v1/field-error.js';
import { goQuote } from '../../../../meta/v1/go-text.js';
import { parseQuantity } from '../../../../meta/v1/quantity.js';
import { dnsLabelProblems, subdomainName } from '../../../../meta/v1/validation/names.js';
import { addInvalid } from '../../../../meta/v1/validation/rules.js';
import type { PodSpec } from '../types.js';
import type { EmptyDirVolumeSource, Volume } from '../volumes.js';
import type { Volumes } from './mounts.js';
import type { PodOptions } from './options.js';
import { validateClaimTemplate } from './persistent-volume-claims.js';
import { validateProjected } from './projected-volumes.js';
import {
  validateConfigMap,
  validateDownwardAPI,
  validateHostPath,
  validateImage,
  validateSecret,
} from './local-volumes.js';
import * as remote from './remote-volumes.js';

interface VolumeContext {
  readonly volume: Volume;
  readonly podName: string | undefined;
  readonly options: PodOptions;
}

type Check = (source: never, path: string, errors: FieldError[], context: VolumeContext) => void;

interface SourceRule {
  readonly check: Check;
  /** Where Kubernetes reports what is wrong inside the source, if not below its field. */
  readonly at?: string;
  /** Where it reports a source too many, if not at its field. */
  readonly extraAt?: string;
}

/** All kinds of volumes, in the order in which Kubernetes looks for them. */
const sourceRules = new Map<keyof Volume, SourceRule>([
  ['emptyDir', { check: validateEmptyDir }],
  ['hostPath', { check: validateHostPath }],
  ['gitRepo', { check: remote.validateGitRepo }],
  ['gcePersistentDisk', { check: remote.validateGcePersistentDisk, at: 'persistentDisk' }],
  ['awsElasticBlockStore', { check: remote.validateAwsElasticBlockStore }],
  ['secret', { check: validateSecret }],
  ['nfs', { check: remote.validateNfs }],
  ['iscsi', { check: remote.validateIscsi }],
  ['glusterfs', { check: remote.validateGlusterfs }],
  ['flocker', { check: remote.validateFlocker }],
  ['persistentVolumeClaim', { check: remote.validatePersistentVolumeClaim }],
  ['rbd', { check: remote.validateRbd }],
  ['cinder', { check: remote.validateCinder }],
  ['cephfs', { check: remote.validateCephfs, extraAt: 'cephFS' }],
  ['quobyte', { check: remote.validateQuobyte }],
  ['downwardAPI', { check: validateDownwardAPI, extraAt: 'downwarAPI' }],
  ['fc', { check: remote.validateFc }],
  ['flexVolume', { check: remote.validateFlexVolume }],
  ['configMap', { check: validateConfigMap }],
  ['azureFile', { check: remote.validateAzureFile }],
  ['vsphereVolume', { check: remote.validateVsphereVolume }],
  ['photonPersistentDisk', { check: remote.validatePhotonPersistentDisk }],
  ['portworxVolume', { check: remote.validatePortworxVolume }],
  ['azureDisk', { check: remote.validateAzureDisk }],
  ['storageos', { check: remote.validateStorageos }],
  ['projected', { check: (source, path, errors, { options }) => validateProjected(source, path, errors, options) }],
  ['scaleIO', { check: remote.validateScaleIO }],
  ['csi', { check: remote.validateCsi }],
  ['ephemeral', { check: validateEphemeral }],
  ['image', { check: (source, path, errors, { options }) => validateImage(source, path, errors, options.isPod) }],
]);

/** `podName`: of a pod that exists, whose claims are named after it. Returns the volumes that containers may use. */
export function validateVolumes(
  spec: PodSpec,
  podName: string | undefined,
  path: string,
  errors: FieldError[],
  options: PodOptions,
): Volumes {
  const volumes = spec.volumes ?? [];
  const sound = new Map<string, Volume>();
  const created = new Set(
    podName ? volumes.filter((volume) => volume.ephemeral).map((volume) => `${podName}-${volume.name}`) : [],
  );
  volumes.forEach((volume, i) => {
    const at = `${path}[${i}]`;
    const found: FieldError[] = [];
    validateSource({ volume, podName, options }, at, found);
    if (!volume.name) found.push(requiredValue(`${at}.name`));
    else addInvalid(found, `${at}.name`, volume.name, dnsLabelProblems(volume.name));
    if (sound.has(volume.name ?? '')) found.push(duplicateValue(`${at}.name`, volume.name));
    if (found.length === 0) sound.set(volume.name, volume);
    errors.push(...found);
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName !== undefined && created.has(claimName)) {
      const problem = 'must not reference a PVC that gets created for an ephemeral volume';
      errors.push(invalidValue(`${at}.persistentVolumeClaim.claimName`, claimName, problem));
    }
  });
  return sound;
}

function validateSource(context: VolumeContext, path: string, errors: FieldError[]): void {
  let found = 0;
  for (const [field, { check, at, extraAt }] of sourceRules) {
    const source = context.volume[field];
    if (source === undefined) continue;
    found += 1;
    if (found === 1) check(source as never, `${path}.${at ?? field}`, errors, context);
    else errors.push(forbiddenValue(`${path}.${extraAt ?? field}`, 'may not specify more than 1 volume type'));
    if (field === 'ephemeral' && found === 1) checkClaimName(context.volume, context.podName, `${path}.name`, errors);
    if (field === 'iscsi') remote.checkIscsiName(context.volume, `${path}.name`, errors);
  }
  if (found === 0) errors.push(requiredValue(path, 'must specify a volume type'));
}

function validateEmptyDir({ sizeLimit }: EmptyDirVolumeSource, path: string, errors: FieldError[]): void {
  if (sizeLimit === undefined || parseQuantity(sizeLimit).value >= 0n) return;
  errors.push(forbiddenValue(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
}

function validateEphemeral(source: NonNullable<Volume['ephemeral']>, path: string, errors: FieldError[]): void {
  const template = source.volumeClaimTemplate;
  if (template === undefined) errors.push(requiredValue(`${path}.volumeClaimTemplate`));
  else validateClaimTemplate(template, `${path}.volumeClaimTemplate`, errors);
}

/** An ephemeral volume's claim is named after pod and volume. */
function checkClaimName(volume: Volume, podName: string | undefined, path: string, errors: FieldError[]): void {
  if (!podName || !volume.name) return;
  const claim = `${podName}-${volume.name}`;
  for (const problem of subdomainName(claim)) {
    errors.push(invalidValue(path, volume.name, `PVC name ${goQuote(claim)}: ${problem}`));
  }
}
