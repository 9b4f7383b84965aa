import { StatusError } from '../../apis/meta/v1/status-error.js';
import { goPrint } from './go-print.js';
import { has, isList, isMap, scalar, type JsonMap } from './json-tree.js';
import { internal, noMergeKey, unknownDirective } from './patch-errors.js';
import type { PatchField } from './patch-field.js';
import { withoutDirectives } from './strategic-directives.js';

type List = readonly unknown[];
export type MergeMaps = (original: JsonMap, patch: JsonMap, type: PatchField['type']) => JsonMap;

/** Merges a patch's list into a list of scalars, or of maps that are the same when their merge keys are. */
export function mergeLists(original: List, patch: List, field: PatchField, mergeMaps: MergeMaps): List {
  if (original.length === 0 && patch.length === 0) return original;
  const identity = identityOf(original, patch, field);
  if (identity === scalar) {
    return inOrder(
      [...new Map([...original, ...patch].map((v) => [scalar(v), v])).values()],
      patch,
      original,
      identity,
    );
  }
  const { kept, changes } = applyListDirectives(original as readonly JsonMap[], patch as readonly JsonMap[], field);
  const merged = mergeItems(kept, changes, field, mergeMaps);
  return inOrder(merged, changes, kept, identity);
}

/** `$deleteFromPrimitiveList/<field>`. */
export function deleteFromPrimitiveList(original: List, items: List): List {
  const gone = new Set(items.map(scalar));
  return original.filter((item) => !gone.has(scalar(item)));
}

/** `$setElementOrder/<field>`: the items it names in its order, the others about where they were. */
export function setElementOrder(merged: List, original: List, patch: List, order: List, field: PatchField): List {
  const identity = field.mergeKey === '' ? scalar : byMergeKey(field.mergeKey);
  checkOrder(patch, order, identity);
  return inOrder(merged, order, original, identity);
}

type Identity = (item: unknown) => unknown;

/** What makes two items the same. Throws where the lists cannot be merged. */
function identityOf(original: List, patch: List, field: PatchField): Identity {
  const types = new Set([...original, ...patch].map(typeOf));
  if (types.has('list')) {
    throw new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  }
  if (types.size > 1) throw internal(`list element types are not identical: ${goPrint([original, patch])}`);
  if (!types.has('map')) return scalar;
  if (field.mergeKey === '') throw internal('cannot merge lists without merge key');
  return byMergeKey(field.mergeKey);
}

function typeOf(item: unknown): string {
  if (isMap(item)) return 'map';
  return isList(item) ? 'list' : typeof scalar(item);
}

function byMergeKey(mergeKey: string): Identity {
  return (item) => {
    if (!isMap(item) || !has(item, mergeKey)) throw noMergeKey(item as JsonMap, mergeKey);
    return scalar(item[mergeKey]);
  };
}

/** Items of a patch with `$patch`: `delete` takes away the item of the same key, `replace` the whole list. */
function applyListDirectives(original: readonly JsonMap[], patch: readonly JsonMap[], { mergeKey }: PatchField) {
  const identity = byMergeKey(mergeKey);
  const changes = patch.filter((item) => !has(item, '$patch'));
  const directives = patch.filter((item) => has(item, '$patch'));
  const gone = new Set(directives.filter((item) => item['$patch'] === 'delete').map(identity));
  for (const item of directives) {
    if (item['$patch'] === 'merge') throw internal('merging lists cannot yet be specified in the patch');
    if (item['$patch'] !== 'delete' && item['$patch'] !== 'replace') throw unknownDirective(item['$patch'], item);
  }
  if (directives.some((item) => item['$patch'] === 'replace')) return { kept: changes, changes: [] };
  const kept = original.filter((item) => !has(item, mergeKey) || !gone.has(scalar(item[mergeKey])));
  return { kept, changes };
}

function mergeItems(
  original: readonly JsonMap[],
  changes: readonly JsonMap[],
  { mergeKey, type }: PatchField,
  mergeMaps: MergeMaps,
): List {
  const merged: unknown[] = [...original];
  const positions = firstPositions(merged, (item) => scalar((item as JsonMap)[mergeKey]));
  for (const item of changes) {
    const key = byMergeKey(mergeKey)(item);
    const position = positions.get(key);
    if (position === undefined) positions.set(key, merged.push(withoutDirectives(item)) - 1);
    else merged[position] = mergeMaps(merged[position] as JsonMap, item, type);
  }
  return merged;
}

/**
 * Kubernetes' order of a merged list: the items named in `order` follow it; the others keep the server's order and
 * stand before the first named item that came after them on the server.
 */
function inOrder(merged: List, order: List, serverOrder: List, identity: Identity): List {
  const wanted = firstPositions(order, identity);
  const served = firstPositions(serverOrder, identity);
  const by = (positions: ReadonlyMap<unknown, number>) => (a: unknown, b: unknown) =>
    (positions.get(identity(a)) ?? 0) - (positions.get(identity(b)) ?? 0);
  const named = merged.filter((item) => wanted.has(identity(item))).toSorted(by(wanted));
  const others = merged.filter((item) => !wanted.has(identity(item))).toSorted(by(served));
  const result: unknown[] = [];
  let next = 0;
  for (const item of named) {
    const place = served.get(identity(item)) ?? -1;
    while (next < others.length && served.get(identity(others[next]))! < place) result.push(others[next++]);
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

function firstPositions(list: List, identity: Identity): Map<unknown, number> {
  const positions = new Map<unknown, number>();
  list.forEach((item, i) => {
    const key = identity(item);
    if (!positions.has(key)) positions.set(key, i);
  });
  return positions;
}

/** A patch's own list must name its items in the order that it asks for. */
function checkOrder(patch: List, order: List, identity: Identity): void {
  const items = patch.filter((item) => !isMap(item) || item['$patch'] !== 'delete').map(identity);
  let found = 0;
  for (const item of order) if (found < items.length && identity(item) === items[found]) found += 1;
  if (found === items.length) return;
  const lists = `${goPrint(patch)}\n doesn't match $setElementOrder list:\n${goPrint(order)}\n`;
  throw internal(`The order in patch list:\n${lists}`);
}
