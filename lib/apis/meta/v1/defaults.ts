/**
 * The few operations from which all defaulting is made. Each returns the very object it was given when nothing changes,
 * so that defaulting what has its defaults already costs no memory and later comparisons are by reference.
 */

/** The object with each field of `defaults` that it lacks. */
export function fill<T extends object>(object: T, defaults: Partial<T>): T {
  for (const field in defaults) {
    if (object[field] === undefined || object[field] === null) return fillFrom(object, defaults);
  }
  return object;
}

function fillFrom<T extends object>(object: T, defaults: Partial<T>): T {
  const copy = { ...object };
  for (const field in defaults) copy[field] ??= defaults[field] as T[typeof field];
  return copy;
}

/** The object with `changes` in those fields that differ. */
export function change<T extends object>(object: T, changes: Partial<T>): T {
  for (const field in changes) if (changes[field] !== object[field]) return { ...object, ...changes };
  return object;
}

/** The object with each of its fields that `defaulters` names passed through it; absent fields stay absent. */
export function each<T extends object>(
  object: T,
  defaulters: { readonly [K in keyof T]?: (value: NonNullable<T[K]>) => NonNullable<T[K]> },
): T {
  let copy: T | undefined;
  for (const field in defaulters) {
    const value = object[field];
    if (value === undefined || value === null) continue;
    const defaulted = defaulters[field]!(value);
    if (defaulted !== value) (copy ??= { ...object })[field] = defaulted;
  }
  return copy ?? object;
}

/** A list defaulter made from an item's. */
export function items<T>(defaultItem: (item: T) => T): (list: readonly T[]) => readonly T[] {
  return (list) => {
    let copy: T[] | undefined;
    for (let i = 0; i < list.length; i += 1) {
      const item = list[i] as T;
      const defaulted = defaultItem(item);
      if (defaulted !== item) (copy ??= list.slice())[i] = defaulted;
    }
    return copy ?? list;
  };
}
