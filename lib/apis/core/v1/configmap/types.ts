import { boolean, bytes, map, pointer, string, struct, type InferStruct } from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

export const configMap = struct(
  'io.k8s.api.core.v1.ConfigMap',
  'Settings that pods read as files or as environment variables.',
  {
    ...objectFields,
    binaryData: map(bytes(), 'Values that are no UTF-8 text, in base64.'),
    data: map(string(), 'Values that are text, by key.'),
    immutable: pointer(boolean('Whether the data may never change again.')),
  },
);
export type ConfigMap = Served<InferStruct<typeof configMap>>;
