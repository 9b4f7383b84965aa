import type { Schema, Struct } from '../../apis/meta/v1/schema.js';
import { internal } from './patch-errors.js';

/** Where in the schema a patch is: a named type, what a map or list holds, or somewhere the schema says nothing of. */
export type PatchType = Struct | Schema | undefined;

/** What a strategic merge patch needs to know of a field. */
export interface PatchField {
  /** Of the field's value, or of a list's items. */
  readonly type: PatchType;
  readonly strategy: 'merge' | 'replace';
  /** Empty for lists of scalars. */
  readonly mergeKey: string;
}

const unknown: PatchField = { type: undefined, strategy: 'replace', mergeKey: '' };

export function fieldOf(type: PatchType, name: string): PatchField {
  if (type === undefined) return unknown;
  if ('fields' in type) return structField(type, name);
  return type.type === 'map' ? { ...unknown, type: inside(type.values) } : unknown;
}

function structField(struct: Struct, name: string): PatchField {
  const field = Object.hasOwn(struct.fields, name) ? struct.fields[name] : undefined;
  if (field === undefined) {
    const goName = struct.name.slice(struct.name.lastIndexOf('.') + 1);
    throw internal(`unable to find api field in struct ${goName} for the json field "${name}"`);
  }
  if (field.type !== 'list') return { ...unknown, type: inside(field) };
  const merges = field.patchStrategy?.split(',').includes('merge') ?? false;
  return {
    type: inside(field.items),
    strategy: merges ? 'merge' : 'replace',
    mergeKey: field.patchMergeKey ?? '',
  };
}

function inside(schema: Schema): PatchType {
  return schema.type === 'ref' ? schema.struct : schema;
}
