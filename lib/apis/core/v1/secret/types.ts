import { boolean, bytes, map, pointer, string, struct, type InferStruct } from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import type { Served } from '../../../meta/v1/object.js';

export const secret = struct(
  'io.k8s.api.core.v1.Secret',
  'Confidential values that pods read as files or as environment variables.',
  {
    ...objectFields,
    data: map(bytes(), 'The values, in base64, by key.'),
    immutable: pointer(boolean('Whether the data may never change again.')),
    stringData: map(string(), 'Values as plain text; written into `data`, over which they win, and never answered.'),
    type: string('What kind of secret it is, which says what keys it has; Opaque unless given.', {
      goType: 'v1.SecretType',
    }),
  },
);
export type Secret = Served<InferStruct<typeof secret>>;
