import { fieldNumbers } from '../../../apis/field-numbers/field-numbers.js';
import type { Schema, Struct } from '../../../apis/meta/v1/schema.js';
import {
  base64,
  boolean,
  embedded,
  int32,
  int64,
  mapOf,
  message,
  messageType,
  repeated,
  single,
  text,
  type Field,
  type Message,
  type Type,
} from './message.js';
import { intOrString, json, microTime, quantity, time } from './scalar-messages.js';

const messages = new WeakMap<Struct, Message>();

/** The message that carries an API type, made from its schema and its field numbers when it is first needed. */
export function messageOf(struct: Struct): Message {
  let known = messages.get(struct);
  if (known === undefined) {
    known = compile(struct, struct.name);
    messages.set(struct, known);
  }
  return known;
}

/** `name`: the struct's own, or that of a type embedded in it. */
function compile(struct: Struct, name: string): Message {
  const dot = name.lastIndexOf('.');
  const goPackage = name.slice(0, dot);
  const numbers = Object.entries(fieldNumbers[goPackage]?.[name.slice(dot + 1)] ?? {});
  const fields = numbers.map(([fieldName, number]): [number, Field] => {
    const schema = struct.fields[fieldName];
    if (schema !== undefined) return [number, fieldOf(fieldName, schema)];
    return [number, embedded(compile(struct, `${goPackage}.${fieldName}`))];
  });
  return message(name.slice(dot + 1), fields);
}

function fieldOf(name: string, schema: Schema): Field {
  if (schema.type === 'list') return repeated(name, typeOf(schema.items));
  if (schema.type === 'map') return mapOf(name, typeOf(schema.values), zeroOf(schema.values));
  return single(name, typeOf(schema));
}

function typeOf(schema: Schema): Type {
  if (schema.type === 'string') return textTypes[schema.format ?? 'plain'];
  if (schema.type === 'boolean') return boolean;
  if (schema.type === 'integer') return schema.format === 'int32' ? int32 : int64;
  if (schema.type === 'int-or-string') return intOrString;
  if (schema.type === 'opaque') return json;
  if (schema.type === 'ref') return messageType(() => messageOf(schema.struct));
  throw new Error(`protobuf has no ${schema.type} within a list or a map`);
}

const textTypes = { plain: text, byte: base64, 'date-time': time, 'micro-time': microTime, quantity };

/** A map's value that is not there: null stands for whatever is the type's zero value. */
function zeroOf(schema: Schema): unknown {
  return schema.type === 'string' && schema.format === undefined ? '' : null;
}
