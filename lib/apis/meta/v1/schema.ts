/**
 * The schema language: one declarative description per API type, from which TypeScript types, decoding, defaults,
 * OpenAPI documents, list-map keys and patch-merge keys are all derived.
 *
 * A `struct` is a named API type (`io.k8s.api.batch.v1.JobSpec`); its fields are built by the small constructors
 * below, each of which takes its description; items and values need none. Fields are optional unless wrapped in
 * `required`. The other wrappers say what Kubernetes' Go types say of an unset field (`pointer`, `always`, `nullable`).
 */

/** What any field may say beside its type. */
export interface Annotations<D = unknown> {
  readonly description: string;
  /** The static default Kubernetes publishes for the field; conditional defaults live in each kind's `defaults.ts`. */
  readonly default?: D;
  readonly pointer?: true;
  readonly always?: true;
  readonly nullable?: true;
  readonly omitEmpty?: true;
}

interface StringSchema<V extends string = string> extends Annotations<string> {
  readonly type: 'string';
  /** Known values. Decoding accepts any string: refusing an unknown one is validation's task. */
  readonly enum?: readonly V[];
  readonly format?: 'byte' | 'date-time' | 'micro-time' | 'quantity';
  /** Kubernetes' own name of the text's type, which its decoding errors print: `v1.CompletionMode`. */
  readonly goType?: string;
}
interface BooleanSchema extends Annotations<boolean> {
  readonly type: 'boolean';
}
interface IntegerSchema extends Annotations<number> {
  readonly type: 'integer';
  readonly format: 'int32' | 'int64';
}
interface IntOrStringSchema extends Annotations<number | string> {
  readonly type: 'int-or-string';
}
/** An object whose inside is not described (managed fields, raw extensions). */
interface OpaqueSchema extends Annotations {
  readonly type: 'opaque';
}

export type ListType = 'atomic' | 'set' | 'map';

export interface ListOptions {
  readonly listType?: ListType;
  /** `x-kubernetes-list-map-keys`: what identifies an item for server-side apply. */
  readonly listMapKeys?: readonly string[];
  /** `x-kubernetes-patch-merge-key`: what identifies an item for strategic merge patch. */
  readonly patchMergeKey?: string;
  /** `x-kubernetes-patch-strategy`: `merge`, `retainKeys` or `merge,retainKeys`. */
  readonly patchStrategy?: string;
}
interface ListSchema<I extends Schema = Schema> extends Annotations, ListOptions {
  readonly type: 'list';
  readonly items: I;
}

interface MapSchema<V extends Schema = Schema> extends Annotations {
  readonly type: 'map';
  readonly values: V;
  readonly mapType?: 'atomic' | 'granular';
}

/** The use of a named type as a field or an item. */
interface RefSchema<S extends Struct = Struct> extends Annotations {
  readonly type: 'ref';
  readonly struct: S;
  readonly mapType?: 'atomic' | 'granular';
  readonly patchStrategy?: string;
}

export type Schema =
  | StringSchema
  | BooleanSchema
  | IntegerSchema
  | IntOrStringSchema
  | OpaqueSchema
  | ListSchema
  | MapSchema
  | RefSchema;

/** A field that OpenAPI lists under `required`. */
type Required<S extends Schema = Schema> = S & { readonly required: true };

export type Fields = Readonly<Record<string, Schema & { readonly required?: boolean }>>;

export interface StructOptions {
  readonly mapType?: 'atomic' | 'granular';
  /** Fields that Kubernetes' Go type takes from an embedded one, which its decoding errors name: `{ ProbeHandler: ['exec'] }`. */
  readonly embeds?: Readonly<Record<string, readonly string[]>>;
  readonly unions?: readonly {
    readonly discriminator?: string;
    readonly fieldsToDiscriminateBy: Record<string, string>;
  }[];
}

/** A named API type. */
export interface Struct<F extends Fields = Fields> extends StructOptions {
  /** The definition's name in OpenAPI documents, e.g. `io.k8s.api.batch.v1.JobSpec`. */
  readonly name: string;
  readonly description: string;
  readonly fields: F;
}

/** The TypeScript type of a schema's decoded value. */
export type Infer<S> = S extends { readonly nullable: true } ? InferValue<S> | null : InferValue<S>;

