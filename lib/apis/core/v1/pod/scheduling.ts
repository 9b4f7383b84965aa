import {
  int32,
  int64,
  list,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { labelSelector } from '../../../meta/v1/types.js';

export const nodeSelectorRequirement = struct(
  'io.k8s.api.core.v1.NodeSelectorRequirement',
  'A condition on one label or field of a node.',
  {
    key: required(string("The label's or field's name.")),
    operator: required(
      oneOf(
        ['DoesNotExist', 'Exists', 'Gt', 'In', 'Lt', 'NotIn'],
        'How they are compared: In, NotIn, Exists, DoesNotExist, Gt or Lt.',
        { goType: 'v1.NodeSelectorOperator' },
      ),
    ),
    values: list(
      string(),
      'What they are compared with; one integer for Gt and Lt, nothing for Exists and DoesNotExist.',
      { listType: 'atomic' },
    ),
  },
);
export type NodeSelectorRequirement = InferStruct<typeof nodeSelectorRequirement>;

export const nodeSelectorTerm = struct(
  'io.k8s.api.core.v1.NodeSelectorTerm',
  'Conditions that must all hold for a node.',
  {
    matchExpressions: list(ref(nodeSelectorRequirement), 'Conditions on its labels.', { listType: 'atomic' }),
    matchFields: list(ref(nodeSelectorRequirement), 'Conditions on its fields.', { listType: 'atomic' }),
  },
  { mapType: 'atomic' },
);
export type NodeSelectorTerm = InferStruct<typeof nodeSelectorTerm>;

export const preferredSchedulingTerm = struct(
  'io.k8s.api.core.v1.PreferredSchedulingTerm',
  'A wish for certain nodes.',
  {
    preference: required(ref(nodeSelectorTerm, 'The nodes wished for.')),
    weight: required(int32('How strong the wish is, from 1 to 100.')),
  },
);
export type PreferredSchedulingTerm = InferStruct<typeof preferredSchedulingTerm>;

export const nodeSelector = struct(
  'io.k8s.api.core.v1.NodeSelector',
  'Nodes of which at least one term must be true.',
  {
    nodeSelectorTerms: required(list(ref(nodeSelectorTerm), 'The alternatives.', { listType: 'atomic' })),
  },
  { mapType: 'atomic' },
);
export type NodeSelector = InferStruct<typeof nodeSelector>;

export const nodeAffinity = struct('io.k8s.api.core.v1.NodeAffinity', 'On which nodes a pod should run.', {
  preferredDuringSchedulingIgnoredDuringExecution: list(
    ref(preferredSchedulingTerm),
    'Wishes, weighed against each other.',
    { listType: 'atomic' },
  ),
  requiredDuringSchedulingIgnoredDuringExecution: ref(nodeSelector, 'What a node must fulfil.'),
});
export type NodeAffinity = InferStruct<typeof nodeAffinity>;

export const podAffinityTerm = struct(
  'io.k8s.api.core.v1.PodAffinityTerm',
  'Pods near which, or far from which, a pod should run.',
  {
    labelSelector: ref(labelSelector, 'The other pods, by their labels.'),
    matchLabelKeys: list(string(), 'Labels in which the other pods must agree with this one.', { listType: 'atomic' }),
    mismatchLabelKeys: list(string(), 'Labels in which the other pods must differ from this one.', {
      listType: 'atomic',
    }),
    namespaceSelector: ref(labelSelector, "The other pods' namespaces, by their labels."),
    namespaces: list(string(), "The other pods' namespaces, by name; this pod's own when neither is given.", {
      listType: 'atomic',
    }),
    topologyKey: required(string('The node label that says what is near: nodes with the same value are one place.')),
  },
);
export type PodAffinityTerm = InferStruct<typeof podAffinityTerm>;

export const weightedPodAffinityTerm = struct(
  'io.k8s.api.core.v1.WeightedPodAffinityTerm',
  'A wish to be near, or far from, certain pods.',
  {
    podAffinityTerm: required(ref(podAffinityTerm, 'The pods meant.')),
    weight: required(int32('How strong the wish is, from 1 to 100.')),
  },
);
export type WeightedPodAffinityTerm = InferStruct<typeof weightedPodAffinityTerm>;

export const podAffinity = struct('io.k8s.api.core.v1.PodAffinity', 'Near which pods a pod should run.', {
  preferredDuringSchedulingIgnoredDuringExecution: list(
    ref(weightedPodAffinityTerm),
    'Wishes, weighed against each other.',
    { listType: 'atomic' },
  ),
  requiredDuringSchedulingIgnoredDuringExecution: list(ref(podAffinityTerm), 'What must be fulfilled, all of it.', {
    listType: 'atomic',
  }),
});
export type PodAffinity = InferStruct<typeof podAffinity>;

export const podAntiAffinity = struct('io.k8s.api.core.v1.PodAntiAffinity', 'Far from which pods a pod should run.', {
  preferredDuringSchedulingIgnoredDuringExecution: list(
    ref(weightedPodAffinityTerm),
    'Wishes, weighed against each other.',
    { listType: 'atomic' },
  ),
  requiredDuringSchedulingIgnoredDuringExecution: list(ref(podAffinityTerm), 'What must be fulfilled, all of it.', {
    listType: 'atomic',
  }),
});
export type PodAntiAffinity = InferStruct<typeof podAntiAffinity>;

export const affinity = struct('io.k8s.api.core.v1.Affinity', 'Where a pod should run, by nodes and by other pods.', {
  nodeAffinity: ref(nodeAffinity, 'On which nodes.'),
  podAffinity: ref(podAffinity, 'Near which pods.'),
  podAntiAffinity: ref(podAntiAffinity, 'Far from which pods.'),
});
export type Affinity = InferStruct<typeof affinity>;

export const toleration = struct('io.k8s.api.core.v1.Toleration', 'A taint of nodes that the pod puts up with.', {
  effect: oneOf(['NoExecute', 'NoSchedule', 'PreferNoSchedule'], 'The effect tolerated; all effects without it.', {
    goType: 'v1.TaintEffect',
  }),
  key: string("The taint's key; all taints without it, with the operator Exists."),
  operator: oneOf(['Equal', 'Exists', 'Gt', 'Lt'], 'Equal unless given; Exists for any value, Lt and Gt for numbers.', {
    goType: 'v1.TolerationOperator',
  }),
  tolerationSeconds: pointer(int64('How many seconds a NoExecute taint is borne; without it, for ever.')),
  value: string("The taint's value."),
});
export type Toleration = InferStruct<typeof toleration>;

export const topologySpreadConstraint = struct(
  'io.k8s.api.core.v1.TopologySpreadConstraint',
  'How evenly like pods are spread over places.',
  {
    labelSelector: ref(labelSelector, 'Which pods are counted as alike.'),
    matchLabelKeys: list(string(), 'Labels in which pods must agree with this one to be counted.', {
      listType: 'atomic',
    }),
    maxSkew: required(int32('By how many pods places may differ.')),
    minDomains: pointer(int32('How many places there should be at least.')),
    nodeAffinityPolicy: pointer(
      oneOf(
        ['Honor', 'Ignore'],
        'Whether nodes that the pod may not use are left out of the count (Honor) or not (Ignore).',
        { goType: 'v1.NodeInclusionPolicy' },
      ),
    ),
    nodeTaintsPolicy: pointer(
      oneOf(['Honor', 'Ignore'], 'Whether tainted nodes are left out of the count (Honor) or not (Ignore).', {
        goType: 'v1.NodeInclusionPolicy',
      }),
    ),
    topologyKey: required(string('The node label that says what a place is.')),
    whenUnsatisfiable: required(
      oneOf(
        ['DoNotSchedule', 'ScheduleAnyway'],
        'Whether the pod then waits (DoNotSchedule) or runs anyway (ScheduleAnyway).',
        { goType: 'v1.UnsatisfiableConstraintAction' },
      ),
    ),
  },
);
export type TopologySpreadConstraint = InferStruct<typeof topologySpreadConstraint>;
