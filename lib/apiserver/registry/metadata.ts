import type { ServedMeta } from '../../apis/meta/v1/object.js';
import { formatTime } from '../../apis/meta/v1/time.js';
import type { Ids } from '../../ports/ids.js';

type GivenMetadata = Partial<ServedMeta>;

/** Longest part of `generateName` that is used: with the five random letters a name has at most 63. */
const generatedBaseMax = 58;

/** A new object's metadata: what only the server sets is set, whatever the client wrote there. */
export function newMetadata(given: GivenMetadata, namespace: string, now: number, ids: Ids): ServedMeta {
  const { name: asked, generateName, labels, annotations, ownerReferences, finalizers } = given;
  const generated = generateName ? generateName.slice(0, generatedBaseMax) + ids.nameSuffix(5) : '';
  return {
    name: asked || generated,
    ...(generateName ? { generateName } : {}),
    ...(namespace ? { namespace } : {}),
    uid: ids.uid(),
    creationTimestamp: formatTime(now),
    ...(labels === undefined ? {} : { labels }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(ownerReferences === undefined ? {} : { ownerReferences }),
    ...(finalizers === undefined ? {} : { finalizers }),
  };
}

/**
 * The metadata of an update: what the client left out of the fields only the server sets stays as it is; what it wrote
 * there goes on to validation, which refuses changes.
 */
export function updatedMetadata(given: GivenMetadata, current: ServedMeta): ServedMeta {
  const { selfLink: _, managedFields: __, generation: ___, ...own } = given;
  return {
    ...own,
    name: given.name ?? current.name,
    ...kept('namespace', given.namespace || current.namespace),
    uid: given.uid || current.uid,
    creationTimestamp: current.creationTimestamp,
    ...kept('generation', current.generation),
    ...kept('deletionTimestamp', current.deletionTimestamp ?? given.deletionTimestamp),
    ...kept('deletionGracePeriodSeconds', given.deletionGracePeriodSeconds ?? current.deletionGracePeriodSeconds),
  };
}

function kept<N extends keyof ServedMeta>(name: N, value: ServedMeta[N]): { readonly [K in N]?: ServedMeta[N] } {
  return (value === undefined ? {} : { [name]: value }) as { readonly [K in N]?: ServedMeta[N] };
}
