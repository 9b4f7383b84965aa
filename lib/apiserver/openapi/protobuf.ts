/**
 * The second version's document as protobuf (`openapi.v2.Document` of gnostic): kubectl and client-go ask for
 * `/openapi/v2` in this form only and read no other. A table per message says which JSON field becomes which number.
 */
import type { Json } from './schemas.js';

/** Writes one value of a field with the given number. */
type Write = (out: Bytes, field: number, value: unknown) => void;

interface Message {
  readonly fields: Readonly<Record<string, { readonly number: number; readonly write: Write }>>;
  /** The field that takes what begins with `x-`. */
  readonly extensions?: number;
}

class Bytes {
  private readonly parts: Uint8Array[] = [];
  private size = 0;

  varint(value: number): void {
    const bytes: number[] = [];
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
    bytes.push(rest);
    this.append(Uint8Array.from(bytes));
  }

  /** A field with a length before its content. */
  sized(field: number, content: Uint8Array): void {
    this.varint(field * 8 + 2);
    this.varint(content.length);
    this.append(content);
  }

  private append(part: Uint8Array): void {
    this.parts.push(part);
    this.size += part.length;
  }

  joined(): Uint8Array<ArrayBuffer> {
    const all = new Uint8Array(this.size);
    let at = 0;
    for (const part of this.parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

const encoder = new TextEncoder();

const text: Write = (out, field, value) => out.sized(field, encoder.encode(String(value)));

const flag: Write = (out, field, value) => {
  if (value !== true) return;
  out.varint(field * 8);
  out.varint(1);
};

/** Any value, as YAML, of which JSON is a part. */
const any: Write = (out, field, value) => within(out, field, (inner) => text(inner, 2, JSON.stringify(value)));

function within(out: Bytes, field: number, write: (inner: Bytes) => void): void {
  const inner = new Bytes();
  write(inner);
  out.sized(field, inner.joined());
}

function repeated(write: Write): Write {
  return (out, field, values) => {
    for (const value of values as readonly unknown[]) write(out, field, value);
  };
}

/** A message in a field of a message that has nothing else: how choices are written. */
function wrapped(number: number, write: Write): Write {
  return (out, field, value) => within(out, field, (inner) => write(inner, number, value));
}

/** An object whose keys are names: a list of pairs. */
function named(number: number, write: Write): Write {
  return (out, field, object) =>
    within(out, field, (inner) => {
      for (const [name, value] of Object.entries(object as Json)) pair(inner, number, name, value, write);
    });
}

function pair(out: Bytes, field: number, name: string, value: unknown, write: Write): void {
  within(out, field, (inner) => {
    text(inner, 1, name);
    write(inner, 2, value);
  });
}

/** Messages refer to each other, so that they are looked up when they are used. */
function message(of: () => Message): Write {
  return (out, field, value) => within(out, field, (inner) => encode(inner, of(), value as Json));
}

function encode(out: Bytes, { fields, extensions }: Message, value: Json): void {
  for (const [name, content] of Object.entries(value)) {
    const field = fields[name];
    if (field !== undefined) field.write(out, field.number, content);
    else if (extensions !== undefined && name.startsWith('x-')) pair(out, extensions, name, content, any);
  }
}

const schema: Message = {
  fields: {
    $ref: { number: 1, write: text },
    format: { number: 2, write: text },
    description: { number: 4, write: text },
    default: { number: 5, write: any },
    required: { number: 19, write: repeated(text) },
    enum: { number: 20, write: repeated(any) },
    additionalProperties: {
      number: 21,
      write: wrapped(
        1,
        message(() => schema),
      ),
    },
    type: { number: 22, write: wrapped(1, text) },
    items: {
      number: 23,
      write: wrapped(
        1,
        message(() => schema),
      ),
    },
    properties: {
      number: 25,
      write: named(
        1,
        message(() => schema),
      ),
    },
  },
  extensions: 31,
};

const bodyParameter: Message = {
  fields: {
    description: { number: 1, write: text },
    name: { number: 2, write: text },
    in: { number: 3, write: text },
    required: { number: 4, write: flag },
    schema: { number: 5, write: message(() => schema) },
  },
};

const parameterFields = {
  required: { number: 1, write: flag },
  in: { number: 2, write: text },
  description: { number: 3, write: text },
  name: { number: 4, write: text },
};
const queryParameter: Message = {
  fields: { ...parameterFields, type: { number: 6, write: text }, uniqueItems: { number: 20, write: flag } },
};
const pathParameter: Message = {
  fields: { ...parameterFields, type: { number: 5, write: text }, uniqueItems: { number: 19, write: flag } },
};

const parameterForms: Readonly<Record<string, Write>> = {
  body: wrapped(
    1,
    message(() => bodyParameter),
  ),
  query: wrapped(
    2,
    wrapped(
      3,
      message(() => queryParameter),
    ),
  ),
  path: wrapped(
    2,
    wrapped(
      4,
      message(() => pathParameter),
    ),
  ),
};

const parameter: Write = (out, field, value) => {
  const write = parameterForms[(value as { in: string }).in]!;
  within(out, field, (inner) => write(inner, 1, value));
};

const response: Message = {
  fields: {
    description: { number: 1, write: text },
    schema: {
      number: 2,
      write: wrapped(
        1,
        message(() => schema),
      ),
    },
  },
};

const operation: Message = {
  fields: {
    tags: { number: 1, write: repeated(text) },
    description: { number: 3, write: text },
    operationId: { number: 5, write: text },
    produces: { number: 6, write: repeated(text) },
    consumes: { number: 7, write: repeated(text) },
    parameters: { number: 8, write: repeated(parameter) },
    responses: {
      number: 9,
      write: named(
        1,
        wrapped(
          1,
          message(() => response),
        ),
      ),
    },
  },
  extensions: 13,
};

const operationNumbers = { get: 2, put: 3, post: 4, delete: 5, patch: 8 };
const pathItem: Message = {
  fields: Object.fromEntries(
    Object.entries(operationNumbers).map(([method, number]) => [method, { number, write: message(() => operation) }]),
  ),
};

const info: Message = { fields: { title: { number: 1, write: text }, version: { number: 2, write: text } } };

const document: Message = {
  fields: {
    swagger: { number: 1, write: text },
    info: { number: 2, write: message(() => info) },
    paths: {
      number: 8,
      write: named(
        2,
        message(() => pathItem),
      ),
    },
    definitions: {
      number: 9,
      write: named(
        1,
        message(() => schema),
      ),
    },
  },
};

export function encodeOpenApiV2(value: Json): Uint8Array<ArrayBuffer> {
  const out = new Bytes();
  encode(out, document, value);
  return out.joined();
}
