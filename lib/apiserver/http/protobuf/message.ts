import { ProtobufError, sized, varint, type WireReader } from './wire-reader.js';

/** What a message becomes: an object as JSON would have it. */
export type Value = Record<string, unknown>;

/** A message's name, for errors, and its fields by number. */
export interface Message {
  readonly name: string;
  readonly fields: readonly (Field | undefined)[];
}

/** Reads a field's value, which comes in the given wire type, into the message's object. */
export type Field = (reader: WireReader, into: Value, wireType: number) => void;

/** How one value is read. `before`: what a field given twice had the first time. */
export interface Type {
  readonly wireType: typeof varint | typeof sized;
  readonly read: (reader: WireReader, before: unknown) => unknown;
}

export const text: Type = { wireType: sized, read: (reader) => reader.text() };
export const base64: Type = { wireType: sized, read: (reader) => reader.base64() };
export const rawBytes: Type = { wireType: sized, read: (reader) => reader.rawBytes() };
export const boolean: Type = { wireType: varint, read: (reader) => reader.boolean() };
export const int32: Type = { wireType: varint, read: (reader) => reader.int32() };
export const int64: Type = { wireType: varint, read: (reader) => reader.int64() };

/** Reads all that is left as a message's fields. Those without a reader are skipped, as newer clients may send them. */
export function readFields(reader: WireReader, message: Message, into: Value = {}): Value {
  while (reader.more()) {
    const wireType = reader.tag(message.name);
    const field = message.fields[reader.fieldNumber];
    if (field === undefined) reader.skip(wireType);
    else field(reader, into, wireType);
  }
  return into;
}

/** A message as a value: given twice, the second adds to the first. `get`: a message is made only once it is met. */
export function messageType(get: () => Message): Type {
  return { wireType: sized, read: (reader, before) => readNested(reader, get(), before as Value | undefined) };
}

/** A message that stands for one value of JSON. */
export function wrapped(message: Message, unwrap: (fields: Value) => unknown): Type {
  return { wireType: sized, read: (reader) => unwrap(readNested(reader, message)) };
}

export function message(name: string, fields: readonly (readonly [number, Field])[]): Message {
  const byNumber: (Field | undefined)[] = [];
  for (const [number, field] of fields) byNumber[number] = field;
  return { name, fields: byNumber };
}

export function single(name: string, { wireType: expected, read }: Type): Field {
  return (reader, into, wireType) => {
    if (wireType !== expected) throw wrongWireType(name, wireType);
    into[name] = read(reader, into[name]);
  };
}

/** Numbers come one by one or packed into one value; either way is read. */
export function repeated(name: string, { wireType: expected, read }: Type): Field {
  return (reader, into, wireType) => {
    const packed = expected === varint && wireType === sized;
    if (wireType !== expected && !packed) throw wrongWireType(name, wireType);
    const items = (into[name] ??= []) as unknown[];
    if (!packed) {
      items.push(read(reader, undefined));
      return;
    }
    const outerEnd = reader.enter();
    while (reader.more()) items.push(read(reader, undefined));
    reader.leave(outerEnd);
  };
}

/** A map is a list of messages of a key and a value. `zero`: a value that its entry leaves out. */
export function mapOf(name: string, values: Type, zero: unknown): Field {
  const entry = message(`${name}Entry`, [
    [1, single('key', text)],
    [2, single('value', values)],
  ]);
  return (reader, into, wireType) => {
    if (wireType !== sized) throw wrongWireType(name, wireType);
    const { key = '', value = zero } = readNested(reader, entry);
    setKey((into[name] ??= {}) as Value, key as string, value);
  };
}

/** A message of its own whose fields are the outer object's in JSON. */
export function embedded(inner: Message): Field {
  return (reader, into, wireType) => {
    if (wireType !== sized) throw wrongWireType(inner.name, wireType);
    readNested(reader, inner, into);
  };
}

function readNested(reader: WireReader, inner: Message, into?: Value): Value {
  const outerEnd = reader.enter();
  const value = readFields(reader, inner, into);
  reader.leave(outerEnd);
  return value;
}

/** Assigning to `__proto__` would change the prototype instead of setting a key. */
function setKey(map: Value, key: string, value: unknown): void {
  if (key !== '__proto__') map[key] = value;
  else Object.defineProperty(map, key, { value, enumerable: true, configurable: true, writable: true });
}

function wrongWireType(name: string, wireType: number): ProtobufError {
  const field = name.charAt(0).toUpperCase() + name.slice(1);
  return new ProtobufError(`proto: wrong wireType = ${wireType} for field ${field}`);
}
