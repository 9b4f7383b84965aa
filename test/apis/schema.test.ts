import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { kinds } from '../../lib/apis/kinds.js';
import { apiVersionOf } from '../../lib/apis/meta/v1/kind.js';
import type { Schema, Struct } from '../../lib/apis/meta/v1/schema.js';
import { listOf } from '../../lib/apis/meta/v1/list.js';
import { deleteOptions, status } from '../../lib/apis/meta/v1/types.js';

type Json = Record<string, any>;

const published = JSON.parse(
  readFileSync(new URL('../../../shared/kubernetes-fields.json', import.meta.url), 'utf8'),
) as Record<string, Json>;

/** Every struct that a served kind, an answer or a request is made of, by name. */
function reachableStructs(): Map<string, Struct> {
  const found = new Map<string, Struct>();
  const visit = (struct: Struct): void => {
    if (found.has(struct.name)) return;
    found.set(struct.name, struct);
    for (const schema of Object.values(struct.fields)) visitSchema(schema);
  };
  const visitSchema = (schema: Schema): void => {
    if (schema.type === 'ref') visit(schema.struct);
    if (schema.type === 'list') visitSchema(schema.items);
    if (schema.type === 'map') visitSchema(schema.values);
  };
  for (const struct of [...kinds.flatMap((kind) => [kind.schema, listOf(kind)]), status, deleteOptions]) visit(struct);
  return found;
}

const structs = [...reachableStructs()];

const metaTypes = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const named: Record<string, string> = {
  'date-time': `${metaTypes}.Time`,
  'micro-time': `${metaTypes}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
};

/** A schema in the form in which Kubernetes' fields are listed. */
function listed(schema: Schema & { required?: boolean }, isItem = false): Json {
  const form = { ...shape(schema), ...omitUndefined({ default: defaultOf(schema, isItem) }) };
  return form;
}

function shape(schema: Schema): Json {
  switch (schema.type) {
    case 'ref':
      return omitUndefined({ ref: schema.struct.name, patchStrategy: schema.patchStrategy });
    case 'opaque':
      return { ref: `${metaTypes}.FieldsV1` };
    case 'int-or-string':
      return { ref: 'io.k8s.apimachinery.pkg.util.intstr.IntOrString' };
    case 'list': {
      const { listType, listMapKeys, patchMergeKey, patchStrategy } = schema;
      return omitUndefined({
        type: 'array',
        items: listed(schema.items, true),
        listType,
        listMapKeys,
        patchMergeKey,
        patchStrategy,
      });
    }
    case 'map':
      return omitUndefined({ type: 'object', values: listed(schema.values, true), mapType: schema.mapType });
    case 'string':
      if (schema.format !== undefined && schema.format !== 'byte') return { ref: named[schema.format] };
      return omitUndefined({ type: 'string', format: schema.format, enum: schema.enum });
    case 'integer':
      return { type: 'integer', format: schema.format };
    case 'boolean':
      return { type: 'boolean' };
  }
}

/** Kubernetes publishes the zero value as the default of required scalars and of scalar items. */
function defaultOf(schema: Schema & { required?: boolean }, isItem: boolean): unknown {
  if (schema.default !== undefined) return schema.default;
  if (!isItem && (schema.required !== true || schema.omitEmpty)) return undefined;
  if (schema.type === 'string' && schema.format === undefined) return '';
  return { integer: 0, boolean: false }[schema.type as string];
}

function omitUndefined(object: Json): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}

describe('schemas', () => {
  it('describe all that is served', () => {
    expect(structs.length).toBeGreaterThan(160);
    for (const kind of kinds) {
      const { group, version } = kind;
      expect(published[kind.schema.name]?.['gvk']).toContainEqual({ group, version, kind: kind.kind });
      expect(Object.keys(kind.schema.fields)).toContain('metadata');
      expect(apiVersionOf(kind)).toBe(group === '' ? version : `${group}/${version}`);
    }
  });

  it.each(structs)('have the fields of Kubernetes 1.36: %s', (name, struct) => {
    const theirs = published[name] as Json;
    const { fields } = struct;
    expect(Object.fromEntries(Object.entries(fields).map(([field, schema]) => [field, listed(schema)]))).toEqual(
      theirs['fields'],
    );
    const required = Object.keys(fields).filter((field) => fields[field]!.required);
    expect(required.sort()).toEqual([...((theirs['required'] ?? []) as string[])].sort());
    expect(struct.mapType).toBe(theirs['mapType']);
    expect(struct.unions?.length).toBe(theirs['unions']?.length);
  });

  it.each(structs)('say what each field is for: %s', (_name, struct) => {
    expect(struct.description).toMatch(/^[A-Z].*\.$/);
    for (const [field, schema] of Object.entries(struct.fields)) {
      expect(schema.description, field).toMatch(/\.$/);
    }
  });
});
