import {
  always,
  boolean,
  int32,
  int64,
  list,
  map,
  opaque,
  pointer,
  ref,
  required,
  string,
  struct,
  time,
  type InferStruct,
} from './schema.js';

/** What says of which kind a document is. */
export const typeMeta = {
  apiVersion: string('Group and version of the API in which the document is written, such as `batch/v1`.'),
  kind: string('The kind of object that the document describes, in CamelCase.'),
};

export const managedFieldsEntry = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry',
  'Which fields someone has set, for server-side apply.',
  {
    apiVersion: string('The version in which the fields are named.'),
    fieldsType: string('The format of `fieldsV1`: always FieldsV1.'),
    fieldsV1: opaque('The fields, as a tree.'),
    manager: string('Who set the fields.'),
    operation: string('How: Apply or Update.', { goType: 'v1.ManagedFieldsOperationType' }),
    subresource: string('The subresource through which they were set.'),
    time: time('When they were last set.'),
  },
);
export type ManagedFieldsEntry = InferStruct<typeof managedFieldsEntry>;

export const ownerReference = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference',
  'The object because of which another exists and with which it goes.',
  {
    apiVersion: required(string("Group and version of the owner's API.")),
    blockOwnerDeletion: pointer(
      boolean('Whether the owner, deleted in the foreground, waits for this object to be gone.'),
    ),
    controller: pointer(boolean('Whether the owner is the one that controls the object.')),
    kind: required(string("The owner's kind.")),
    name: required(string("The owner's name.")),
    uid: required(string("The owner's UID.", { goType: 'types.UID' })),
  },
  { mapType: 'atomic' },
);
export type OwnerReference = InferStruct<typeof ownerReference>;

export const objectMeta = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta', 'What every object has.', {
  annotations: map(string(), 'Notes for programs, which cannot be selected by.'),
  creationTimestamp: time('When the object was created.'),
  deletionGracePeriodSeconds: pointer(
    int64('How many seconds the object has to end in order once it is being deleted.'),
  ),
  deletionTimestamp: time('When the object is to be gone; set as soon as its deletion is asked for.'),
  finalizers: list(string(), 'Names of those who must agree before the object is removed.', {
    listType: 'set',
    patchStrategy: 'merge',
  }),
  generateName: string('The beginning of a name that the server makes unique, in place of `name`.'),
  generation: int64('How often what the object wants has changed.'),
  labels: map(string(), 'Names by which objects are grouped and selected.'),
  managedFields: list(ref(managedFieldsEntry), 'Who has set which fields.', { listType: 'atomic' }),
  name: string("The object's name, unique among its kind within its namespace."),
  namespace: string('The namespace in which the object lives.'),
  ownerReferences: list(
    ref(ownerReference),
    'The objects because of which this one exists; it goes with the last of them.',
    { listType: 'map', patchMergeKey: 'uid', patchStrategy: 'merge', listMapKeys: ['uid'] },
  ),
  resourceVersion: string('The version of the object, which grows with every change.'),
  selfLink: string('No longer used.'),
  uid: string('What tells the object from all others at all times, even of the same name.', { goType: 'types.UID' }),
});
export type ObjectMeta = InferStruct<typeof objectMeta>;

/** What every kind's document begins with. */
export const objectFields = {
  ...typeMeta,
  metadata: always(ref(objectMeta, 'Name, labels and whatever else every object has.')),
};

export const labelSelectorRequirement = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement',
  'A condition on one label.',
  {
    key: required(string("The label's name.")),
    operator: required(
      string('How it is compared: In, NotIn, Exists or DoesNotExist.', { goType: 'v1.LabelSelectorOperator' }),
    ),
    values: list(string(), 'What it is compared with; nothing for Exists and DoesNotExist.', { listType: 'atomic' }),
  },
);
export type LabelSelectorRequirement = InferStruct<typeof labelSelectorRequirement>;

export const labelSelector = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector',
  'A choice of objects by their labels; all conditions must hold, and without any it is all objects.',
  {
    matchExpressions: list(ref(labelSelectorRequirement), 'Conditions on labels.', { listType: 'atomic' }),
    matchLabels: map(string(), 'Labels and the values they must have.'),
  },
  { mapType: 'atomic' },
);
export type LabelSelector = InferStruct<typeof labelSelector>;

export const statusCause = struct('io.k8s.apimachinery.pkg.apis.meta.v1.StatusCause', 'One reason for a failure.', {
  field: string('The field to blame, such as `spec.containers[0].image`.'),
  message: string('What is wrong with it, in words.'),
  reason: string('What is wrong with it, in one CamelCase word.', { goType: 'v1.CauseType' }),
});
export type StatusCause = InferStruct<typeof statusCause>;

export const statusDetails = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.StatusDetails',
  'What a failed request was about.',
  {
    causes: list(ref(statusCause), 'The single reasons.', { listType: 'atomic' }),
    group: string('The API group of the object.'),
    kind: string('The kind or resource of the object.'),
    name: string("The object's name."),
    retryAfterSeconds: int32('After how many seconds to try again.'),
    uid: string("The object's UID.", { goType: 'types.UID' }),
  },
);
export type StatusDetails = InferStruct<typeof statusDetails>;

export const shardInfo = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.ShardInfo',
  'Which part of a divided list this is.',
  {
    selector: required(string('The part that was asked for.')),
  },
);
export type ShardInfo = InferStruct<typeof shardInfo>;

export const listMeta = struct('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta', 'What every list has.', {
  continue: string('Where the next page begins; empty on the last one.'),
  remainingItemCount: pointer(int64('How many items follow on further pages, if that is known.')),
  resourceVersion: string('The version of the whole list, from which a watch can go on.'),
  selfLink: string('No longer used.'),
  shardInfo: ref(shardInfo, 'Which part of a divided list this is.'),
});
export type ListMeta = InferStruct<typeof listMeta>;

export const status = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Status',
  'The answer to a request that answers with no object.',
  {
    ...typeMeta,
    code: int32('The HTTP status.'),
    details: ref(statusDetails, 'What the request was about.'),
    message: string('What happened, in words.'),
    metadata: always(ref(listMeta, 'What every list has.')),
    reason: string('Why it failed, in one CamelCase word.', { goType: 'v1.StatusReason' }),
    status: string('Success or Failure.'),
  },
);
export type Status = InferStruct<typeof status>;

export const preconditions = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.Preconditions',
  'What must be true of an object for it to be deleted.',
  {
    resourceVersion: pointer(string('The version it must have.')),
    uid: pointer(string('The UID it must have.', { goType: 'types.UID' })),
  },
);
export type Preconditions = InferStruct<typeof preconditions>;

export const deleteOptions = struct('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions', 'How an object is deleted.', {
  ...typeMeta,
  dryRun: list(string(), 'With All nothing is changed.', { listType: 'atomic' }),
  gracePeriodSeconds: pointer(int64('How many seconds the object has to end in order; 0 removes it at once.')),
  ignoreStoreReadErrorWithClusterBreakingPotential: pointer(
    boolean('Whether an object that cannot be read is removed all the same.'),
  ),
  orphanDependents: pointer(boolean('The older form of `propagationPolicy`: whether dependents stay.')),
  preconditions: ref(preconditions, 'What must be true of the object.'),
  propagationPolicy: pointer(
    string('What becomes of dependents: Orphan, Background or Foreground.', { goType: 'v1.DeletionPropagation' }),
  ),
});
export type DeleteOptions = InferStruct<typeof deleteOptions>;
