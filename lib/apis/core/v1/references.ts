import { nullable, pointer, required, string, struct, type InferStruct } from '../../meta/v1/schema.js';

export const localObjectReference = struct(
  'io.k8s.api.core.v1.LocalObjectReference',
  'An object of the same namespace, by name.',
  {
    name: string("The object's name.", { default: '' }),
  },
  { mapType: 'atomic' },
);
export type LocalObjectReference = InferStruct<typeof localObjectReference>;

export const typedLocalObjectReference = struct(
  'io.k8s.api.core.v1.TypedLocalObjectReference',
  'An object of the same namespace, by kind and name.',
  {
    apiGroup: nullable(pointer(string('The API group of its kind; the core group without it.'))),
    kind: required(string("The object's kind.")),
    name: required(string("The object's name.")),
  },
  { mapType: 'atomic' },
);
export type TypedLocalObjectReference = InferStruct<typeof typedLocalObjectReference>;

export const typedObjectReference = struct(
  'io.k8s.api.core.v1.TypedObjectReference',
  'An object of any namespace, by kind and name.',
  {
    apiGroup: nullable(pointer(string('The API group of its kind; the core group without it.'))),
    kind: required(string("The object's kind.")),
    name: required(string("The object's name.")),
    namespace: pointer(string("The object's namespace; that of the referrer without it.")),
  },
);
export type TypedObjectReference = InferStruct<typeof typedObjectReference>;

export const objectReference = struct(
  'io.k8s.api.core.v1.ObjectReference',
  'An object, or a part of it.',
  {
    apiVersion: string('Group and version of its API.'),
    fieldPath: string('The part of the object that is meant, such as `spec.containers{name}`.'),
    kind: string("The object's kind."),
    name: string("The object's name."),
    namespace: string("The object's namespace."),
    resourceVersion: string('The version of the object that is meant.'),
    uid: string("The object's UID.", { goType: 'types.UID' }),
  },
  { mapType: 'atomic' },
);
export type ObjectReference = InferStruct<typeof objectReference>;