type InferValue<S> =
  S extends StringSchema<infer V>
    ? V
    : S extends BooleanSchema
      ? boolean
      : S extends IntegerSchema
        ? number
        : S extends IntOrStringSchema
          ? number | string
          : S extends ListSchema<infer I>
            ? readonly Infer<I>[]
            : S extends MapSchema<infer V>
              ? { readonly [key: string]: Infer<V> }
              : S extends RefSchema<infer T>
                ? InferStruct<T>
                : S extends OpaqueSchema
                  ? { readonly [key: string]: unknown }
                  : never;

type RequiredNames<F> = { [K in keyof F]: F[K] extends { readonly required: true } ? K : never }[keyof F];

/** The TypeScript type of a struct's decoded value: fields are optional unless `required`. */
export type InferStruct<S> =
  S extends Struct<infer F>
    ? { readonly [K in Exclude<keyof F, RequiredNames<F>>]?: Infer<F[K]> } & {
        readonly [K in RequiredNames<F>]: Infer<F[K]>;
      }
    : never;

export function struct<const F extends Fields>(
  name: string,
  description: string,
  fields: F,
  options: StructOptions = {},
): Struct<F> {
  return { name, description, fields, ...options };
}

/**
 * A field that OpenAPI lists as required. It is always there, as its zero value when nobody gave it, unless `omitEmpty`:
 * then only validation asks for it.
 */
export function required<S extends Schema>(schema: S, options: { omitEmpty?: true } = {}): Required<S> {
  return { ...schema, ...options, required: true };
}

/**
 * A field that Kubernetes holds as a pointer: a given `''`, `0` or `false` differs from absence and is kept, where it
 * otherwise means unset and is dropped.
 */
export function pointer<S extends Schema>(schema: S): S & { readonly pointer: true } {
  return { ...schema, pointer: true };
}

/** A field that is there even when nobody set it (as `''`, `0`, `false` or `{}`), as every `required` field is. */
export function always<S extends Schema>(schema: S): S & { readonly always: true } {
  return { ...schema, always: true };
}

/** A field that is answered as null when nobody set it. */
export function nullable<S extends Schema>(schema: S): S & { readonly nullable: true } {
  return { ...schema, nullable: true };
}

export function string(description = '', options: { default?: string; goType?: string } = {}): StringSchema {
  return { type: 'string', description, ...options };
}

export function oneOf<const V extends string>(
  values: readonly V[],
  description = '',
  options: { default?: NoInfer<V> | ''; goType?: string } = {},
): StringSchema<V> {
  return { type: 'string', enum: values, description, ...options };
}

/** Base64-encoded bytes. */
export function bytes(description = ''): StringSchema {
  return { type: 'string', format: 'byte', description };
}

/** An RFC 3339 time with whole seconds (`metav1.Time`). */
export function time(description = ''): StringSchema {
  return { type: 'string', format: 'date-time', description };
}

/** An RFC 3339 time with microseconds (`metav1.MicroTime`). */
export function microTime(description = ''): StringSchema {
  return { type: 'string', format: 'micro-time', description };
}

/** A resource amount (`500m`, `1Gi`); a JSON number is accepted and read as its decimal text. */
export function quantity(description = ''): StringSchema {
  return { type: 'string', format: 'quantity', description };
}

export function boolean(description = '', options: { default?: boolean } = {}): BooleanSchema {
  return { type: 'boolean', description, ...options };
}

export function int32(description = '', options: { default?: number } = {}): IntegerSchema {
  return { type: 'integer', format: 'int32', description, ...options };
}

export function int64(description = '', options: { default?: number } = {}): IntegerSchema {
  return { type: 'integer', format: 'int64', description, ...options };
}

export function intOrString(description = ''): IntOrStringSchema {
  return { type: 'int-or-string', description };
}

export function opaque(description = ''): OpaqueSchema {
  return { type: 'opaque', description };
}

export function list<I extends Schema>(items: I, description: string, options: ListOptions = {}): ListSchema<I> {
  return { type: 'list', items, description, ...options };
}

export function map<V extends Schema>(
  values: V,
  description: string,
  options: { mapType?: 'atomic' | 'granular' } = {},
): MapSchema<V> {
  return { type: 'map', values, description, ...options };
}

export function ref<S extends Struct>(
  target: S,
  description = '',
  options: { default?: unknown; mapType?: 'atomic' | 'granular'; patchStrategy?: string } = {},
): RefSchema<S> {
  return { type: 'ref', struct: target, description, ...options };
}
