import {
  always,
  boolean,
  int32,
  pointer,
  quantity,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';

export const configMapKeySelector = struct(
  'io.k8s.api.core.v1.ConfigMapKeySelector',
  'One key of a ConfigMap.',
  {
    key: required(string('The key to read.')),
    name: string("The ConfigMap's name.", { default: '' }),
    optional: pointer(boolean('Whether the ConfigMap or its key may be missing.')),
  },
  { mapType: 'atomic', embeds: { LocalObjectReference: ['name'] } },
);
export type ConfigMapKeySelector = InferStruct<typeof configMapKeySelector>;

export const objectFieldSelector = struct(
  'io.k8s.api.core.v1.ObjectFieldSelector',
  'One field of the pod itself.',
  {
    apiVersion: string('The version in which the path is written; v1 unless given.'),
    fieldPath: required(string('Path of the field, such as `metadata.name`.')),
  },
  { mapType: 'atomic' },
);
export type ObjectFieldSelector = InferStruct<typeof objectFieldSelector>;

export const fileKeySelector = struct(
  'io.k8s.api.core.v1.FileKeySelector',
  'One key of a file with environment variables in a volume.',
  {
    key: required(string('The variable to read.')),
    optional: pointer(boolean('Whether the file or its key may be missing.', { default: false })),
    path: required(string('Path of the file in the volume.')),
    volumeName: required(string('The volume that holds the file.')),
  },
  { mapType: 'atomic' },
);
export type FileKeySelector = InferStruct<typeof fileKeySelector>;

export const resourceFieldSelector = struct(
  'io.k8s.api.core.v1.ResourceFieldSelector',
  'How much of a resource a container may use or has asked for.',
  {
    containerName: string('The container meant; in environment variables the container itself without it.'),
    divisor: always(quantity('The unit in which the amount is told; 1 unless given.')),
    resource: required(string('The amount meant, such as `limits.cpu`.')),
  },
  { mapType: 'atomic' },
);
export type ResourceFieldSelector = InferStruct<typeof resourceFieldSelector>;

export const secretKeySelector = struct(
  'io.k8s.api.core.v1.SecretKeySelector',
  'One key of a Secret.',
  {
    key: required(string('The key to read.')),
    name: string("The Secret's name.", { default: '' }),
    optional: pointer(boolean('Whether the Secret or its key may be missing.')),
  },
  { mapType: 'atomic', embeds: { LocalObjectReference: ['name'] } },
);
export type SecretKeySelector = InferStruct<typeof secretKeySelector>;

export const envVarSource = struct(
  'io.k8s.api.core.v1.EnvVarSource',
  'Where the value of an environment variable comes from.',
  {
    configMapKeyRef: ref(configMapKeySelector, 'A key of a ConfigMap.'),
    fieldRef: ref(
      objectFieldSelector,
      'A field of the pod: its name, namespace, labels, annotations, UID, node, service account or addresses.',
    ),
    fileKeyRef: ref(fileKeySelector, 'A key of a file in a volume.'),
    resourceFieldRef: ref(resourceFieldSelector, 'An amount of a resource of a container.'),
    secretKeyRef: ref(secretKeySelector, 'A key of a Secret.'),
  },
);
export type EnvVarSource = InferStruct<typeof envVarSource>;

export const envVar = struct('io.k8s.api.core.v1.EnvVar', 'An environment variable.', {
  name: required(string("The variable's name.")),
  value: string('The value, in which `$(NAME)` stands for a variable defined before; `$$` is a plain `$`.'),
  valueFrom: ref(envVarSource, 'Where the value comes from, in place of `value`.'),
});
export type EnvVar = InferStruct<typeof envVar>;

export const configMapEnvSource = struct(
  'io.k8s.api.core.v1.ConfigMapEnvSource',
  'A ConfigMap all of whose keys become environment variables.',
  {
    name: string("The ConfigMap's name.", { default: '' }),
    optional: pointer(boolean('Whether the ConfigMap may be missing.')),
  },
  { embeds: { LocalObjectReference: ['name'] } },
);
export type ConfigMapEnvSource = InferStruct<typeof configMapEnvSource>;

export const secretEnvSource = struct(
  'io.k8s.api.core.v1.SecretEnvSource',
  'A Secret all of whose keys become environment variables.',
  {
    name: string("The Secret's name.", { default: '' }),
    optional: pointer(boolean('Whether the Secret may be missing.')),
  },
  { embeds: { LocalObjectReference: ['name'] } },
);
export type SecretEnvSource = InferStruct<typeof secretEnvSource>;

export const envFromSource = struct('io.k8s.api.core.v1.EnvFromSource', 'A source of many environment variables.', {
  configMapRef: ref(configMapEnvSource, 'The ConfigMap to take them from.'),
  prefix: string("Text put before each variable's name."),
  secretRef: ref(secretEnvSource, 'The Secret to take them from.'),
});
export type EnvFromSource = InferStruct<typeof envFromSource>;

export const keyToPath = struct('io.k8s.api.core.v1.KeyToPath', 'Which key becomes which file.', {
  key: required(string('The key to write.')),
  mode: pointer(int32('Permission bits of the file; those of the volume without it.')),
  path: required(string("The file's path in the volume, relative and without `..`.")),
});
export type KeyToPath = InferStruct<typeof keyToPath>;
