import type { KubeObject } from '../../apis/meta/v1/object.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { MetadataChange } from '../../controllers/decision.js';

type Meta = KubeObject['metadata'];
type Texts = Meta['labels'];

/**
 * The metadata after a change; the same object when nothing differs, or when somebody else has become the controller
 * meanwhile (two may reach for the same orphan).
 */
export function changeMetadata(meta: Meta, change: MetadataChange): Meta {
  if (isTaken(meta, change.setOwnerReference)) return meta;
  const finalizers = changeFinalizers(meta.finalizers, change);
  const labels = changeTexts(meta.labels, change.labels);
  const annotations = changeTexts(meta.annotations, change.annotations);
  const ownerReferences = changeOwners(meta.ownerReferences, change);
  if (
    finalizers === meta.finalizers &&
    labels === meta.labels &&
    annotations === meta.annotations &&
    ownerReferences === meta.ownerReferences
  ) {
    return meta;
  }
  const { finalizers: _f, labels: _l, annotations: _a, ownerReferences: _o, ...rest } = meta;
  return {
    ...rest,
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...(ownerReferences?.length && { ownerReferences }),
    ...(finalizers?.length && { finalizers }),
  };
}

function isTaken(meta: Meta, claim: OwnerReference | undefined): boolean {
  if (claim?.controller !== true) return false;
  return (meta.ownerReferences ?? []).some(({ controller, uid }) => controller === true && uid !== claim.uid);
}

function changeFinalizers(finalizers: Meta['finalizers'], change: MetadataChange): Meta['finalizers'] {
  const had = finalizers ?? [];
  const added = (change.addFinalizers ?? []).filter((f) => !had.includes(f));
  const removed = change.removeFinalizers ?? [];
  if (added.length === 0 && !had.some((f) => removed.includes(f))) return finalizers;
  return [...had.filter((f) => !removed.includes(f)), ...added];
}

function changeTexts(texts: Texts, change: { readonly [key: string]: string | null } | undefined): Texts {
  const changed = Object.entries(change ?? {}).filter(([key, value]) => (texts?.[key] ?? null) !== value);
  if (changed.length === 0) return texts;
  const result: Record<string, string> = { ...texts };
  for (const [key, value] of changed) {
    if (value === null) delete result[key];
    else result[key] = value;
  }
  return Object.keys(result).length === 0 ? undefined : result;
}

function changeOwners(owners: Meta['ownerReferences'], change: MetadataChange): Meta['ownerReferences'] {
  let result = owners ?? [];
  const { setOwnerReference: set, removeOwnerReference: remove, unblockOwnerReference: unblock } = change;
  if (set && !result.some((o) => sameOwner(o, set))) result = [...result.filter((o) => o.uid !== set.uid), set];
  if (remove && result.some((o) => o.uid === remove.uid)) result = result.filter((o) => o.uid !== remove.uid);
  if (unblock && result.some((o) => o.uid === unblock.uid && o.blockOwnerDeletion)) {
    result = result.map((o) => (o.uid === unblock.uid ? { ...o, blockOwnerDeletion: false } : o));
  }
  return result === owners || (owners === undefined && result.length === 0) ? owners : result;
}

function sameOwner(a: OwnerReference, b: OwnerReference): boolean {
  return (
    a.uid === b.uid &&
    a.name === b.name &&
    a.kind === b.kind &&
    a.apiVersion === b.apiVersion &&
    a.controller === b.controller &&
    a.blockOwnerDeletion === b.blockOwnerDeletion
  );
}
