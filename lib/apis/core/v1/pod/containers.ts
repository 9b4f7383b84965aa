import {
  always,
  boolean,
  int32,
  list,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { envFromSource, envVar } from './environment.js';
import { lifecycle, probe } from './probes.js';
import { resourceRequirements } from './resources.js';
import { securityContext } from './security.js';

export const containerPort = struct('io.k8s.api.core.v1.ContainerPort', 'A port on which a container listens.', {
  containerPort: required(int32('The number of the port, between 1 and 65535.')),
  hostIP: string("The host's address to which the port is bound."),
  hostPort: int32('The port on the host that leads to this one.'),
  name: string('A name by which the port can be referred to, unique within the pod.'),
  protocol: oneOf(['SCTP', 'TCP', 'UDP'], 'TCP unless given.', { default: 'TCP', goType: 'v1.Protocol' }),
});
export type ContainerPort = InferStruct<typeof containerPort>;

export const containerResizePolicy = struct(
  'io.k8s.api.core.v1.ContainerResizePolicy',
  'Whether a container must restart when one of its resources is resized.',
  {
    resourceName: required(string('The resource meant: cpu or memory.', { goType: 'v1.ResourceName' })),
    restartPolicy: required(string('NotRequired or RestartContainer.', { goType: 'v1.ResourceResizeRestartPolicy' })),
  },
);
export type ContainerResizePolicy = InferStruct<typeof containerResizePolicy>;

export const containerRestartRuleOnExitCodes = struct(
  'io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes',
  'Matches the exit code with which a container ended.',
  {
    operator: required(
      string('Whether the code must be among the values (In) or be none of them (NotIn).', {
        goType: 'v1.ContainerRestartRuleOnExitCodesOperator',
      }),
      { omitEmpty: true },
    ),
    values: list(int32(), 'The exit codes compared with.', { listType: 'set' }),
  },
);
export type ContainerRestartRuleOnExitCodes = InferStruct<typeof containerRestartRuleOnExitCodes>;

export const containerRestartRule = struct(
  'io.k8s.api.core.v1.ContainerRestartRule',
  'What to do when a container ends in a certain way.',
  {
    action: required(
      string('What happens when the rule matches: Restart, or RestartAllContainers.', {
        goType: 'v1.ContainerRestartRuleAction',
      }),
      { omitEmpty: true },
    ),
    exitCodes: ref(containerRestartRuleOnExitCodes, 'The exit codes for which the rule holds.'),
  },
);
export type ContainerRestartRule = InferStruct<typeof containerRestartRule>;

export const volumeDevice = struct('io.k8s.api.core.v1.VolumeDevice', 'A raw block device handed to a container.', {
  devicePath: required(string('Where the device appears in the container.')),
  name: required(string('The volume claim in the pod that is the device.')),
});
export type VolumeDevice = InferStruct<typeof volumeDevice>;

export const volumeMount = struct(
  'io.k8s.api.core.v1.VolumeMount',
  'Where a volume of the pod appears in a container.',
  {
    mountPath: required(string('The path in the container; it may not contain a colon.')),
    mountPropagation: pointer(
      oneOf(
        ['Bidirectional', 'HostToContainer', 'None'],
        'How mounts made on one side show on the other: None, HostToContainer or Bidirectional.',
        { goType: 'v1.MountPropagationMode' },
      ),
    ),
    name: required(string('The volume, by its name in the pod.')),
    readOnly: boolean('Whether the container may only read; it may write unless this is set.'),
    recursiveReadOnly: pointer(
      string('Whether mounts below a read-only mount are read-only too.', { goType: 'v1.RecursiveReadOnlyMode' }),
    ),
    subPath: string('The path in the volume that is mounted, instead of its root.'),
    subPathExpr: string("As `subPath`, with `$(NAME)` replaced by the container's environment."),
  },
);
export type VolumeMount = InferStruct<typeof volumeMount>;

const containerFields = {
  args: list(
    string(),
    "Arguments given to the program, in place of the image's own; `$(NAME)` is replaced by the environment.",
    { listType: 'atomic' },
  ),
  command: list(
    string(),
    "The program and its first arguments, in place of the image's entry point; `$(NAME)` is replaced by the environment.",
    { listType: 'atomic' },
  ),
  env: list(ref(envVar), 'Environment variables, each by its name.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  envFrom: list(
    ref(envFromSource),
    'ConfigMaps and Secrets all of whose keys become environment variables; what comes later wins, and `env` wins over all.',
    { listType: 'atomic' },
  ),
  image: string('The image to run.'),
  imagePullPolicy: oneOf(
    ['Always', 'IfNotPresent', 'Never'],
    'Whether the image is pulled each time (Always), never, or when it is missing (IfNotPresent); by default Always for the tag `latest`.',
    { goType: 'v1.PullPolicy' },
  ),
  lifecycle: ref(lifecycle, "What is done right after the container's start and right before its end."),
  livenessProbe: ref(probe, 'Tells whether the container still works; it is restarted when this fails.'),
  name: required(string("The container's name, unique within the pod and fixed.")),
  ports: list(ref(containerPort), 'Ports on which the container listens, mostly for information.', {
    listType: 'map',
    patchMergeKey: 'containerPort',
    patchStrategy: 'merge',
    listMapKeys: ['containerPort', 'protocol'],
  }),
  readinessProbe: ref(probe, 'Tells whether the container can do its service.'),
  resizePolicy: list(ref(containerResizePolicy), 'Which resources can change without a restart.', {
    listType: 'atomic',
  }),
  resources: always(ref(resourceRequirements, 'How much of each resource the container is given and may use.')),
  restartPolicy: pointer(
    string('When this container restarts, where that differs from the pod; Always makes an init container a sidecar.', {
      goType: 'v1.ContainerRestartPolicy',
    }),
  ),
  restartPolicyRules: list(
    ref(containerRestartRule),
    'Rules in order that decide by the exit code whether the container restarts.',
    { listType: 'atomic' },
  ),
  securityContext: ref(securityContext, "As whom and with which rights the container runs; stronger than the pod's."),
  startupProbe: ref(probe, 'Tells whether the container has started; other probes wait until then.'),
  stdin: boolean('Whether the container has an open standard input.'),
  stdinOnce: boolean('Whether standard input ends when the first client has gone.'),
  terminationMessagePath: string('The file in the container whose text becomes the termination message.'),
  terminationMessagePolicy: oneOf(
    ['FallbackToLogsOnError', 'File'],
    'Whether only that file counts (File), or else the end of the log after a failure (FallbackToLogsOnError).',
    { goType: 'v1.TerminationMessagePolicy' },
  ),
  tty: boolean('Whether the container has a terminal; needs `stdin`.'),
  volumeDevices: list(ref(volumeDevice), 'Block devices the container uses.', {
    listType: 'map',
    patchMergeKey: 'devicePath',
    patchStrategy: 'merge',
    listMapKeys: ['devicePath'],
  }),
  volumeMounts: list(ref(volumeMount), "Volumes of the pod that appear in the container's file system.", {
    listType: 'map',
    patchMergeKey: 'mountPath',
    patchStrategy: 'merge',
    listMapKeys: ['mountPath'],
  }),
  workingDir: string("The directory in which the program starts; the image's own without it."),
};

export const container = struct('io.k8s.api.core.v1.Container', 'One program of a pod.', containerFields);
export type Container = InferStruct<typeof container>;

export const ephemeralContainer = struct(
  'io.k8s.api.core.v1.EphemeralContainer',
  'A container added to a running pod, to look into it.',
  { ...containerFields, targetContainerName: string('The container whose processes this one shall see.') },
  { embeds: { EphemeralContainerCommon: Object.keys(containerFields) } },
);
export type EphemeralContainer = InferStruct<typeof ephemeralContainer>;
