import { has, isMap, put } from './json-tree.js';

/** JSON merge patch (RFC 7386). Neither argument changes; what the patch does not touch is shared with the result. */
export function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const result: Record<string, unknown> = isMap(target) ? { ...target } : {};
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null) delete result[key];
    else if (isMap(value)) put(result, key, applyMergePatch(has(result, key) ? result[key] : undefined, value));
    else put(result, key, value);
  }
  return result;
}
