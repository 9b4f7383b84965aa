/** Whether two JSON values are the same; a field that is undefined is one that is not there. */
export function deepEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  }
  if (Array.isArray(b)) return false;
  return fieldsEqual(a as Fields, b as Fields);
}

interface Fields {
  readonly [field: string]: unknown;
}

function fieldsEqual(a: Fields, b: Fields): boolean {
  for (const field in a) if (!deepEqual(a[field], b[field])) return false;
  for (const field in b) if (b[field] !== undefined && a[field] === undefined) return false;
  return true;
}
