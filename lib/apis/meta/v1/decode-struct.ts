import type { DecodeRun, FieldStep } from './decode-run.js';
import { scalarDecoder, scalarGoType, type DecodeValue } from './decode-scalar.js';
import { JsonNumber } from './json.js';
import type { Schema, Struct } from './schema.js';

type Value = Record<string, unknown>;

/** What a schema becomes for decoding: compiled once per struct, since closures over what is known beat looking it up. */
interface Decoder {
  readonly decode: DecodeValue;
  /** What stands for a value nobody gave. */
  zero(): unknown;
  readonly goType: string;
}

interface FieldDecoder extends FieldStep {
  readonly decoder: Decoder;
  readonly always: boolean;
  readonly nullable: boolean;
  /** Whether a value that says nothing is dropped. */
  readonly dropsZero: boolean;
}

const structDecoders = new WeakMap<Struct, Decoder>();

export function structDecoder(struct: Struct): Decoder {
  let decoder = structDecoders.get(struct);
  if (decoder === undefined) {
    decoder = compileStruct(struct);
    structDecoders.set(struct, decoder);
  }
  return decoder;
}

function compileStruct(struct: Struct): Decoder {
  const goName = struct.name.slice(struct.name.lastIndexOf('.') + 1);
  const goType = `v1.${goName}`;
  const fields = new Map(
    Object.entries(struct.fields).map(([name, schema]) => [name, compileField(struct, goName, name, schema)]),
  );
  const filled = [...fields.values()].filter((field) => field.always);
  let zero: Value | undefined;
  const zeroValue = (): Value => (zero ??= Object.fromEntries(filled.map((field) => [field.name, absent(field)])));
  const decodeStruct = (value: unknown, run: DecodeRun): unknown => {
    if (!isObject(value)) {
      run.wrongType(value, goType);
      return zeroValue();
    }
    run.reportDuplicateKeys(value);
    const { object, filledCount } = decodeFields(value, fields, run);
    return filledCount === filled.length ? object : fillIn(object, filled);
  };
  return { decode: decodeStruct, zero: zeroValue, goType };
}

function compileField(struct: Struct, goName: string, name: string, schema: Struct['fields'][string]): FieldDecoder {
  const embedded = Object.entries(struct.embeds ?? {}).find(([, names]) => names.includes(name));
  const always = (schema.required === true && !schema.omitEmpty) || schema.always === true || schema.nullable === true;
  return {
    name,
    struct: goName,
    goPath: embedded === undefined ? name : `${embedded[0]}.${name}`,
    decoder: compile(schema),
    always,
    nullable: schema.nullable === true,
    dropsZero: !always && schema.pointer !== true && mayBeZero(schema),
  };
}

/** Structs, times, amounts and opaque values are pointers wherever they are not always answered. */
function mayBeZero(schema: Schema): boolean {
  if (schema.type === 'string') return schema.format === undefined;
  return ['boolean', 'integer', 'list', 'map'].includes(schema.type);
}

function compile(schema: Schema): Decoder {
  if (schema.type === 'list') return compileList(compile(schema.items));
  if (schema.type === 'map') return compileMap(compile(schema.values));
  if (schema.type === 'ref') return structDecoder(schema.struct);
  return { decode: scalarDecoder(schema), zero: () => scalarZero(schema), goType: scalarGoType(schema) };
}

function scalarZero(schema: Schema): unknown {
  if (schema.type === 'boolean') return false;
  if (schema.type === 'integer' || schema.type === 'int-or-string') return 0;
  if (schema.type !== 'string') return {};
  if (schema.format === 'quantity') return '0';
  return schema.format === undefined ? '' : null;
}

const emptyList: readonly unknown[] = [];
const emptyMap: Value = {};

function compileList(items: Decoder): Decoder {
  const goType = `[]${items.goType}`;
  const decode: DecodeValue = (value, run) => {
    if (!Array.isArray(value)) {
      run.wrongType(value, goType);
      return emptyList;
    }
    let changed: unknown[] | undefined;
    for (let i = 0; i < value.length; i += 1) {
      const given = value[i] as unknown;
      run.path.push(i);
      const item = given === null ? items.zero() : items.decode(given, run);
      run.path.pop();
      if (item !== given) (changed ??= value.slice())[i] = item;
    }
    return changed ?? value;
  };
  return { decode, zero: () => emptyList, goType };
}

function compileMap(values: Decoder): Decoder {
  // Maps of amounts are the only ones with a name of their own.
  const goType = values.goType === 'resource.Quantity' ? 'v1.ResourceList' : `map[string]${values.goType}`;
  const decode: DecodeValue = (value, run) => {
    if (!isObject(value)) {
      run.wrongType(value, goType);
      return emptyMap;
    }
    run.reportDuplicateKeys(value);
    let changed: Value | undefined;
    for (const key in value) {
      const given = value[key];
      const item = given === null ? values.zero() : values.decode(given, run);
      if (item !== given) (changed ??= { ...value })[key] = item;
    }
    return changed ?? value;
  };
  return { decode, zero: () => emptyMap, goType };
}

function isObject(value: unknown): value is Value {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

function decodeFields(
  value: Value,
  fields: ReadonlyMap<string, FieldDecoder>,
  run: DecodeRun,
): { object: Value; filledCount: number } {
  let changed: Value | undefined;
  let filledCount = 0;
  for (const key in value) {
    const given = value[key];
    const field = fields.get(key);
    if (field === undefined) run.unknownField(key);
    const result = field === undefined ? undefined : decodeField(field, given, run);
    if (result === undefined) {
      changed ??= copyBefore(value, key);
      continue;
    }
    if (field?.always) filledCount += 1;
    if (result !== given) changed ??= copyBefore(value, key);
    if (changed !== undefined) changed[key] = result;
  }
  return { object: changed ?? value, filledCount };
}

/** Undefined: the field is to be dropped. */
function decodeField(field: FieldDecoder, given: unknown, run: DecodeRun): unknown {
  if (given === null || given === undefined) return field.nullable ? null : undefined;
  run.path.push(field);
  const value = field.decoder.decode(given, run);
  run.path.pop();
  if (value === null) return field.nullable ? null : undefined;
  return field.dropsZero && isZero(value) ? undefined : value;
}

function isZero(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === '' || value === 0 || value === false;
  if (Array.isArray(value)) return value.length === 0;
  for (const _ in value) return false;
  return true;
}

function copyBefore(value: Value, end: string): Value {
  const copy: Value = {};
  for (const key in value) {
    if (key === end) break;
    copy[key] = value[key];
  }
  return copy;
}

function fillIn(object: Value, filled: readonly FieldDecoder[]): Value {
  const copy = { ...object };
  for (const field of filled) if (copy[field.name] === undefined) copy[field.name] = absent(field);
  return copy;
}

function absent(field: FieldDecoder): unknown {
  return field.nullable ? null : field.decoder.zero();
}
