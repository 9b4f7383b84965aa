/** JSON values as the parser makes them; a number of unusual spelling is a `Number` object and counts as a scalar. */
export type JsonMap = { readonly [key: string]: unknown };

export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Number);
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

export function has(map: JsonMap, key: string): boolean {
  return Object.hasOwn(map, key);
}

/** Sets a key of a map under construction; assigning to `__proto__` would set no key. */
export function put(map: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

/** A scalar as `===` compares it. */
export function scalar(value: unknown): unknown {
  return value instanceof Number ? value.valueOf() : value;
}
