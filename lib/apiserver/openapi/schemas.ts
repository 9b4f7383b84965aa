import type { Schema, Struct } from '../../apis/meta/v1/schema.js';

export type Json = { readonly [key: string]: unknown };

/** The two forms of OpenAPI, which differ in where types are kept and how unions of scalars are written. */
export type Dialect = 'v2' | 'v3';

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1';

/** Scalars with a name of their own. */
const namedScalars: Readonly<Record<string, string>> = {
  'date-time': `${meta}.Time`,
  'micro-time': `${meta}.MicroTime`,
  quantity: 'io.k8s.apimachinery.pkg.api.resource.Quantity',
  'int-or-string': 'io.k8s.apimachinery.pkg.util.intstr.IntOrString',
  opaque: `${meta}.FieldsV1`,
};

export function reference(name: string, dialect: Dialect): Json {
  return { $ref: `#/${dialect === 'v2' ? 'definitions' : 'components/schemas'}/${name}` };
}

/** The definitions of all types that the given ones are made of, and of scalars with a name, by name. */
export function definitions(roots: readonly Struct[], dialect: Dialect): Record<string, Json> {
  const found = new Map<string, Json>(Object.entries(scalarDefinitions(dialect)));
  const add = (struct: Struct): void => {
    if (found.has(struct.name)) return;
    found.set(struct.name, definition(struct, dialect));
    for (const schema of Object.values(struct.fields)) for (const inner of structsOf(schema)) add(inner);
  };
  for (const root of roots) add(root);
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function structsOf(schema: Schema): readonly Struct[] {
  if (schema.type === 'ref') return [schema.struct];
  if (schema.type === 'list') return structsOf(schema.items);
  return schema.type === 'map' ? structsOf(schema.values) : [];
}

function definition(struct: Struct, dialect: Dialect): Json {
  const fields = Object.entries(struct.fields);
  const required = fields.filter(([, schema]) => schema.required).map(([name]) => name);
  return {
    description: struct.description,
    type: 'object',
    ...(required.length === 0 ? {} : { required }),
    properties: Object.fromEntries(fields.map(([name, schema]) => [name, property(schema, dialect)])),
    ...extensions({
      'map-type': struct.mapType,
      unions: struct.unions?.map(({ discriminator, fieldsToDiscriminateBy }) => ({
        ...(discriminator === undefined ? {} : { discriminator }),
        'fields-to-discriminateBy': fieldsToDiscriminateBy,
      })),
    }),
  };
}

function property(schema: Schema & { readonly required?: boolean }, dialect: Dialect): Json {
  const { description } = schema;
  return { ...(description === '' ? {} : { description }), ...shape(schema, dialect), ...published(schema) };
}

/** Items and values are always there, so that their zero value is their default. */
function item(schema: Schema, dialect: Dialect): Json {
  return property({ ...schema, required: true }, dialect);
}

function shape(schema: Schema, dialect: Dialect): Json {
  switch (schema.type) {
    case 'ref': {
      const { struct, mapType, patchStrategy } = schema;
      return {
        ...refer(struct.name, schema, dialect),
        ...extensions({ 'map-type': mapType, 'patch-strategy': patchStrategy }),
      };
    }
    case 'list': {
      const { items, listType, listMapKeys, patchMergeKey, patchStrategy } = schema;
      const keys = { 'list-map-keys': listMapKeys, 'list-type': listType };
      const patch = { 'patch-merge-key': patchMergeKey, 'patch-strategy': patchStrategy };
      return { type: 'array', items: item(items, dialect), ...extensions({ ...keys, ...patch }) };
    }
    case 'map':
      return {
        type: 'object',
        additionalProperties: item(schema.values, dialect),
        ...extensions({ 'map-type': schema.mapType }),
      };
    case 'integer':
      return { type: 'integer', format: schema.format };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      if (schema.format === undefined) return { type: 'string', ...(schema.enum ? { enum: schema.enum } : {}) };
      if (schema.format === 'byte') return { type: 'string', format: 'byte' };
      return refer(namedScalars[schema.format]!, schema, dialect);
    default:
      return refer(namedScalars[schema.type]!, schema, dialect);
  }
}

/** In v3 nothing may stand beside a reference, so that what does is put around it. */
function refer(name: string, { description }: Schema, dialect: Dialect): Json {
  const target = reference(name, dialect);
  return dialect === 'v2' || description === '' ? target : { allOf: [target] };
}

/** The default that is published: the field's own, or the zero value of a scalar that is always there. */
function published(schema: Schema & { readonly required?: boolean }): Json {
  if (schema.default !== undefined) return { default: schema.default };
  if (!schema.required || schema.omitEmpty) return {};
  if (schema.type === 'string' && schema.format === undefined) return { default: '' };
  if (schema.type === 'integer') return { default: 0 };
  return schema.type === 'boolean' ? { default: false } : {};
}

function extensions(values: Json): Json {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [`x-kubernetes-${name}`, value]));
}

function scalarDefinitions(dialect: Dialect): Record<string, Json> {
  const either = (...types: string[]): Json => ({ oneOf: types.map((type) => ({ type })) });
  const v2 = dialect === 'v2';
  return {
    [namedScalars['date-time']!]: {
      description: 'A time in RFC 3339 with whole seconds.',
      type: 'string',
      format: 'date-time',
    },
    [namedScalars['micro-time']!]: {
      description: 'A time in RFC 3339 with microseconds.',
      type: 'string',
      format: 'date-time',
    },
    [namedScalars['quantity']!]: {
      description: 'An amount of a resource: a number with a suffix such as `m`, `k`, `Mi` or `Gi`.',
      ...(v2 ? { type: 'string' } : either('string', 'number')),
    },
    [namedScalars['int-or-string']!]: {
      description: 'A whole number or a text.',
      ...(v2 ? { type: 'string' } : either('integer', 'string')),
      format: 'int-or-string',
    },
    [namedScalars['opaque']!]: { description: 'A set of fields, as a tree.', type: 'object' },
  };
}
