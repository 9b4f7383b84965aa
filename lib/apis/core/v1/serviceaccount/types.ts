import { boolean, list, pointer, ref, struct, type InferStruct } from '../../../meta/v1/schema.js';
import { objectFields } from '../../../meta/v1/types.js';
import { localObjectReference, objectReference } from '../references.js';
import type { Served } from '../../../meta/v1/object.js';

export const serviceAccount = struct('io.k8s.api.core.v1.ServiceAccount', 'The identity of the programs in a pod.', {
  ...objectFields,
  automountServiceAccountToken: pointer(boolean('Whether pods get a token of this account unless they say otherwise.')),
  imagePullSecrets: list(
    ref(localObjectReference),
    'Secrets with credentials for pulling images, given to pods of this account.',
    { listType: 'atomic' },
  ),
  secrets: list(ref(objectReference), 'Secrets that pods of this account may use.', {
    listType: 'map',
    patchMergeKey: 'name',
    patchStrategy: 'merge',
    listMapKeys: ['name'],
  }),
});
export type ServiceAccount = Served<InferStruct<typeof serviceAccount>>;
