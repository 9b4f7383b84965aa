import {
  always,
  boolean,
  list,
  oneOf,
  pointer,
  ref,
  required,
  string,
  struct,
  type InferStruct,
} from '../../../meta/v1/schema.js';
import { labelSelector, objectMeta } from '../../../meta/v1/types.js';
import { typedLocalObjectReference, typedObjectReference } from '../references.js';
import { volumeResourceRequirements } from './resources.js';

export const persistentVolumeClaimSpec = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimSpec',
  'What is asked of a persistent volume.',
  {
    accessModes: list(
      oneOf(['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'], '', {
        goType: 'v1.PersistentVolumeAccessMode',
      }),
      'How it is to be used: by one node or many, for reading or writing.',
      { listType: 'atomic' },
    ),
    dataSource: ref(typedLocalObjectReference, 'From what it is filled at first: a snapshot or another claim.'),
    dataSourceRef: ref(typedObjectReference, 'As `dataSource`, and from any other kind of object.'),
    resources: always(ref(volumeResourceRequirements, 'How big it must be.')),
    selector: ref(labelSelector, 'Which volumes come into question, by their labels.'),
    storageClassName: pointer(string('The storage class to take it from.')),
    volumeAttributesClassName: pointer(string('The class that sets its attributes.')),
    volumeMode: pointer(
      oneOf(['Block', 'Filesystem'], 'Whether it holds a file system or is a raw block device.', {
        goType: 'v1.PersistentVolumeMode',
      }),
    ),
    volumeName: string('The very volume to use.'),
  },
);
export type PersistentVolumeClaimSpec = InferStruct<typeof persistentVolumeClaimSpec>;

export const persistentVolumeClaimTemplate = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimTemplate',
  "The claim made for a pod's ephemeral volume.",
  {
    metadata: always(ref(objectMeta, 'Labels and annotations given to the claim.')),
    spec: required(ref(persistentVolumeClaimSpec, 'What is asked of the volume.')),
  },
);
export type PersistentVolumeClaimTemplate = InferStruct<typeof persistentVolumeClaimTemplate>;

export const ephemeralVolumeSource = struct(
  'io.k8s.api.core.v1.EphemeralVolumeSource',
  'A volume claimed for the pod alone.',
  {
    volumeClaimTemplate: ref(persistentVolumeClaimTemplate, "The claim to make; it is the pod's and goes with it."),
  },
);
export type EphemeralVolumeSource = InferStruct<typeof ephemeralVolumeSource>;

export const persistentVolumeClaimVolumeSource = struct(
  'io.k8s.api.core.v1.PersistentVolumeClaimVolumeSource',
  'The volume bound to a claim.',
  {
    claimName: required(string("The claim, in the pod's namespace.")),
    readOnly: boolean('Whether the volume is mounted so that nothing can be written to it.'),
  },
);
export type PersistentVolumeClaimVolumeSource = InferStruct<typeof persistentVolumeClaimVolumeSource>;
