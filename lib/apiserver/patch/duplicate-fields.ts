import type { ParsedJson } from '../../apis/meta/v1/json.js';
import { isList, isMap } from './json-tree.js';

/** `duplicate field "spec.suspend"` for each key that an object of the document has more than once. */
export function duplicateFields({ value, duplicateKeys }: ParsedJson): readonly string[] {
  if (duplicateKeys.size === 0) return [];
  const found: string[] = [];
  visit(value, '');
  return found;

  function visit(node: unknown, path: string): void {
    if (isList(node)) node.forEach((item, i) => visit(item, `${path}[${i}]`));
    if (!isMap(node)) return;
    const prefix = path === '' ? '' : `${path}.`;
    for (const key of duplicateKeys.get(node) ?? []) found.push(`duplicate field "${prefix}${key}"`);
    for (const key of Object.keys(node)) visit(node[key], `${prefix}${key}`);
  }
}
