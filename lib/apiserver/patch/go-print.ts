import { isList, isMap } from './json-tree.js';

/** A JSON value as Go's `%v` prints it, which some of Kubernetes' messages contain: `map[image:x ports:[80 81]]`. */
export function goPrint(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (isList(value)) return `[${value.map(goPrint).join(' ')}]`;
  if (!isMap(value)) return String(value);
  const entries = Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${goPrint(value[key])}`);
  return `map[${entries.join(' ')}]`;
}

/** The name Go has for a JSON value's type when its decoder complains: `cannot unmarshal <this> into …`. */
export function goJsonType(value: unknown): string {
  if (isList(value)) return 'array';
  if (isMap(value)) return 'object';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'number';
}
