import { podSecurityContext } from './core/v1/pod/security.js';
import { podSpec, type PodSpec } from './core/v1/pod/types.js';
import { internalFields } from './internal-fields.js';
import { goJson } from './meta/v1/go-text.js';
import type { Schema, Struct } from './meta/v1/schema.js';

/**
 * Kubernetes' internal form of API objects, as its messages print it: every field, in the order and under the names of
 * its own types, with what is unset as its zero value. Only the types of `metav1` keep their API names and leave out
 * what is unset.
 */

interface JsonObject {
  readonly [field: string]: unknown;
}

/** In the order of `metav1`'s types. */
const apiFields: Readonly<Record<string, readonly string[]>> = {
  ObjectMeta: [
    'name',
    'generateName',
    'namespace',
    'selfLink',
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'labels',
    'annotations',
    'ownerReferences',
    'finalizers',
    'managedFields',
  ],
  LabelSelector: ['matchLabels', 'matchExpressions'],
  LabelSelectorRequirement: ['key', 'operator', 'values'],
  OwnerReference: ['apiVersion', 'kind', 'name', 'uid', 'controller', 'blockOwnerDeletion'],
};

/** Inside, what a pod shares with its host is part of its security context. */
const sharedWithHost = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'] as const;

const hostSecurityContext: Struct = {
  ...podSecurityContext,
  fields: {
    ...podSecurityContext.fields,
    ...Object.fromEntries(sharedWithHost.map((field) => [field, podSpec.fields[field]])),
  },
};

/** JSON of the internal form, on one line. */
export function printInternal(struct: Struct, value: object): string {
  return goJson(internalForm(struct, value));
}

/** The internal form as a JSON value whose keys are in order. */
export function internalForm(struct: Struct, value: object): JsonObject {
  const name = struct.name.slice(struct.name.lastIndexOf('.') + 1);
  const given = value as JsonObject;
  const inApi = apiFields[name];
  if (inApi !== undefined) return apiForm(struct, given, inApi);
  const form: Record<string, unknown> = {};
  for (const { internal, field } of fieldsOf(struct, name)) {
    const schema = struct.fields[field];
    if (schema === undefined) continue;
    if (internal === 'ObjectMeta') Object.assign(form, valueForm(schema, given[field] ?? {}));
    else if (struct === podSpec && field === 'securityContext') {
      form[internal] = internalForm(hostSecurityContext, withHostFields(given as PodSpec));
    } else form[internal] = given[field] === undefined ? unset(schema) : valueForm(schema, given[field]);
  }
  return form;
}

function withHostFields(spec: PodSpec): object {
  return { ...spec.securityContext, ...Object.fromEntries(sharedWithHost.map((field) => [field, spec[field]])) };
}

interface InternalField {
  readonly internal: string;
  readonly field: string;
}

const fieldsByStruct = new Map<Struct, readonly InternalField[]>();

function fieldsOf(struct: Struct, name: string): readonly InternalField[] {
  const known = fieldsByStruct.get(struct);
  if (known !== undefined) return known;
  const byLowerCase = new Map(Object.keys(struct.fields).map((field) => [field.toLowerCase(), field]));
  const fields = (internalFields[name] ?? '').split(' ').map((entry) => {
    const [internal = '', field = byLowerCase.get(internal.toLowerCase()) ?? ''] = entry.split('=');
    return { internal, field };
  });
  fieldsByStruct.set(struct, fields);
  return fields;
}

function apiForm(struct: Struct, value: JsonObject, order: readonly string[]): JsonObject {
  const form: Record<string, unknown> = {};
  for (const field of order) {
    const schema = struct.fields[field];
    if (schema === undefined || value[field] === undefined) continue;
    form[field] = valueForm(schema, value[field]);
  }
  return form;
}

function valueForm(schema: Schema, value: unknown): unknown {
  if (value === null) return null;
  if (schema.type === 'ref') return internalForm(schema.struct, value as object);
  if (schema.type === 'list') return (value as unknown[]).map((item) => valueForm(schema.items, item));
  if (schema.type !== 'map') return value;
  return Object.fromEntries(Object.entries(value as JsonObject).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function unset(schema: Schema & { readonly required?: boolean }): unknown {
  if (schema.pointer === true || schema.type === 'list' || schema.type === 'map') return null;
  const held = schema.required === true || schema.always === true;
  switch (schema.type) {
    case 'ref':
      return held ? internalForm(schema.struct, {}) : null;
    case 'string':
      if (schema.format === 'quantity') return held ? '0' : null;
      return '';
    case 'boolean':
      return false;
    case 'integer':
    case 'int-or-string':
      return 0;
    default:
      return null;
  }
}
