import { deepEqual } from '../../apis/meta/v1/deep-equal.js';
import type { OwnerReference } from '../../apis/meta/v1/types.js';
import type { Draft } from '../registry/registry.js';

/** The draft with each owner reference once; tells the client of those it wrote twice. */
export function dedupOwnerReferences(draft: Draft, warn: (text: string) => void): Draft {
  const given = draft.metadata?.ownerReferences;
  if (given === undefined || given.length < 2) return draft;
  const kept: OwnerReference[] = [];
  const duplicates: string[] = [];
  for (const reference of given) {
    if (kept.some((other) => deepEqual(other, reference))) duplicates.push(reference.uid);
    else kept.push(reference);
  }
  if (duplicates.length === 0) return draft;
  warn(
    '.metadata.ownerReferences contains duplicate entries; API server dedups owner references in 1.20+, and may ' +
      `reject such requests as early as 1.24; please fix your requests; duplicate UID(s) observed: ${duplicates.join(', ')}`,
  );
  return { ...draft, metadata: { ...draft.metadata, ownerReferences: kept } };
}
