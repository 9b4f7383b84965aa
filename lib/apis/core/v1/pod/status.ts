import {
  always,
  boolean,
  int32,
  int64,
  list,
  map,
  nullable,
  oneOf,
  pointer,
  quantity,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { resourceRequirements } from './resources.js';
import { signals } from './signals.js';

export const podCondition = struct(
  'io.k8s.api.core.v1.PodCondition',
  'One thing that can be said of a pod, such as that it is ready.',
  {
    lastProbeTime: nullable(time('When the condition was last checked.')),
    lastTransitionTime: nullable(time('When the condition last went from one status to another.')),
    message: string('An explanation for people.'),
    observedGeneration: int64('The generation of the pod to which the condition refers.'),
    reason: string('An explanation for programs, in one CamelCase word.'),
    status: required(string('Whether the condition holds: True, False or Unknown.', { goType: 'v1.ConditionStatus' })),
    type: required(
      string('What is said of the pod, such as Ready or DisruptionTarget.', { goType: 'v1.PodConditionType' }),
    ),
  },
);
export type PodCondition = InferStruct<typeof podCondition>;

export const resourceHealth = struct('io.k8s.api.core.v1.ResourceHealth', 'How well one device of a container is.', {
  health: string('Healthy, Unhealthy or Unknown.', { goType: 'v1.ResourceHealthStatus' }),
  message: pointer(string('What is known about it, in words.')),
  resourceID: required(string('The device.', { goType: 'v1.ResourceID' })),
});
export type ResourceHealth = InferStruct<typeof resourceHealth>;

export const resourceStatus = struct('io.k8s.api.core.v1.ResourceStatus', 'How well the devices of one resource are.', {
  name: required(string('The resource, or the claim and its request.', { goType: 'v1.ResourceName' })),
  resources: list(ref(resourceHealth), 'The devices, each with its health.', {
    listType: 'map',
    listMapKeys: ['resourceID'],
  }),
});
export type ResourceStatus = InferStruct<typeof resourceStatus>;

export const containerStateRunning = struct('io.k8s.api.core.v1.ContainerStateRunning', 'A container that runs.', {
  startedAt: nullable(time('When it was started.')),
});
export type ContainerStateRunning = InferStruct<typeof containerStateRunning>;

export const containerStateTerminated = struct(
  'io.k8s.api.core.v1.ContainerStateTerminated',
  'A container that has ended.',
  {
    containerID: string("The container's ID, as `<runtime>://<id>`."),
    exitCode: required(int32('The exit code of its program.')),
    finishedAt: nullable(time('When it ended.')),
    message: string('What the program left as its last words.'),
    reason: string('Why it ended, in one CamelCase word, such as Completed, Error or OOMKilled.'),
    signal: int32('The signal that ended it.'),
    startedAt: nullable(time('When it was started.')),
  },
);
export type ContainerStateTerminated = InferStruct<typeof containerStateTerminated>;

export const containerStateWaiting = struct(
  'io.k8s.api.core.v1.ContainerStateWaiting',
  'A container that does not run yet.',
  {
    message: string('What it waits for, in words.'),
    reason: string('What it waits for, in one CamelCase word, such as ImagePullBackOff.'),
  },
);
export type ContainerStateWaiting = InferStruct<typeof containerStateWaiting>;

export const containerState = struct(
  'io.k8s.api.core.v1.ContainerState',
  'What a container is doing; exactly one of three.',
  {
    running: ref(containerStateRunning, 'It runs.'),
    terminated: ref(containerStateTerminated, 'It has ended.'),
    waiting: ref(containerStateWaiting, 'It does not run yet.'),
  },
);
export type ContainerState = InferStruct<typeof containerState>;

export const linuxContainerUser = struct(
  'io.k8s.api.core.v1.LinuxContainerUser',
  "The user and groups of a container's first process.",
  {
    gid: required(int64('The group ID.')),
    supplementalGroups: list(int64(), 'The further groups.', { listType: 'atomic' }),
    uid: required(int64('The user ID.')),
  },
);
export type LinuxContainerUser = InferStruct<typeof linuxContainerUser>;

export const containerUser = struct('io.k8s.api.core.v1.ContainerUser', "The user of a container's first process.", {
  linux: ref(linuxContainerUser, 'The IDs on Linux.'),
});
export type ContainerUser = InferStruct<typeof containerUser>;

export const imageVolumeStatus = struct('io.k8s.api.core.v1.ImageVolumeStatus', 'The image mounted as a volume.', {
  imageRef: required(string("The image's digest."), { omitEmpty: true }),
});
export type ImageVolumeStatus = InferStruct<typeof imageVolumeStatus>;

export const volumeStatus = struct('io.k8s.api.core.v1.VolumeStatus', 'What is known of a mounted volume.', {
  image: ref(imageVolumeStatus, 'The image, where the volume is one.'),
});
export type VolumeStatus = InferStruct<typeof volumeStatus>;

export const volumeMountStatus = struct(
  'io.k8s.api.core.v1.VolumeMountStatus',
  'How a volume is mounted in a container.',
  {
    mountPath: required(string('The path in the container.')),
    name: required(string('The volume, by its name in the pod.')),
    readOnly: boolean('Whether it can only be read.'),
    recursiveReadOnly: pointer(string('How mounts below it are treated.', { goType: 'v1.RecursiveReadOnlyMode' })),
    volumeStatus: ref(volumeStatus, 'What is known of the volume.'),
  },
);
export type VolumeMountStatus = InferStruct<typeof volumeMountStatus>;

export const containerStatus = struct('io.k8s.api.core.v1.ContainerStatus', 'How a container of a pod is doing.', {
  allocatedResources: map(quantity(), 'What the node has set aside for it, by resource.'),
  allocatedResourcesStatus: list(ref(resourceStatus), 'How well its devices are.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  containerID: string("The container's ID, as `<runtime>://<id>`."),
  image: required(string('The image it runs.')),
  imageID: required(string('The digest of that image.')),
  lastState: always(ref(containerState, 'What it did before its last restart.')),
  name: required(string("The container's name.")),
  ready: required(boolean('Whether it can do its service.')),
  resources: ref(resourceRequirements, 'The resources in effect.'),
  restartCount: required(int32('How often it has been restarted.')),
  started: pointer(boolean('Whether it has passed its startup probe and postStart hook.')),
  state: always(ref(containerState, 'What it is doing now.')),
  stopSignal: pointer(oneOf(signals, 'The signal that asks it to stop.', { goType: 'v1.Signal' })),
  user: ref(containerUser, 'The user of its first process.'),
  volumeMounts: list(ref(volumeMountStatus), 'How its volumes are mounted.', {
    listType: 'map',
    patchMergeKey: 'mountPath',
    patchStrategy: 'merge',
    listMapKeys: ['mountPath'],
  }),
});
export type ContainerStatus = InferStruct<typeof containerStatus>;

export const containerExtendedResourceRequest = struct(
  'io.k8s.api.core.v1.ContainerExtendedResourceRequest',
  'Which request of a claim serves which resource of a container.',
  {
    containerName: required(string('The container.')),
    requestName: required(string('The request in the claim.')),
    resourceName: required(string('The resource.')),
  },
);
export type ContainerExtendedResourceRequest = InferStruct<typeof containerExtendedResourceRequest>;

export const podExtendedResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodExtendedResourceClaimStatus',
  'The claim made for resources that a device driver serves.',
  {
    requestMappings: required(
      list(ref(containerExtendedResourceRequest), "Which request serves which container's resource.", {
        listType: 'atomic',
      }),
    ),
    resourceClaimName: required(string('The claim that was made.')),
  },
);
export type PodExtendedResourceClaimStatus = InferStruct<typeof podExtendedResourceClaimStatus>;

export const hostIP = struct('io.k8s.api.core.v1.HostIP', 'An address of the node.', {
  ip: required(string('The address.')),
});
export type HostIP = InferStruct<typeof hostIP>;

export const nodeAllocatableResourceClaimStatus = struct(
  'io.k8s.api.core.v1.NodeAllocatableResourceClaimStatus',
  "What a claim takes from the node's own resources.",
  {
    containers: list(string(), 'The containers that use the claim.', { listType: 'set' }),
    resourceClaimName: required(string('The claim.')),
    resources: required(map(quantity(), 'How much it takes, by resource.')),
  },
);
export type NodeAllocatableResourceClaimStatus = InferStruct<typeof nodeAllocatableResourceClaimStatus>;

export const podIP = struct('io.k8s.api.core.v1.PodIP', 'An address of the pod.', {
  ip: required(string('The address.')),
});
export type PodIP = InferStruct<typeof podIP>;

export const podResourceClaimStatus = struct(
  'io.k8s.api.core.v1.PodResourceClaimStatus',
  "The claim made for one of the pod's resource claims.",
  {
    name: required(string('The claim, by its name in the pod.')),
    resourceClaimName: pointer(string('The claim that was made, if any.')),
  },
);
export type PodResourceClaimStatus = InferStruct<typeof podResourceClaimStatus>;

export const podStatus = struct('io.k8s.api.core.v1.PodStatus', 'How a pod is doing.', {
  allocatedResources: map(quantity(), 'What the node has set aside for the whole pod.'),
  conditions: list(ref(podCondition), 'What can be said of the pod now.', {
    listType: 'map',
    patchMergeKey: 'type',
    patchStrategy: 'merge',
    listMapKeys: ['type'],
  }),
  containerStatuses: list(ref(containerStatus), 'How its containers are doing.', { listType: 'atomic' }),
  ephemeralContainerStatuses: list(ref(containerStatus), 'How containers added later are doing.', {
    listType: 'atomic',
  }),
  extendedResourceClaimStatus: ref(
    podExtendedResourceClaimStatus,
    'The claim made for resources that a device driver serves.',
  ),
  hostIP: string("The node's address."),
  hostIPs: list(ref(hostIP), 'All addresses of the node.', {
    listType: 'atomic',
    patchMergeKey: 'ip',
    patchStrategy: 'merge',
  }),
  initContainerStatuses: list(ref(containerStatus), 'How its init containers are doing, in their order.', {
    listType: 'atomic',
  }),
  message: string('Why the pod is in this state, in words.'),
  nodeAllocatableResourceClaimStatuses: list(
    ref(nodeAllocatableResourceClaimStatus),
    "What its claims take from the node's own resources.",
    { listType: 'atomic' },
  ),
  nominatedNodeName: string('The node on which room is being made for it.'),
  observedGeneration: int64('The generation of the pod to which the status refers.'),
  phase: oneOf(
    ['Failed', 'Pending', 'Running', 'Succeeded', 'Unknown'],
    'Where the pod is in its life: Pending, Running, Succeeded, Failed or Unknown.',
    { goType: 'v1.PodPhase' },
  ),
  podIP: string("The pod's address."),
  podIPs: list(ref(podIP), 'All addresses of the pod.', {
    listType: 'map',
    patchMergeKey: 'ip',
    patchStrategy: 'merge',
    listMapKeys: ['ip'],
  }),
  qosClass: oneOf(
    ['BestEffort', 'Burstable', 'Guaranteed'],
    'Guaranteed, Burstable or BestEffort, by its requests and limits.',
    { goType: 'v1.PodQOSClass' },
  ),
  reason: string('Why the pod is in this state, in one CamelCase word.'),
  resize: string('How far a resize of resources has come, in the older form.', { goType: 'v1.PodResizeStatus' }),
  resourceClaimStatuses: list(ref(podResourceClaimStatus), 'Which claims were made for it.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listMapKeys: ['name'],
  }),
  resources: ref(resourceRequirements, 'The resources in effect for the whole pod.'),
  startTime: time('When the pod was taken up by its node.'),
});
export type PodStatus = InferStruct<typeof podStatus>;
