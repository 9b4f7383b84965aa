import {
  boolean,
  int32,
  int64,
  list,
  map,
  nullable,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { labelSelector } from '../../../meta/v1/types.js';
import { keyToPath, objectFieldSelector, resourceFieldSelector } from './environment.js';

export const configMapVolumeSource = struct(
  'io.k8s.api.core.v1.ConfigMapVolumeSource',
  'The keys of a ConfigMap as files.',
  {
    defaultMode: pointer(int32('Permission bits of the files; 0644 unless given.')),
    items: list(ref(keyToPath), 'Which keys become which files; without it each key is a file of the same name.', {
      listType: 'atomic',
    }),
    name: string("The ConfigMap's name.", { default: '' }),
    optional: pointer(boolean('Whether the ConfigMap or its keys may be missing.')),
  },
  { embeds: { LocalObjectReference: ['name'] } },
);
export type ConfigMapVolumeSource = InferStruct<typeof configMapVolumeSource>;

export const downwardAPIVolumeFile = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeFile',
  'A file that holds something known of the pod.',
  {
    fieldRef: ref(objectFieldSelector, 'The field of the pod.'),
    mode: pointer(int32('Permission bits of the file; those of the volume without it.')),
    path: required(string("The file's path in the volume, relative and without `..`.")),
    resourceFieldRef: ref(resourceFieldSelector, "The amount of a container's resource."),
  },
);
export type DownwardAPIVolumeFile = InferStruct<typeof downwardAPIVolumeFile>;

export const downwardAPIVolumeSource = struct(
  'io.k8s.api.core.v1.DownwardAPIVolumeSource',
  'What is known of the pod, as files.',
  {
    defaultMode: pointer(int32('Permission bits of the files; 0644 unless given.')),
    items: list(ref(downwardAPIVolumeFile), 'The files.', { listType: 'atomic' }),
  },
);
export type DownwardAPIVolumeSource = InferStruct<typeof downwardAPIVolumeSource>;

export const clusterTrustBundleProjection = struct(
  'io.k8s.api.core.v1.ClusterTrustBundleProjection',
  'Certificates of authorities to trust, as one file.',
  {
    labelSelector: ref(labelSelector, 'Which bundles of the signer are joined.'),
    name: pointer(string('The very bundle, in place of signer and labels.')),
    optional: pointer(boolean('Whether the bundles may be missing.')),
    path: required(string("The file's path in the volume.")),
    signerName: pointer(string('The signer whose bundles are joined.')),
  },
);
export type ClusterTrustBundleProjection = InferStruct<typeof clusterTrustBundleProjection>;

export const configMapProjection = struct(
  'io.k8s.api.core.v1.ConfigMapProjection',
  'Keys of a ConfigMap among the files of a volume.',
  {
    items: list(ref(keyToPath), 'Which keys become which files; without it each key is a file of the same name.', {
      listType: 'atomic',
    }),
    name: string("The ConfigMap's name.", { default: '' }),
    optional: pointer(boolean('Whether the ConfigMap or its keys may be missing.')),
  },
  { embeds: { LocalObjectReference: ['name'] } },
);
export type ConfigMapProjection = InferStruct<typeof configMapProjection>;

export const downwardAPIProjection = struct(
  'io.k8s.api.core.v1.DownwardAPIProjection',
  'What is known of the pod, among the files of a volume.',
  {
    items: list(ref(downwardAPIVolumeFile), 'The files.', { listType: 'atomic' }),
  },
);
export type DownwardAPIProjection = InferStruct<typeof downwardAPIProjection>;

export const podCertificateProjection = struct(
  'io.k8s.api.core.v1.PodCertificateProjection',
  'A private key and a certificate for it, renewed in time.',
  {
    certificateChainPath: string('File for the certificate chain.'),
    credentialBundlePath: string('File for key and certificate chain together.'),
    keyPath: string('File for the private key.'),
    keyType: required(string('The kind of key to make.'), { omitEmpty: true }),
    maxExpirationSeconds: pointer(int32('How many seconds the certificate may be valid at most.')),
    signerName: required(string('The signer to ask.'), { omitEmpty: true }),
    userAnnotations: map(string(), 'Further information handed to the signer.'),
  },
);
export type PodCertificateProjection = InferStruct<typeof podCertificateProjection>;

export const secretProjection = struct(
  'io.k8s.api.core.v1.SecretProjection',
  'Keys of a Secret among the files of a volume.',
  {
    items: list(ref(keyToPath), 'Which keys become which files; without it each key is a file of the same name.', {
      listType: 'atomic',
    }),
    name: string("The Secret's name.", { default: '' }),
    optional: pointer(boolean('Whether the Secret or its keys may be missing.')),
  },
  { embeds: { LocalObjectReference: ['name'] } },
);
export type SecretProjection = InferStruct<typeof secretProjection>;

export const serviceAccountTokenProjection = struct(
  'io.k8s.api.core.v1.ServiceAccountTokenProjection',
  "A token of the pod's service account, renewed in time.",
  {
    audience: string('For whom the token is meant; the API server without it.'),
    expirationSeconds: pointer(int64('How many seconds the token is valid; 3600 unless given.')),
    path: required(string("The file's path in the volume.")),
  },
);
export type ServiceAccountTokenProjection = InferStruct<typeof serviceAccountTokenProjection>;

export const volumeProjection = struct('io.k8s.api.core.v1.VolumeProjection', 'One source of a projected volume.', {
  clusterTrustBundle: ref(clusterTrustBundleProjection, 'Certificates of authorities to trust.'),
  configMap: ref(configMapProjection, 'Keys of a ConfigMap.'),
  downwardAPI: ref(downwardAPIProjection, 'What is known of the pod.'),
  podCertificate: ref(podCertificateProjection, 'A private key with its certificate.'),
  secret: ref(secretProjection, 'Keys of a Secret.'),
  serviceAccountToken: ref(serviceAccountTokenProjection, 'A token of the service account.'),
});
export type VolumeProjection = InferStruct<typeof volumeProjection>;

export const projectedVolumeSource = struct(
  'io.k8s.api.core.v1.ProjectedVolumeSource',
  'Several sources as files of one volume.',
  {
    defaultMode: pointer(int32('Permission bits of the files; 0644 unless given.')),
    sources: nullable(list(ref(volumeProjection), 'The sources.', { listType: 'atomic' })),
  },
);
export type ProjectedVolumeSource = InferStruct<typeof projectedVolumeSource>;

export const secretVolumeSource = struct('io.k8s.api.core.v1.SecretVolumeSource', 'The keys of a Secret as files.', {
  defaultMode: pointer(int32('Permission bits of the files; 0644 unless given.')),
  items: list(ref(keyToPath), 'Which keys become which files; without it each key is a file of the same name.', {
    listType: 'atomic',
  }),
  optional: pointer(boolean('Whether the Secret or its keys may be missing.')),
  secretName: string("The Secret's name."),
});
export type SecretVolumeSource = InferStruct<typeof secretVolumeSource>;
