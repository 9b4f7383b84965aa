import type { Kind } from './kind.js';
import { always, list, ref, required, struct, type Struct } from './schema.js';
import { listMeta, typeMeta } from './types.js';

/** The type of a list of objects of the kind: `JobList`. */
export function listOf(kind: Kind): Struct {
  return struct(`${kind.schema.name}List`, `Objects of kind ${kind.kind}.`, {
    ...typeMeta,
    items: required(list(ref(kind.schema), 'The objects, ordered by namespace and name.')),
    metadata: always(ref(listMeta, 'What every list has.')),
  });
}
