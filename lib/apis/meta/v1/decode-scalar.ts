import { Base64Error, canonicalBase64 } from './base64.js';
import { numberText, type DecodeRun } from './decode-run.js';
import { JsonNumber } from './json.js';
import { canonicalQuantity, QuantityError } from './quantity.js';
import type { Schema } from './schema.js';
import { canonicalMicroTime, canonicalTime, TimeError } from './time-text.js';

/** Decodes one value that is neither null nor absent. */
export type DecodeValue = (value: unknown, run: DecodeRun) => unknown;

type Scalar = Exclude<Schema, { type: 'list' | 'map' | 'ref' }>;

/** The type's name in Kubernetes' messages. */
export function scalarGoType(schema: Scalar): string {
  if (schema.type === 'boolean') return 'bool';
  if (schema.type === 'integer') return schema.format;
  if (schema.type !== 'string') return '';
  if (schema.format === 'byte') return '[]uint8';
  if (schema.format === 'quantity') return 'resource.Quantity';
  return schema.goType ?? 'string';
}

export function scalarDecoder(schema: Scalar): DecodeValue {
  if (schema.type === 'opaque') return (value) => value;
  if (schema.type === 'boolean') return decodeBoolean;
  if (schema.type === 'int-or-string') return decodeIntOrString;
  if (schema.type === 'integer') return schema.format === 'int32' ? decodeInt32 : decodeInt64;
  if (schema.format === 'byte') return decodeBytes;
  if (schema.format === 'date-time') return decodeTime(canonicalTime);
  if (schema.format === 'micro-time') return decodeTime(canonicalMicroTime);
  if (schema.format === 'quantity') return decodeQuantity;
  return decodeString(scalarGoType(schema));
}

function decodeString(goType: string): DecodeValue {
  return (value, run) => {
    if (typeof value === 'string') return value;
    run.wrongType(value, goType);
    return '';
  };
}

function decodeBoolean(value: unknown, run: DecodeRun): boolean {
  if (typeof value === 'boolean') return value;
  run.wrongType(value, 'bool');
  return false;
}

function decodeInt32(value: unknown, run: DecodeRun): number {
  if (typeof value === 'number' && (value | 0) === value) return value;
  if (!isNumber(value)) run.wrongType(value, 'int32');
  else if (numberText(value) !== '-0') run.wrongNumber(value, 'int32');
  return 0;
}

const int64Limit = 2n ** 63n;

/** Rounding up beyond the limit would make a number that no client can read. */
const int64NumberMax = 2 ** 63 - 1024;

/** Integers that JavaScript cannot hold exactly become the nearest number it can. */
function decodeInt64(value: unknown, run: DecodeRun): number {
  if (Number.isSafeInteger(value)) return value as number;
  if (!isNumber(value)) {
    run.wrongType(value, 'int64');
    return 0;
  }
  const text = numberText(value);
  const integer = /^-?\d+$/.test(text) ? BigInt(text) : int64Limit;
  if (integer < int64Limit && integer >= -int64Limit) return Math.min(Number(integer), int64NumberMax);
  run.wrongNumber(value, 'int64');
  return 0;
}

function decodeIntOrString(value: unknown, run: DecodeRun): number | string {
  if (typeof value === 'string') return value;
  if (!isNumber(value)) return run.failType(value, 'int32');
  const integer = Number(value);
  if ((integer | 0) !== integer || !/^-?\d+$/.test(numberText(value))) return run.failNumber(value, 'int32');
  return integer | 0;
}

function decodeBytes(value: unknown, run: DecodeRun): string {
  if (typeof value !== 'string') {
    run.wrongType(value, '[]uint8');
    return '';
  }
  try {
    return canonicalBase64(value);
  } catch (error) {
    if (!(error instanceof Base64Error)) throw error;
    run.error ??= error.message;
    return '';
  }
}

/** Go's time nobody has set: it says nothing. */
const zeroTime = '0001-01-01T00:00:00';

function decodeTime(canonical: (text: string) => string): DecodeValue {
  return (value, run) => {
    if (typeof value !== 'string') return run.failType(value, 'string');
    try {
      const time = canonical(value);
      return time.startsWith(zeroTime) ? null : time;
    } catch (error) {
      if (error instanceof TimeError) return run.fail(error.message);
      throw error;
    }
  };
}

/** Manifests use few different amounts, again and again. Bounded, since texts come from anywhere. */
const canonicalQuantities = new Map<string, string>();
const canonicalQuantitiesMax = 10_000;

function decodeQuantity(value: unknown, run: DecodeRun): string {
  // Anything else is no amount either, and Kubernetes says so with the same message.
  const text = typeof value === 'string' ? value.trim() : isNumber(value) ? numberText(value) : '';
  const known = canonicalQuantities.get(text);
  if (known !== undefined) return known;
  try {
    const canonical = canonicalQuantity(text);
    if (canonicalQuantities.size >= canonicalQuantitiesMax) canonicalQuantities.clear();
    canonicalQuantities.set(text, canonical);
    return canonical;
  } catch (error) {
    if (error instanceof QuantityError) return run.fail(error.message);
    throw error;
  }
}

function isNumber(value: unknown): value is number | JsonNumber {
  return typeof value === 'number' || value instanceof JsonNumber;
}
