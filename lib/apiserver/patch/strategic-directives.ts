import { isList, isMap, put, type JsonMap } from './json-tree.js';

export const deletePrefix = '$deleteFromPrimitiveList/';
export const orderPrefix = '$setElementOrder/';

/** What a patch adds where nothing was: its value without nulls and without directives, which have nothing to act on. */
export function withoutDirectives(value: unknown): unknown {
  if (isList(value)) return value.filter((item) => !isDeletion(item)).map(withoutDirectives);
  return isMap(value) ? mapWithoutDirectives(value) : value;
}

function mapWithoutDirectives(map: JsonMap): JsonMap {
  const result: Record<string, unknown> = {};
  if (map['$patch'] === 'delete') return result;
  for (const key of Object.keys(map)) {
    if (map[key] !== null && !isDirective(key)) put(result, key, withoutDirectives(map[key]));
  }
  return result;
}

function isDirective(key: string): boolean {
  return key === '$patch' || key === '$retainKeys' || key.startsWith(deletePrefix) || key.startsWith(orderPrefix);
}

function isDeletion(item: unknown): boolean {
  return isMap(item) && item['$patch'] === 'delete';
}
