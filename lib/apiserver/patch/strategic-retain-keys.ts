import { has, isList, type JsonMap } from './json-tree.js';
import { badFormat } from './patch-errors.js';
import { deletePrefix, orderPrefix } from './strategic-directives.js';

/** `$retainKeys` of a patch: the fields a map keeps, among which must be all that the patch itself sets. */
export function retainKeys(original: JsonMap, patch: JsonMap): JsonMap {
  if (!has(patch, '$retainKeys')) return original;
  const retained = patch['$retainKeys'];
  if (!isList(retained)) throw badFormat('retainKeys');
  const keys = new Set(retained);
  for (const key of Object.keys(patch)) {
    if (key === '$retainKeys' || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)) continue;
    if (patch[key] !== null && !keys.has(key)) throw badFormat('retainKeys');
  }
  return Object.fromEntries(Object.entries(original).filter(([key]) => keys.has(key)));
}
