import {
  always,
  list,
  nullable,
  oneOf,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

export const namespaceSpec = struct(
  'io.k8s.api.core.v1.NamespaceSpec',
  'What has to happen before a namespace may disappear.',
  {
    finalizers: list(
      string('', { goType: 'v1.FinalizerName' }),
      'Names of those who must agree before the namespace is removed; it is emptied while `kubernetes` is among them.',
      { listType: 'atomic' },
    ),
  },
);
export type NamespaceSpec = InferStruct<typeof namespaceSpec>;

export const namespaceCondition = struct(
  'io.k8s.api.core.v1.NamespaceCondition',
  'One thing that can be said of a namespace while it is being deleted.',
  {
    lastTransitionTime: nullable(time('When the condition last went from one status to another.')),
    message: string('An explanation for people.'),
    reason: string('An explanation for programs, in one CamelCase word.'),
    status: required(string('Whether the condition holds: True, False or Unknown.', { goType: 'v1.ConditionStatus' })),
    type: required(string('What is said of the namespace.', { goType: 'v1.NamespaceConditionType' })),
  },
);
export type NamespaceCondition = InferStruct<typeof namespaceCondition>;

export const namespaceStatus = struct('io.k8s.api.core.v1.NamespaceStatus', 'Where a namespace is in its life.', {
  conditions: list(ref(namespaceCondition), 'What keeps the namespace from being gone.', {
    listType: 'map',
    patchMergeKey: 'type',
    patchStrategy: 'merge',
    listMapKeys: ['type'],
  }),
  phase: oneOf(['Active', 'Terminating'], 'Active, or Terminating while it is being emptied.', {
    goType: 'v1.NamespacePhase',
  }),
});
export type NamespaceStatus = InferStruct<typeof namespaceStatus>;

export const namespace = struct('io.k8s.api.core.v1.Namespace', 'A scope for names, in which most objects live.', {
  ...objectFields,
  spec: always(ref(namespaceSpec, 'What has to happen before it may disappear.')),
  status: always(ref(namespaceStatus, 'Where it is in its life.')),
});
export type Namespace = Served<InferStruct<typeof namespace>>;
