import type { ListOptions, ObjectKey, Range } from '../store.js';

/**
 * Keys as text: resource, namespace and name with a zero character between them, which is below every character a name
 * may hold. So the order of the texts is the order of lists, and what a range holds stands together.
 */
export function keyText(key: ObjectKey): string {
  return `${key.resource}\0${key.namespace}\0${key.name}`;
}

/** The key of a text of `keyText`. */
export function parseKeyText(text: string): ObjectKey {
  const afterResource = text.indexOf('\0');
  const afterNamespace = text.indexOf('\0', afterResource + 1);
  return {
    resource: text.slice(0, afterResource),
    namespace: text.slice(afterResource + 1, afterNamespace),
    name: text.slice(afterNamespace + 1),
  };
}

/** The texts of a range above `after`: at or above `from`, below `to`. */
export function textsOf(range: Range, after: ListOptions['after']): { readonly from: string; readonly to: string } {
  const prefix = range.namespace === undefined ? range.resource : `${range.resource}\0${range.namespace}`;
  const first = `${prefix}\0`;
  const from = after ? `${keyText({ resource: range.resource, ...after })}\0` : first;
  return { from: from > first ? from : first, to: `${prefix}\x01` };
}
