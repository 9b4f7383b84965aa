import type { Struct } from '../../apis/meta/v1/schema.js';
import { has, isList, isMap, put, type JsonMap } from './json-tree.js';
import { badFormat, notAList, unknownDirective } from './patch-errors.js';
import { fieldOf, type PatchField, type PatchType } from './patch-field.js';
import { deletePrefix, orderPrefix, withoutDirectives } from './strategic-directives.js';
import { deleteFromPrimitiveList, mergeLists, setElementOrder } from './strategic-merge-lists.js';
import { retainKeys } from './strategic-retain-keys.js';

/**
 * Strategic merge patch: like a merge patch, but lists that the schema gives a merge key are merged item by item, and
 * directives in the patch (`$patch`, `$retainKeys`, `$deleteFromPrimitiveList/…`, `$setElementOrder/…`) say more than
 * JSON can. Neither argument changes; what the patch does not touch is shared with the result. Throws a StatusError.
 */
export function applyStrategicMergePatch(type: Struct, target: object, patch: JsonMap): JsonMap {
  return mergeMaps(target as JsonMap, patch, type);
}

function mergeMaps(original: JsonMap, patch: JsonMap, type: PatchType): JsonMap {
  if (has(patch, '$patch')) return byDirective(patch);
  const result: Record<string, unknown> = { ...retainKeys(original, patch) };
  const ordered = mergeOrderedLists(result, patch, type);
  for (const key of Object.keys(patch)) {
    if (key === '$retainKeys' || key.startsWith(orderPrefix) || ordered.has(key)) continue;
    if (key.startsWith(deletePrefix)) deleteItems(result, key.slice(deletePrefix.length), patch[key]);
    else mergeField(result, key, patch[key], type);
  }
  return result;
}

function byDirective(patch: JsonMap): JsonMap {
  const { $patch: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownDirective(directive, patch);
}

function mergeField(result: Record<string, unknown>, key: string, value: unknown, type: PatchType): void {
  if (value === null) {
    delete result[key];
    return;
  }
  const current = has(result, key) ? result[key] : undefined;
  if (isMap(current) && isMap(value)) put(result, key, mergeMaps(current, value, fieldOf(type, key).type));
  else if (isList(current) && isList(value)) put(result, key, mergeListField(current, value, fieldOf(type, key)));
  else put(result, key, withoutDirectives(value));
}

function mergeListField(current: readonly unknown[], patch: readonly unknown[], field: PatchField): readonly unknown[] {
  return field.strategy === 'merge' ? mergeLists(current, patch, field, mergeMaps) : patch;
}

/**
 * Lists whose order `$setElementOrder/<field>` gives: merges the patch's own list, if there is one, and orders the
 * result. Returns the names of the fields dealt with.
 */
function mergeOrderedLists(result: Record<string, unknown>, patch: JsonMap, type: PatchType): ReadonlySet<string> {
  const done = new Set<string>();
  for (const directive of Object.keys(patch)) {
    if (!directive.startsWith(orderPrefix)) continue;
    const key = directive.slice(orderPrefix.length);
    const order = listAt(patch, directive) ?? [];
    const current = listAt(result, key);
    const changes = listAt(patch, key);
    if (current === undefined && changes === undefined) continue;
    const field = fieldOf(type, key);
    const merged =
      current && changes
        ? mergeListField(current, changes, field)
        : (current ?? (withoutDirectives(changes) as readonly unknown[]));
    put(result, key, setElementOrder(merged, current ?? [], changes ?? [], order, field));
    done.add(key);
  }
  return done;
}

function listAt(map: JsonMap, key: string): readonly unknown[] | undefined {
  if (!has(map, key)) return undefined;
  const value = map[key];
  if (!isList(value)) throw notAList(value);
  return value;
}

function deleteItems(result: Record<string, unknown>, key: string, items: unknown): void {
  const current = has(result, key) ? result[key] : undefined;
  if (items === null) delete result[key];
  else if (!isList(items)) throw badFormat('primitive list');
  else if (isList(current)) put(result, key, deleteFromPrimitiveList(current, items));
}
