import {
  always,
  boolean,
  int32,
  int64,
  list,
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
import { objectFields, objectMeta } from '../../../meta/v1/types.js';
import { localObjectReference } from '../references.js';
import { container, ephemeralContainer } from './containers.js';
import { resourceRequirements } from './resources.js';
import { affinity, toleration, topologySpreadConstraint } from './scheduling.js';
import { podSecurityContext } from './security.js';
import { podStatus } from './status.js';
import { volume } from './volumes.js';
import type { Served } from '../../../meta/v1/object.js';

export const podDNSConfigOption = struct('io.k8s.api.core.v1.PodDNSConfigOption', 'An option of the name resolver.', {
  name: string("The option's name."),
  value: pointer(string("The option's value.")),
});
export type PodDNSConfigOption = InferStruct<typeof podDNSConfigOption>;

export const podDNSConfig = struct(
  'io.k8s.api.core.v1.PodDNSConfig',
  'How names are resolved in a pod, beside what its policy says.',
  {
    nameservers: list(string(), 'Addresses of further name servers.', { listType: 'atomic' }),
    options: list(ref(podDNSConfigOption), 'Options of the resolver.', { listType: 'atomic' }),
    searches: list(string(), 'Further domains to search.', { listType: 'atomic' }),
  },
);
export type PodDNSConfig = InferStruct<typeof podDNSConfig>;

export const hostAlias = struct('io.k8s.api.core.v1.HostAlias', "An entry in the pod's hosts file.", {
  hostnames: list(string(), 'The names.', { listType: 'atomic' }),
  ip: required(string('The address they stand for.')),
});
export type HostAlias = InferStruct<typeof hostAlias>;

export const podOS = struct('io.k8s.api.core.v1.PodOS', 'The operating system a pod is made for.', {
  name: required(string('linux or windows.', { goType: 'v1.OSName' })),
});
export type PodOS = InferStruct<typeof podOS>;

export const podReadinessGate = struct(
  'io.k8s.api.core.v1.PodReadinessGate',
  'A condition that must hold too before the pod is ready.',
  {
    conditionType: required(string("The condition's type.", { goType: 'v1.PodConditionType' })),
  },
);
export type PodReadinessGate = InferStruct<typeof podReadinessGate>;

export const podResourceClaim = struct(
  'io.k8s.api.core.v1.PodResourceClaim',
  'A claim to devices that the containers of a pod can use.',
  {
    name: required(string("The claim's name in the pod.")),
    resourceClaimName: pointer(string('An existing claim.')),
    resourceClaimTemplateName: pointer(string('A template from which a claim is made for this pod alone.')),
  },
);
export type PodResourceClaim = InferStruct<typeof podResourceClaim>;

export const podSchedulingGate = struct(
  'io.k8s.api.core.v1.PodSchedulingGate',
  'Something that keeps a pod from being scheduled.',
  {
    name: required(string("The gate's name.")),
  },
);
export type PodSchedulingGate = InferStruct<typeof podSchedulingGate>;

export const podSchedulingGroup = struct(
  'io.k8s.api.core.v1.PodSchedulingGroup',
  'The group with which a pod is scheduled; exactly one way to name it.',
  {
    podGroupName: pointer(string("The pod group's name.")),
  },
  { unions: [{ fieldsToDiscriminateBy: { podGroupName: 'PodGroupName' } }] },
);
export type PodSchedulingGroup = InferStruct<typeof podSchedulingGroup>;

export const podSpec = struct('io.k8s.api.core.v1.PodSpec', 'What a pod runs, and how.', {
  activeDeadlineSeconds: pointer(int64('How many seconds the pod may run before it is made to fail.')),
  affinity: ref(affinity, 'Near and far from what the pod should run.'),
  automountServiceAccountToken: pointer(boolean('Whether the pod gets a token of its service account.')),
  containers: required(
    list(ref(container), 'The programs of the pod; at least one.', {
      listType: 'map',
      patchMergeKey: 'name',
      patchStrategy: 'merge',
      listMapKeys: ['name'],
    }),
  ),
  dnsConfig: ref(podDNSConfig, 'How names are resolved, beside what the policy says.'),
  dnsPolicy: oneOf(
    ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'],
    "From where the resolver's settings come; ClusterFirst unless given.",
    { goType: 'v1.DNSPolicy' },
  ),
  enableServiceLinks: pointer(boolean('Whether services appear as environment variables; true unless given.')),
  ephemeralContainers: list(ref(ephemeralContainer), 'Containers added to the running pod, to look into it.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  hostAliases: list(ref(hostAlias), 'Further entries in the hosts file.', {
    listType: 'map',
    patchMergeKey: 'ip',
    patchStrategy: 'merge',
    listMapKeys: ['ip'],
  }),
  hostIPC: boolean("Whether the pod shares the host's inter-process communication."),
  hostNetwork: boolean("Whether the pod shares the host's network."),
  hostPID: boolean("Whether the pod sees the host's processes."),
  hostUsers: pointer(boolean("Whether user IDs are the host's own; true unless given.")),
  hostname: string("The pod's host name; its own name without it."),
  hostnameOverride: pointer(string("The pod's host name exactly as given, apart from any domain.")),
  imagePullSecrets: list(ref(localObjectReference), 'Secrets with the credentials for pulling images.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  initContainers: list(ref(container), 'Containers that run one after the other before all others start.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  nodeName: string('The node on which the pod runs.'),
  nodeSelector: map(string(), 'Labels a node must have.', { mapType: 'atomic' }),
  os: ref(podOS, 'The operating system the pod is made for.'),
  overhead: map(quantity(), 'What the pod itself takes beside its containers, by resource.'),
  preemptionPolicy: pointer(
    oneOf(['Never', 'PreemptLowerPriority'], 'Whether the pod may push others aside: PreemptLowerPriority or Never.', {
      goType: 'v1.PreemptionPolicy',
    }),
  ),
  priority: pointer(int32('How important the pod is; the higher, the more.')),
  priorityClassName: string('The class that sets the priority.'),
  readinessGates: list(ref(podReadinessGate), 'Conditions that must hold too before the pod is ready.', {
    listType: 'atomic',
  }),
  resourceClaims: list(ref(podResourceClaim), 'Claims to devices that the containers can use.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listMapKeys: ['name'],
  }),
  resources: ref(resourceRequirements, 'Resources of the pod as a whole.'),
  restartPolicy: oneOf(['Always', 'Never', 'OnFailure'], 'When containers restart: Always, OnFailure or Never.', {
    goType: 'v1.RestartPolicy',
  }),
  runtimeClassName: pointer(string('The runtime class with which the pod runs.')),
  schedulerName: string('The scheduler that chooses the node.'),
  schedulingGates: list(ref(podSchedulingGate), 'What keeps the pod from being scheduled.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
  schedulingGroup: ref(podSchedulingGroup, 'The group with which the pod is scheduled.'),
  securityContext: ref(podSecurityContext, 'As whom and with which rights the containers run.'),
  serviceAccount: string('The older name of `serviceAccountName`.'),
  serviceAccountName: string('The service account whose identity the pod has.'),
  setHostnameAsFQDN: pointer(boolean('Whether the host name includes the domain.')),
  shareProcessNamespace: pointer(boolean("Whether the containers see each other's processes.")),
  subdomain: string("The domain in which the pod's name lies."),
  terminationGracePeriodSeconds: pointer(
    int64('How many seconds the pod has to stop before it is killed; 30 unless given.'),
  ),
  tolerations: list(ref(toleration), 'Taints of nodes that the pod puts up with.', { listType: 'atomic' }),
  topologySpreadConstraints: list(ref(topologySpreadConstraint), 'How evenly like pods are to be spread.', {
    listType: 'map',
    patchMergeKey: 'topologyKey',
    patchStrategy: 'merge',
    listMapKeys: ['topologyKey', 'whenUnsatisfiable'],
  }),
  volumes: list(ref(volume), 'Volumes that the containers can mount.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge,retainKeys',
    listMapKeys: ['name'],
  }),
});
export type PodSpec = InferStruct<typeof podSpec>;

export const podTemplateSpec = struct(
  'io.k8s.api.core.v1.PodTemplateSpec',
  'The pod that a controller makes, again and again.',
  {
    metadata: always(ref(objectMeta, 'Labels and annotations given to every pod made from the template.')),
    spec: always(ref(podSpec, 'What each pod made from the template is to run.')),
  },
);
export type PodTemplateSpec = InferStruct<typeof podTemplateSpec>;

export const pod = struct('io.k8s.api.core.v1.Pod', 'Containers that run together, once, in one place.', {
  ...objectFields,
  spec: always(ref(podSpec, 'What the pod is to run.')),
  status: always(ref(podStatus, 'How the pod is doing, as last reported.')),
});
export type Pod = Served<InferStruct<typeof pod>>;
